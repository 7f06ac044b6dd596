"""Names: spaCy's entities repaired by the document, people and organisations linked to their fullest form.

What is repaired: one sense per name in an article; leading articles, possessives, titles and quotation marks off the
span; spans broken or wrongly joined at hyphens; names that the recogniser missed though the article has them elsewhere,
and countries, demonyms and standing organisations that it missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate.layers import Mention
from tasks.annotate.names.again import KnownNames, add_missed, known_names
from tasks.annotate.names.candidate import KIND_OF_LABEL, ArticleText, Candidate, read_text
from tasks.annotate.names.evidence import by_construction, by_words, with_explained
from tasks.annotate.names.headlines import dateline_places, headline_names
from tasks.annotate.names.organisations import explained_acronyms, organisation_names, standing_organisation
from tasks.annotate.names.people import People, name_words, person_of
from tasks.annotate.names.senses import one_sense
from tasks.annotate.names.spans import from_entities, split_joined
from tasks.annotate.role_spans import RoleSpan, find_roles
from tasks.annotate.syntax.parse import parse_of
from tasks.ids import hash_id
from tasks.reference.files import fold
from tasks.reference.gazetteer import load_gazetteer

COMPONENT = "dateline_names"


@Language.factory(COMPONENT, assigns=["doc._.mentions"], requires=["doc.ents", "doc.sents", "doc._.sections"])
def dateline_names(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Build the component that finds names and links those of people and organisations."""

    def words_of(form: str) -> Iterator[str]:
        return (token.text for token in nlp.make_doc(form))

    known = known_names(words_of, load_gazetteer())

    def annotate(doc: Doc) -> Doc:
        # Asked for anew with each Doc, since a worker that was forked must open the gazetteer itself.
        article = read_text(parse_of(doc), load_gazetteer())
        doc._.mentions = find_names(article, find_roles(doc), known)
        return doc

    return annotate


def find_names(article: ArticleText, roles: Iterable[RoleSpan], known: KnownNames) -> tuple[Mention, ...]:
    """Give the name mentions of an article, linked within it, in text order.

    Parameters
    ----------
    roles
        The role phrases of the article: their words are no names.
    known
        Names to find without the recogniser.
    """
    candidates = split_joined(article.parse, list(from_entities(article.parse)))
    candidates = by_words(_without_role_words(candidates, roles), article)
    candidates, explained = with_explained(candidates, article)
    first = dateline_places(article)
    taken = frozenset(i for c in first for i in range(c.start, c.end))
    candidates = [*first, *(c for c in candidates if taken.isdisjoint(range(c.start, c.end)))]
    candidates = one_sense(candidates, article, taken, known.countries)
    candidates = by_construction(candidates, article, _surnames(candidates, article))
    candidates = headline_names(article, candidates, known.labels)
    candidates = add_missed(article, candidates, known)
    return _link(article, _without_overlaps(candidates), explained)


def _without_role_words(candidates: Iterable[Candidate], roles: Iterable[RoleSpan]) -> list[Candidate]:
    """Drop names that are words of a role phrase ("State" in "Secretary of State")."""
    inside = {i for role in roles if role.end - role.start > 1 for i in range(role.start, role.end)}
    return [
        c for c in candidates if c.label not in ("ORG", "PERSON", "GPE") or not inside.issuperset(range(c.start, c.end))
    ]


def _surnames(candidates: Iterable[Candidate], article: ArticleText) -> set[str]:
    """Give the folded last words of the people with full names."""
    forms = (article.form(c.start, c.end) for c in candidates if c.label == "PERSON" and c.end - c.start > 1)
    return {name_words(form)[-1] for form in forms}


def _without_overlaps(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Give the candidates in text order; of two that overlap, the longer."""
    kept: list[Candidate] = []
    taken: set[int] = set()
    for c in sorted(candidates, key=lambda c: (c.start - c.end, c.start, c.label)):
        tokens = range(c.start, c.end)
        if taken.isdisjoint(tokens):
            kept.append(c)
            taken.update(tokens)
    return sorted(kept, key=lambda c: c.start)


def _link(article: ArticleText, candidates: list[Candidate], explained: dict[str, str]) -> tuple[Mention, ...]:
    """Link names of people and organisations within the article; other names are their own entity."""
    forms = {c: article.form(c.start, c.end) for c in candidates}
    people = People((" ".join(forms[c].split()), article.at(c)) for c in candidates if c.label == "PERSON")
    organisations: dict[str, int] = {}
    for c in candidates:
        if c.label == "ORG":
            organisations.setdefault(forms[c], article.at(c))
    acronyms = {**dict(explained_acronyms(article.texts, candidates, forms)), **explained}
    canonical = organisation_names(organisations, acronyms)
    mentions: list[Mention] = []
    for c in candidates:
        kind = KIND_OF_LABEL[c.label]
        if c.label == "PERSON":
            name, method, score = person_of(people, forms[c], c.start, article.parse)
            key = " ".join(name_words(name))
        else:
            name = canonical[forms[c]] if c.label == "ORG" else " ".join(forms[c].split())
            entry = standing_organisation(forms[c]) if c.label == "ORG" else None
            kind = entry.kind if entry else kind
            key, score = fold(name), None
            method = "self" if fold(forms[c]) == key else "alias"
        mentions.append(
            Mention(
                start=article.at(c),
                end=article.at(c) + len(forms[c]),
                token_start=c.start,
                token_end=c.end,
                label=c.label,
                form="name",
                entity_id="x:" + hash_id(kind, key),
                kind=kind,
                canonical=name,
                link_method=method,
                link_score=score,
            )
        )
    return tuple(mentions)
