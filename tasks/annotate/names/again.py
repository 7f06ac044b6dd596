"""Names that the recogniser missed: those that the article has elsewhere, and those that the reference tables know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from tasks.annotate.names.candidate import KIND_OF_LABEL, ArticleText, Candidate, is_small_word
from tasks.annotate.names.people import family_name, name_words
from tasks.annotate.role_spans import PhraseIndex
from tasks.annotate.rules import Ladder, when
from tasks.annotate.syntax.parse import Word
from tasks.reference.files import fold, split_forms, table
from tasks.reference.gazetteer import Gazetteer
from tasks.reference.lexicons import country_names, demonyms, role_nouns, titles

Phrase = tuple[str, ...]
_SOUGHT = frozenset(("PERSON", "ORG", "GPE", "LOC", "FAC"))
_NOUNS = frozenset(("PROPN", "NOUN", "ADJ", "X"))


# ---------- what the reference tables know
@dataclass(frozen=True, slots=True)
class KnownNames:
    """Names worth finding where the recogniser misses them, by their words, and the names of countries as written."""

    labels: Mapping[Phrase, str]
    index: PhraseIndex
    countries: frozenset[str]


def known_names(words_of: Callable[[str], Iterable[str]], gazetteer: Gazetteer) -> KnownNames:
    """Read the reference tables.

    Parameters
    ----------
    words_of
        Cuts a name into words as the texts are cut.
    """
    rows = table("countries.csv")
    nations = [gazetteer.country(row["iso3"]) for row in rows]
    countries = [form for row in rows for form in split_forms(row["names"])]
    countries += [place.name for place in nations if place is not None]
    forms: dict[str, str] = dict.fromkeys(demonyms(), "NORP")
    forms.update(dict.fromkeys(_regions(), "LOC"))
    forms.update(dict.fromkeys(countries, "GPE"))
    forms.update(dict.fromkeys((*_organisations(), *_metonyms()), "ORG"))
    labels: dict[Phrase, str] = {}
    for form, label in forms.items():
        if form[0].isupper():
            for written in (form, form.replace("'", "’")):
                labels[tuple(words_of(written))] = label
    return KnownNames(labels, PhraseIndex(labels), frozenset(countries))


def _regions() -> Iterator[str]:
    for row in table("regions.csv"):
        for form in (row["name"], *split_forms(row["forms"])):
            if len(form.split()) > 1 and not form.startswith("the "):
                yield form


def _organisations() -> Iterator[str]:
    for row in table("organisations.csv"):
        for form in (row["name"], *split_forms(row["aliases"])):
            if len(form.split()) > 1 or (len(form) > 1 and form.isupper()):
                yield form


def _metonyms() -> Iterator[str]:
    for row in table("metonyms.csv"):
        yield from (form for form in split_forms(row["forms"]) if not form.startswith("the "))


# ---------- what the article has elsewhere
def _names_of_article(article: ArticleText, candidates: Iterable[Candidate]) -> dict[Phrase, str]:
    """Give the labels of the article's names by their words, those of people by their family names too."""
    labels: dict[Phrase, str] = {}
    for c in candidates:
        phrase = tuple(article.texts[c.start : c.end])
        if c.label not in _SOUGHT or not phrase[0][0].isupper():
            continue
        labels.setdefault(phrase, c.label)
        if c.label == "PERSON" and len(phrase) > 1:
            form = article.form(c.start, c.end)
            family = phrase[0] if family_name(name_words(form), form) == fold(phrase[0]) else phrase[-1]
            if len(family) > 1 and family[0].isupper():
                labels.setdefault((family,), "PERSON")
    return labels


# ---------- whether a phrase is a name
@dataclass(frozen=True, slots=True)
class RepeatedName:
    """A known phrase in the text: its first word, the names around it by token, the tokens of dates and figures."""

    name: Candidate
    word: Word
    article: ArticleText
    names: Mapping[int, Candidate]
    figures: frozenset[int]

    @property
    def is_single(self) -> bool:
        """Whether it is one word."""
        return self.name.end - self.name.start == 1

    @property
    def in_heading(self) -> bool:
        """Whether it stands in a title or a subheading, where capitals say little."""
        return self.name.start in self.article.in_heading


def _is_small_word_in_capitals(found: RepeatedName) -> bool:
    """IS and WHO are words as well."""
    text = found.word.text
    return found.is_single and text.isupper() and text not in ("US", "U.S.") and is_small_word(found.word)


def _is_acronym(found: RepeatedName) -> bool:
    if not _is_small_word_in_capitals(found) or found.in_heading:
        return False
    return found.word.pos_ == "PROPN" and not found.word.is_sent_start


def _is_nation(found: RepeatedName) -> bool:
    return found.word.text in demonyms() or found.word.text in country_names()


def _is_piece(found: RepeatedName) -> bool:
    """Whether a proper noun that is no name stands right beside it: "Putin" in "Putin Palace"."""
    words, name = found.article.parse.words, found.name
    return any(
        0 <= i < len(words) and i not in found.names and _is_loose_proper(words[i]) for i in (name.end, name.start - 1)
    )


def _is_loose_proper(word: Word) -> bool:
    if word.pos_ != "PROPN" or not word.text[:1].isupper():
        return False
    return word.lower_ not in titles() and word.lower_ not in role_nouns()


FOUND_AGAIN: Ladder[RepeatedName, bool] = Ladder(
    "names found again",
    "Whether words that are a name elsewhere are one here, where the recogniser saw none",
    (
        when(
            "part of a date or a figure",
            lambda found: not found.figures.isdisjoint(range(found.name.start, found.name.end)),
            False,
            "It cost 5 million Canadian dollars.",
        ),
        when(
            "an acronym that is a word as well",
            _is_acronym,
            True,
            "The raids killed dozens of IS members in Iraq.",
        ),
        when(
            "a small word in capitals",
            _is_small_word_in_capitals,
            False,
            "WHO IS TO BLAME\n\nNobody knows.",
        ),
        when(
            "in a headline",
            lambda found: found.in_heading,
            True,
            "Read more: pro-Gardner vote\n\nPaul Gardner is the mayor.",
        ),
        when(
            "several words",
            lambda found: not found.is_single,
            True,
            "Voters of the Lib Dems stayed at home.",
        ),
        when(
            "a country or a people",
            _is_nation,
            True,
            "A pro-Western government fell.",
        ),
        when(
            "a word that is no noun",
            lambda found: found.word.pos_ not in _NOUNS,
            False,
            "Anna Will left. Will he return?",
        ),
        when(
            "a piece of a longer name",
            _is_piece,
            False,
            "Vladimir Putin left. The Putin Doctrine failed.",
        ),
        when(
            "a name by itself",
            lambda found: True,
            True,
            "Anna Weber resigned. The pro-Weber camp was angry.",
        ),
    ),
)


def add_missed(article: ArticleText, candidates: list[Candidate], known: KnownNames) -> list[Candidate]:
    """Find names again where the recogniser did not: the article's and the known ones; longer win over shorter."""
    local = _names_of_article(article, candidates)
    own = PhraseIndex(local)
    names = {i: c for c in candidates for i in range(c.start, c.end)}
    figures = _figures(article)
    texts, words = article.texts, article.parse.words
    added: list[Candidate] = []
    dropped: set[Candidate] = set()
    i = 0
    while i < len(texts):
        name: Candidate | None = None
        # Asked of every word of every article: most begin no name.
        if texts[i] in own.by_first or texts[i] in known.index.by_first:
            name = _longest(texts, i, (own, local), (known.index, known.labels))
        if name is not None and not _is_taken(name, names):
            found = RepeatedName(name, words[i], article, names, figures)
            decision = FOUND_AGAIN.decide(found, words[i].idx)
            if decision is not None and decision.verdict:
                dropped.update(names[k] for k in range(i, name.end) if k in names)
                added.append(name)
                i = name.end
                continue
        i += 1
    return [c for c in candidates if c not in dropped] + added


def _figures(article: ArticleText) -> frozenset[int]:
    """Give the tokens of what the recogniser takes for a date, a time, a sum or a number."""
    parse = article.parse
    return frozenset(
        i for e in parse.ents if parse[e.start].ent_type_ not in KIND_OF_LABEL for i in range(e.start, e.end)
    )


def _longest(texts: list[str], start: int, *lists: tuple[PhraseIndex, Mapping[Phrase, str]]) -> Candidate | None:
    """Give the longest name of some lists that begins at a token; of two as long, the one of the earlier list."""
    best: Candidate | None = None
    for index, labels in lists:
        phrase = index.longest(texts, start)
        if phrase is not None and (best is None or start + len(phrase) > best.end):
            best = Candidate(start, start + len(phrase), labels[phrase])
    return best


def _is_taken(name: Candidate, names: Mapping[int, Candidate]) -> bool:
    """Whether a name of the article stands there already: the same one, a longer one, or one that it would cut."""
    inner = {names[k] for k in range(name.start, name.end) if k in names}
    return any(c.start < name.start or c.end > name.end or c[:2] == name[:2] for c in inner)
