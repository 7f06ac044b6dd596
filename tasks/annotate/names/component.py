"""Names: spaCy's entities repaired by the document, people and organisations linked to their fullest form.

What is repaired: one sense per name in an article; leading articles, possessives, titles and quotation marks off the
span; spans broken or wrongly joined at hyphens; names that the recogniser missed though the article has them elsewhere,
and countries, demonyms and standing organisations that it missed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from spacy.language import Language
from spacy.tokens import Doc, Token

from tasks.annotate.layers import Mention
from tasks.annotate.names.evidence import (
    by_construction,
    by_words,
    dateline_places,
    headline_names,
    is_known_place,
    with_explained,
)
from tasks.annotate.names.links import (
    Cluster,
    People,
    family_name,
    name_words,
    organisation_names,
    standing_organisation,
)
from tasks.annotate.names.spans import KIND_OF_LABEL, Candidate, from_entities, split_joined
from tasks.annotate.role_spans import PhraseIndex, find_roles
from tasks.annotate.syntax.parse import Parse, Words, parse_of, words_of
from tasks.ids import hash_id
from tasks.reference.files import fold, split_forms, table
from tasks.reference.gazetteer import load_gazetteer
from tasks.reference.lexicons import country_names, demonyms, role_nouns, titles

COMPONENT = "dateline_names"

_KIN = frozenset((
    "father", "mother", "son", "daughter", "brother", "sister", "wife", "husband", "grandfather", "late",
    "predecessor", "successor",
))  # fmt: skip
# Prepositions behind which a name is likelier a place.
_LOCATIVE = frozenset(("in", "near", "outside", "at", "around", "across", "from"))
_BIG_CITY = 300_000
# Inhabitants from which an alternate name of two words or more is taken for the place ("Khan Younis").
_TOWN = 50_000


@Language.factory(COMPONENT)
def make_names(nlp: Language, name: str) -> DatelineNames:
    """Register the component; it has no settings."""
    return DatelineNames(_known_names(nlp))


class DatelineNames:
    """Write `doc._.mentions`: the names of the article."""

    def __init__(self, known: dict[tuple[str, ...], str]) -> None:
        self._known = known
        self._index = PhraseIndex(known)

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one Doc in place."""
        doc._.mentions = find_names(doc, self._known, self._index)
        return doc


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    """Give the countries' main names: some are demonyms as well (Myanmar), and some given names (Jordan)."""
    found = (load_gazetteer().country(row["iso3"]) for row in table("countries.csv"))
    return frozenset(place.name for place in found if place is not None)


def _known_names(nlp: Language) -> dict[tuple[str, ...], str]:
    """Names worth finding where NER misses them, as token sequences with their label."""
    forms: dict[str, str] = dict.fromkeys(demonyms(), "NORP")
    for row in table("regions.csv"):
        for form in (row["name"], *split_forms(row["forms"])):
            if len(form.split()) > 1 and not form.startswith("the "):
                forms[form] = "LOC"
    for row in table("countries.csv"):
        main = load_gazetteer().country(row["iso3"])
        for form in (*split_forms(row["names"]), *([main.name] if main else [])):
            forms[form] = "GPE"
    for row in table("organisations.csv"):
        for form in (row["name"], *split_forms(row["aliases"])):
            if len(form.split()) > 1 or (len(form) > 1 and form.isupper()):
                forms[form] = "ORG"
    for row in table("metonyms.csv"):
        for form in split_forms(row["forms"]):
            if not form.startswith("the "):
                forms[form] = "ORG"
    known: dict[tuple[str, ...], str] = {}
    for form, label in forms.items():
        if not form[0].isupper():
            continue
        for written in dict.fromkeys((form, form.replace("'", "’"))):
            known[tuple(token.text for token in nlp.make_doc(written))] = label
    return known


def find_names(doc: Doc, known: dict[tuple[str, ...], str], index: PhraseIndex) -> tuple[Mention, ...]:
    """Give the name mentions of a parsed Doc, linked within the article, in text order.

    Parameters
    ----------
    known
        Names to find without NER: token sequences with their label; `index` holds the same, by first word.
    """
    words = words_of(doc)
    headings = _heading_tokens(doc, words)
    parse = parse_of(doc)
    candidates = list(from_entities(parse))
    candidates = split_joined(parse, candidates)
    candidates = _without_role_words(doc, candidates)
    candidates = by_words(candidates, words)
    candidates, brackets = with_explained(candidates, words)
    first = dateline_places(words, _sections(doc, words, "dateline"))
    taken = {i for c in first for i in range(c.start, c.end)}
    candidates = [*first, *(c for c in candidates if not taken & set(range(c.start, c.end)))]
    candidates = _one_sense(words, candidates, headings, frozenset(taken))
    candidates = by_construction(candidates, words, _surnames(candidates, words))
    candidates = headline_names(doc, words, candidates, _sections(doc, words, "title", "subheading"), known)
    candidates = _add_missed(doc, parse, words, candidates, headings, known, index)
    return _link(doc, words, _without_overlaps(candidates), brackets)


def _heading_tokens(doc: Doc, words: Words) -> set[int]:
    """Tokens in titles and subheadings, where capitals say little."""
    return {i for span in _sections(doc, words, "title", "subheading") for i in span}


def _sections(doc: Doc, words: Words, *kinds: str) -> list[range]:
    """Give the token ranges of an article's sections of some kinds."""
    return [
        range(bisect_left(words.starts, section.start), bisect_left(words.starts, section.end))
        for section in doc._.sections
        if section.kind in kinds
    ]


def _surnames(candidates: Iterable[Candidate], words: Words) -> set[str]:
    """Give the folded last words of the people with full names."""
    forms = (words.form(c.start, c.end) for c in candidates if c.label == "PERSON" and c.end - c.start > 1)
    return {name_words(form)[-1] for form in forms}


def _without_role_words(doc: Doc, candidates: list[Candidate]) -> list[Candidate]:
    """Drop names that are words of a role phrase ("State" in "Secretary of State")."""
    inside = {i for role in find_roles(doc) if role.end - role.start > 1 for i in range(role.start, role.end)}
    return [c for c in candidates if not (c.label in ("ORG", "PERSON", "GPE") and set(range(c.start, c.end)) <= inside)]


def _one_sense(
    words: Words, candidates: list[Candidate], headings: set[int], datelines: frozenset[int]
) -> list[Candidate]:
    """Give every name one label in the article: by votes of its mentions, the people's names and the gazetteer."""
    forms = [words.form(c.start, c.end) for c in candidates]
    countries = country_names() | _countries()
    votes: dict[str, Counter[str]] = {}
    surnames: Counter[str] = Counter()
    for c, form in zip(candidates, forms, strict=True):
        # A dateline names nothing but places.
        weight = 1 if c.start in headings else 8 if c.start in datelines else 2
        votes.setdefault(fold(form), Counter())[c.label] += weight
        if c.label == "PERSON" and c.end - c.start > 1:
            parts = name_words(form)
            surnames[parts[-1]] += 1
            # "Jordan" beside Jordan Peterson is still the country.
            if parts[0] not in surnames and words.words[c.start] not in countries:
                surnames[parts[0]] += 1
    gazetteer = load_gazetteer()
    located = Counter(
        fold(form)
        for c, form in zip(candidates, forms, strict=True)
        if c.start and words.words[c.start - 1].lower() in _LOCATIVE
    )
    chosen: dict[str, str] = {}
    for form in forms:
        key = fold(form)
        if key in chosen:
            continue
        count = votes[key]
        if form in demonyms() and form not in countries and "LANGUAGE" not in count:
            chosen[key] = "NORP"
            continue
        if key in surnames and (count["PERSON"] + count["ORG"] >= count["GPE"] or not is_known_place(form)):
            chosen[key] = "PERSON"
            continue
        if standing_organisation(form) and key not in surnames:
            chosen[key] = "ORG"
            continue
        if count.keys() & {"PERSON", "ORG", "PRODUCT", "WORK_OF_ART"}:
            for place in gazetteer.lookup(form)[:3]:
                long_alternate = len(key.split()) > 1 and place.population >= _TOWN
                if place.abbreviation or not (place.main or long_alternate):
                    continue
                if place.place_type == "country":
                    count["GPE"] += 6
                elif place.place_type == "admin1" or place.capital or place.population >= _BIG_CITY:
                    count["GPE"] += 3 if len(key.split()) == 1 or place.capital else 2
                if located[key]:
                    count["GPE"] += 1 + 3 * located[key]
                break
        chosen[key] = min(count, key=lambda label: (-count[label], label))
    return [replace(c, label=chosen[fold(form)]) for c, form in zip(candidates, forms, strict=True)]


def _add_missed(
    doc: Doc,
    parse: Parse,
    words: Words,
    candidates: list[Candidate],
    headings: set[int],
    known: dict[tuple[str, ...], str],
    index: PhraseIndex,
) -> list[Candidate]:
    """Find names again where NER did not: those of the article, and the known ones; longer names win over shorter."""
    local: dict[tuple[str, ...], str] = {}
    for c in candidates:
        phrase = tuple(words.words[c.start : c.end])
        if c.label in ("PERSON", "ORG", "GPE", "LOC", "FAC") and phrase[0][0].isupper():
            local.setdefault(phrase, c.label)
            if c.label == "PERSON" and len(phrase) > 1:
                form = words.form(c.start, c.end)
                family = phrase[0] if family_name(name_words(form), form) == fold(phrase[0]) else phrase[-1]
                if len(family) > 1 and family[0].isupper():
                    local.setdefault((family,), "PERSON")
    if not local and not known:
        return candidates
    own = PhraseIndex(local)
    texts = words.words
    cover = {i: c for c in candidates for i in range(c.start, c.end)}
    other = {i for e in parse.ents if parse[e.start].ent_type_ not in KIND_OF_LABEL for i in range(e.start, e.end)}
    added: list[Candidate] = []
    dropped: set[Candidate] = set()
    i = 0
    while i < len(texts):
        word = texts[i]
        found = own.longest(texts, i) if word in own.by_first else None
        label = local[found] if found else None
        if word in index.by_first:
            other_phrase = index.longest(texts, i)
            if other_phrase and (found is None or len(other_phrase) > len(found)):
                found, label = other_phrase, known[other_phrase]
        if found is None or label is None:
            i += 1
            continue
        end = i + len(found)
        inner = {cover[k] for k in range(i, end) if k in cover}
        if inner and any(c.start < i or c.end > end or (c.start, c.end) == (i, end) for c in inner):
            i += 1
            continue
        if any(k in other for k in range(i, end)) or not _stands_alone(doc, i, end, cover, headings):
            i += 1
            continue
        dropped |= inner
        added.append(Candidate(i, end, label))
        i = end
    return [c for c in candidates if c not in dropped] + added


def _without_overlaps(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Give the candidates in text order; of two that overlap, the longer."""
    kept: list[Candidate] = []
    for c in sorted(candidates, key=lambda c: (c.start - c.end, c.start, c.label)):
        if all(c.end <= other.start or other.end <= c.start for other in kept):
            kept.append(c)
    return sorted(kept, key=lambda c: c.start)


def _stands_alone(doc: Doc, start: int, end: int, cover: dict[int, Candidate], headings: set[int]) -> bool:
    """Whether a stretch is a name of its own rather than a piece of a longer one ("Putin" in "Putin Palace")."""
    token = doc[start]
    if end - start == 1 and token.is_stop and token.is_upper and token.text not in ("US", "U.S."):
        # IS and WHO are words as well.
        return token.pos_ == "PROPN" and not token.is_sent_start and start not in headings
    if start in headings or end - start > 1:
        return True
    if token.text in demonyms() or token.text in country_names():
        return token.pos_ != "VERB"
    if token.pos_ not in ("PROPN", "NOUN", "ADJ", "X"):
        return False
    return not (_is_loose_proper(doc, end, cover) or _is_loose_proper(doc, start - 1, cover))


def _is_loose_proper(doc: Doc, i: int, cover: dict[int, Candidate]) -> bool:
    if not 0 <= i < len(doc) or i in cover:
        return False
    token: Token = doc[i]
    if token.lower_ in titles() or token.lower_ in role_nouns():
        return False
    return token.pos_ == "PROPN" and token.text[:1].isupper()


def _link(doc: Doc, words: Words, candidates: list[Candidate], brackets: dict[str, str]) -> tuple[Mention, ...]:
    """Link names of people and organisations within the article; other names are their own entity."""
    forms = {c: words.form(c.start, c.end) for c in candidates}
    people = People((_person_form(forms[c]), c.start) for c in candidates if c.label == "PERSON")
    organisation_forms = Counter(forms[c] for c in candidates if c.label == "ORG")
    canonical = organisation_names(organisation_forms, {**dict(_brackets(doc, candidates, forms)), **brackets})
    mentions: list[Mention] = []
    for c in candidates:
        form = forms[c]
        if c.label == "PERSON":
            name, method, score = _person(doc, people, form, c)
            entity_kind = "person"
            key = " ".join(name_words(name))
        else:
            name = canonical.get(form, form) if c.label == "ORG" else " ".join(form.split())
            entry = standing_organisation(form) if c.label == "ORG" else None
            entity_kind = entry.kind if entry else KIND_OF_LABEL[c.label]
            key, score = fold(name), None
            method = "self" if fold(form) == key else "alias"
        start, end = words.starts[c.start], words.ends[c.end - 1]
        mentions.append(
            Mention(
                start=start,
                end=end,
                token_start=c.start,
                token_end=c.end,
                label=c.label,
                form="name",
                entity_id="x:" + hash_id(entity_kind, key),
                kind=entity_kind,
                canonical=name,
                link_method=method,
                link_score=score,
            )
        )
    return tuple(mentions)


def _person_form(form: str) -> str:
    return " ".join(form.split())


def _person(doc: Doc, people: People, form: str, candidate: Candidate) -> tuple[str, str, float | None]:
    """Give the canonical name of a person mention, how it was linked, and the score of a guess."""
    form = _person_form(form)
    cluster = people.resolve(form, candidate.start)
    if cluster is None:
        return form, "self", None
    twin = people.misspelt(form)
    if twin is not None and _may_be_misspelt(doc, candidate, twin):
        return twin.canonical, "coref", 0.5
    return cluster.canonical, "self" if name_words(form) == name_words(cluster.canonical) else "alias", None


def _may_be_misspelt(doc: Doc, candidate: Candidate, twin: Cluster) -> bool:
    """Whether a name like another one may be a slip: nothing introduces it, and the other is not beside it."""
    sentence = doc[candidate.start].sent
    if any(token.lower_ in _KIN for token in sentence) or any(
        sentence.start <= position < sentence.end for position in twin.positions
    ):
        return False
    before = doc[candidate.start - 1] if candidate.start else None
    introduced = before is not None and before.pos_ in ("PROPN", "NOUN", "ADJ") and not before.is_space
    return not introduced


def _brackets(doc: Doc, candidates: Iterable[Candidate], forms: dict[Candidate, str]) -> Iterator[tuple[str, str]]:
    """Yield (acronym, full name) of names whose acronym is not their initials: "Shanghai Organisation (SHO)"."""
    for c in candidates:
        if c.label != "ORG" or c.end + 2 >= len(doc) or doc[c.end].text != "(" or doc[c.end + 2].text != ")":
            continue
        acronym = doc[c.end + 1].text
        if acronym.isupper() and 2 <= len(acronym) <= 8 and acronym != forms[c]:
            yield acronym, forms[c]
