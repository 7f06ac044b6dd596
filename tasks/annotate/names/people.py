"""Which person names of an article mean one person: full names by their words, short names by whom they fit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tasks.annotate.rules import Ladder, Rule, when
from tasks.annotate.syntax.parse import Parse
from tasks.reference.files import fold, toml
from tasks.reference.files import words as word_lists

_FAMILY_FIRST = word_lists("names")["family_first"]
_KIN = word_lists("names")["kin"]
_PARTICLES = word_lists("names")["particles"]
_SUFFIXES = word_lists("names")["suffixes"]
# A first name's spellings and short forms that news uses of one person.
_SHORT_NAMES: Mapping[str, str] = toml("short_names.toml")["names"]
# The Arabic article before a family name, which newsrooms leave out at will: al-Assad, Assad.
_ARTICLE = re.compile(r"^(?:[Aa]l|[Ee]l|[Aa]sh|[Aa]d|[Aa]s|[Aa]r|[Aa]z|[Aa]n)[-‑‐](?=[A-Z])")
# "Jong-un": the given name behind an East Asian family name.
_HYPHENATED = re.compile(r"[A-Z][a-z]+-[a-z]+")
# How many times as often as the next one a person is named whom a short name means wherever it stands.
_BY_FAR = 3
# How often a person is named at least of whose name another one may be a misspelling.
_OFTEN = 3


@dataclass(slots=True)
class Cluster:
    """The forms of one person in an article. `positions` are the offsets of the mentions that are not short names."""

    words: tuple[str, ...]
    forms: Counter[str] = field(default_factory=Counter)
    positions: list[int] = field(default_factory=list)
    canonical: str = ""

    @property
    def mentions(self) -> int:
        """How often the person is named, short names apart."""
        return sum(self.forms.values())

    def last_before(self, position: int) -> int:
        """Give the offset of the last mention before a position, -1 without one."""
        return max((p for p in self.positions if p < position), default=-1)


def name_words(form: str) -> tuple[str, ...]:
    """Give the folded words of a person's name, hyphenated given names whole, without initials and suffixes."""
    words = [fold(_ARTICLE.sub("", word)).replace(" ", "") for word in form.split()]
    kept = [word for word in words if len(word) > 1 and word not in _SUFFIXES]
    return tuple(kept or [word for word in words if word])


def family_name(words: Sequence[str], form: str) -> str:
    """Give the family name: the first word of East Asian names, else the last."""
    if len(words) < 2 or words[0] not in _FAMILY_FIRST:
        return words[-1]
    given = form.split()[1:]
    hyphenated = len(given) == 1 and _HYPHENATED.fullmatch(given[0]) is not None
    # Of "Bruce Lee" and "Kim Lee" the last word is likelier the family's.
    return words[0] if len(words) == 3 or hyphenated or words[-1] not in _FAMILY_FIRST else words[-1]


def _compatible(a: Sequence[str], b: Sequence[str]) -> bool:
    """Whether two full names can be one person: one's words are among the other's, first names being alike."""
    short, long = sorted((tuple(a), tuple(b)), key=len)
    plain = [_SHORT_NAMES.get(word, word) for word in short]
    other = [_SHORT_NAMES.get(word, word) for word in long]
    bare = [word for word in plain if word not in _PARTICLES]
    return bool(bare) and all(word in other for word in bare) and len(bare) >= 2


# ---------- short names
@dataclass(frozen=True, slots=True)
class ShortName:
    """A short name at an offset, and the people whom it can mean, the most frequent first."""

    position: int
    people: tuple[Cluster, ...]


def _by_far_the_most_frequent(name: ShortName) -> Cluster | None:
    first, second = name.people[:2]
    return first if first.mentions >= _BY_FAR * second.mentions else None


def _last_before(name: ShortName) -> Cluster | None:
    last = max(name.people, key=lambda person: person.last_before(name.position))
    return last if last.last_before(name.position) >= 0 else None


SHORT_NAMES: Ladder[ShortName, Cluster] = Ladder(
    "people by short names",
    "Whom a family name or first name alone means",
    (
        Rule(
            "the only one of that name",
            lambda name: name.people[0] if len(name.people) == 1 else None,
            "Anna Weber resigned on Monday. Weber had been mayor for nine years.",
        ),
        Rule(
            "by far the most frequent of that name",
            _by_far_the_most_frequent,
            "Anna Weber met Karl Weber. Anna Weber spoke. Anna Weber left. Weber was tired.",
        ),
        Rule(
            "the last of that name before",
            _last_before,
            "Anna Weber spoke first. Karl Weber spoke next. Weber was tired.",
        ),
        Rule(
            "the most frequent of that name",
            lambda name: name.people[0],
            "Weber wins again\n\nAnna Weber beat Karl Weber.",
        ),
    ),
)


class People:
    """The people of one article: full names first, then each short form goes to the one it fits."""

    def __init__(self, mentions: Iterable[tuple[str, int]]) -> None:
        """Take the person names of an article as (form, offset) in text order."""
        self.clusters: list[Cluster] = []
        self._of_form: dict[str, Cluster] = {}
        mentions = list(mentions)
        for form, position in mentions:
            words = name_words(form)
            if len(words) > 1:
                self._add(form, words, position)
        for form, position in mentions:
            words = name_words(form)
            if len(words) == 1 and not self._fitting(words[0]):
                self._add(form, words, position)
        for cluster in self.clusters:
            cluster.canonical = _fullest(cluster.forms)

    def _add(self, form: str, words: tuple[str, ...], position: int) -> None:
        cluster = self._of_form.get(form) or next(
            (c for c in self.clusters if c.words == words or _compatible(words, c.words)), None
        )
        if cluster is None:
            cluster = Cluster(words)
            self.clusters.append(cluster)
        elif len(words) > len(cluster.words):
            cluster.words = words
        self._of_form[form] = cluster
        cluster.forms[form] += 1
        cluster.positions.append(position)

    def _fitting(self, word: str) -> list[Cluster]:
        """Give the people whom a single word can mean: by family name, else by any part of the name."""
        by_family = [c for c in self.clusters if len(c.words) > 1 and family_name(c.words, _fullest(c.forms)) == word]
        return by_family or [c for c in self.clusters if word in c.words]

    def resolve(self, form: str, position: int) -> Cluster | None:
        """Give the person a form means at an offset, None where it fits nobody."""
        if form in self._of_form:
            return self._of_form[form]
        words = name_words(form)
        fitting = self._fitting(words[0]) if len(words) == 1 else []
        if not fitting:
            return None
        fitting.sort(key=lambda person: (-person.mentions, person.positions[0]))
        decision = SHORT_NAMES.decide(ShortName(position, tuple(fitting)), position)
        return decision.verdict if decision else None

    def misspelt(self, form: str) -> Cluster | None:
        """Give the person of whom a form is likely a misspelling, or None.

        Only where the form stands once, and the article names exactly one other person three times or more whose first
        word is the same and whose other words begin alike and differ in few letters.
        """
        words = name_words(form)
        own = self._of_form.get(form)
        if len(words) < 2 or own is None or own.mentions > 1:
            return None
        close = [c for c in self.clusters if c is not own and c.mentions >= _OFTEN and _is_like(words, c.words)]
        return close[0] if len(close) == 1 else None


def _is_like(words: Sequence[str], others: Sequence[str]) -> bool:
    """Whether two full names have the same first word and rests that begin alike and differ in few letters."""
    if len(others) < 2 or words[0] != others[0]:
        return False
    rest, other = "".join(words[1:]), "".join(others[1:])
    return len(other) >= 5 and rest[0] == other[0] and edit_distance(rest, other) <= len(other) // 2


def _fullest(forms: Counter[str]) -> str:
    """Give the form with most words, initials counting less, then the most frequent, then the first by alphabet."""
    return min(forms, key=lambda form: (-len(name_words(form)), -len(form.split()), -forms[form], form))


def edit_distance(a: str, b: str) -> int:
    """Give the Levenshtein distance of two short strings."""
    row = list(range(len(b) + 1))
    for i, char in enumerate(a, 1):
        above, row[0] = row[0], i
        for j, other in enumerate(b, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (char != other))
    return row[-1]


# ---------- misspelt names
@dataclass(frozen=True, slots=True)
class Slip:
    """A full name at a token that may be a misspelling of a frequent one, `twin`."""

    token: int
    twin: Cluster
    parse: Parse


def _is_beside_its_twin(slip: Slip) -> bool:
    sentence = slip.parse[slip.token].sent
    return any(sentence.start_char <= position < sentence.end_char for position in slip.twin.positions)


def _is_introduced(slip: Slip) -> bool:
    """Whether a noun or an adjective stands before the name: "aide Kim Yong-chol"."""
    before = slip.parse[slip.token - 1] if slip.token else None
    return before is not None and before.pos_ in ("PROPN", "NOUN", "ADJ") and not before.is_space


SLIPS: Ladder[Slip, bool] = Ladder(
    "misspelt people",
    "Whether a name that stands once and is like a frequent one is a misspelling of it",
    (
        when(
            "relatives are spoken of",
            lambda slip: not _KIN.isdisjoint(slip.parse[slip.token].sent.forms),
            False,
            "Lee Sang-ho spoke. Lee Sang-ho left. Lee Sang-ho slept. Lee Sung-ho is a brother of the minister.",
        ),
        when(
            "both stand in one sentence",
            _is_beside_its_twin,
            False,
            "Lee Sang-ho spoke. Lee Sang-ho left. Lee Sang-ho met Lee Sung-ho in Seoul.",
        ),
        when(
            "introduced as somebody of his own",
            _is_introduced,
            False,
            "Lee Sang-ho spoke. Lee Sang-ho left. Lee Sang-ho slept. Later lawyer Lee Sung-ho came.",
        ),
        when(
            "a slip",
            lambda slip: True,
            True,
            "Lee Sang-ho spoke. Lee Sang-ho left. Lee Sang-ho slept. Lee Sung-ho was tired.",
        ),
    ),
)


def person_of(people: People, form: str, token: int, parse: Parse) -> tuple[str, str, float | None]:
    """Give the canonical name of a person at a token, how the mention was linked, and the score of a guess."""
    form = " ".join(form.split())
    position = parse.starts[token]
    cluster = people.resolve(form, position)
    if cluster is None:
        return form, "self", None
    twin = people.misspelt(form)
    decision = SLIPS.decide(Slip(token, twin, parse), position) if twin is not None else None
    if twin is not None and decision is not None and decision.verdict:
        return twin.canonical, "coref", 0.5
    return cluster.canonical, "self" if name_words(form) == name_words(cluster.canonical) else "alias", None
