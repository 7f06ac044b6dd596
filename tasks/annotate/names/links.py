"""Which names of an article mean the same one: people by full and short names, organisations by acronyms and parts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tasks.reference.files import fold
from tasks.reference.lexicons import Organisation, organisation_key, organisations

# Family names that stand first in Chinese, Korean and Vietnamese names as English news writes them.
FAMILY_FIRST = frozenset((
    "kim", "lee", "park", "choi", "jung", "jeong", "kang", "cho", "yoon", "jang", "lim", "han", "shin", "seo",
    "kwon", "hwang", "ahn", "song", "ryu", "hong", "moon", "roh", "ban", "ri", "pak", "hwang", "xi", "li", "wang",
    "zhang", "liu", "chen", "yang", "huang", "zhao", "wu", "zhou", "xu", "sun", "ma", "zhu", "hu", "guo", "lin",
    "luo", "liang", "tang", "deng", "xie", "feng", "cao", "peng", "zeng", "jiang", "wen", "bo", "wei", "han",
    "tsai", "lam", "nguyen", "tran", "le", "pham", "hoang", "phan", "vu", "dang", "bui", "do", "ho", "ngo",
    "truong",
))  # fmt: skip
_PARTICLES = frozenset((
    "al", "el", "bin", "ibn", "abu", "ben", "van", "von", "der", "den", "de", "da", "di", "del", "della", "la",
    "le", "dos", "du", "bint", "ul", "ur", "st",
))  # fmt: skip
_SMALL_WORDS = frozenset((
    "of", "the", "and", "for", "in", "on", "to", "de", "du", "des", "la", "&", "a",
))  # fmt: skip
_SUFFIXES = frozenset((
    "jr", "sr", "ii", "iii", "iv", "junior", "senior",
))  # fmt: skip
_FORM_TAILS = frozenset((
    "party", "inc", "corp", "corporation", "group", "company", "co", "ltd", "plc", "llc", "ag", "sa", "se", "gmbh",
    "council",
))  # fmt: skip
# A first name's spellings and short forms that news uses of one person.
_SHORT_NAMES = {
    "bill": "william", "bob": "robert", "mike": "michael", "jim": "james", "joe": "joseph", "tom": "thomas",
    "dick": "richard", "dan": "daniel", "tony": "anthony", "ed": "edward", "ted": "edward", "ben": "benjamin",
    "chris": "christopher", "dave": "david", "steve": "stephen", "steven": "stephen", "nick": "nicholas",
    "chuck": "charles", "andy": "andrew", "alex": "alexander", "sam": "samuel", "matt": "matthew", "ron": "ronald",
    "ken": "kenneth", "larry": "lawrence", "jeff": "jeffrey", "liz": "elizabeth", "kate": "katherine",
    "mohammad": "mohammed", "muhammad": "mohammed", "mohamed": "mohammed", "mahmud": "mahmoud",
}  # fmt: skip


# The Arabic article before a family name, which newsrooms leave out at will: al-Assad, Assad.
_ARTICLE = re.compile(r"^(?:[Aa]l|[Ee]l|[Aa]sh|[Aa]d|[Aa]s|[Aa]r|[Aa]z|[Aa]n)[-‑‐](?=[A-Z])")


@dataclass(slots=True)
class Cluster:
    """The forms of one person or organisation in an article. `positions` are token indices of its full mentions."""

    words: tuple[str, ...]
    forms: Counter[str] = field(default_factory=Counter)
    positions: list[int] = field(default_factory=list)
    canonical: str = ""


def name_words(form: str) -> tuple[str, ...]:
    """Give the folded words of a person's name, hyphenated given names whole, without initials and suffixes."""
    words = [fold(_ARTICLE.sub("", word)).replace(" ", "") for word in form.split()]
    kept = [word for word in words if len(word) > 1 and word not in _SUFFIXES]
    return tuple(kept or [word for word in words if word])


def family_name(words: Sequence[str], form: str) -> str:
    """Give the family name: the first word of East Asian names, else the last."""
    given = form.split()[1:]
    hyphenated = len(given) == 1 and re.fullmatch(r"[A-Z][a-z]+-[a-z]+", given[0]) is not None
    three = len(words) == 3 and words[0] in FAMILY_FIRST
    if len(words) > 1 and (words[0] in FAMILY_FIRST and (three or hyphenated or words[-1] not in FAMILY_FIRST)):
        two_western = len(words) == 2 and not hyphenated and words[-1] in FAMILY_FIRST
        return words[-1] if two_western else words[0]
    return words[-1]


def _compatible(a: Sequence[str], b: Sequence[str]) -> bool:
    """Whether two full names can be one person: one's words are among the other's, first names being alike."""
    short, long = sorted((tuple(a), tuple(b)), key=len)
    plain = [_SHORT_NAMES.get(word, word) for word in short]
    other = [_SHORT_NAMES.get(word, word) for word in long]
    bare = [word for word in plain if word not in _PARTICLES]
    return bool(bare) and all(word in other for word in bare) and len(bare) >= 2


class People:
    """The people of one article: full names first, then each short form goes to the one it fits."""

    def __init__(self, mentions: Iterable[tuple[str, int]]) -> None:
        """Take the person names of an article as (form, token index) in text order."""
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
        """Give the person a form means at a position: the only one, else by far the most frequent, else the last."""
        if form in self._of_form:
            return self._of_form[form]
        words = name_words(form)
        fitting = self._fitting(words[0]) if len(words) == 1 else []
        if not fitting:
            return None
        if len(fitting) == 1:
            return fitting[0]
        ranked = sorted(fitting, key=lambda c: (-sum(c.forms.values()), c.positions[0]))
        if sum(ranked[0].forms.values()) >= 3 * sum(ranked[1].forms.values()):
            return ranked[0]
        before = [(max(p for p in c.positions if p < position), c) for c in fitting if min(c.positions) < position]
        return max(before, key=lambda pair: pair[0])[1] if before else ranked[0]

    def misspelt(self, form: str) -> Cluster | None:
        """Give the person of whom a form is likely a misspelling, or None.

        Only where the form stands once, and the article names exactly one other person three times or more whose first
        word is the same and whose other words begin alike and differ in few letters.
        """
        words = name_words(form)
        own = self._of_form.get(form)
        if len(words) < 2 or own is None or sum(own.forms.values()) > 1:
            return None
        rest = "".join(words[1:])
        alike = [c for c in self.clusters if c is not own and len(c.words) > 1 and c.words[0] == words[0]]
        close = [c for c in alike if sum(c.forms.values()) >= 3 and _is_close(rest, "".join(c.words[1:]))]
        return close[0] if len(close) == 1 else None


def _is_close(a: str, b: str) -> bool:
    return len(b) >= 5 and a[0] == b[0] and edit_distance(a, b) <= len(b) // 2


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


def standing_organisation(form: str) -> Organisation | None:
    """Give the entry of a standing organisation or seat of power, None where the tables lack it.

    Of a form that several organisations share it holds only what they have in common and has no name.
    """
    return organisations().get(organisation_key(form))


def organisation_names(forms: Counter[str], brackets: dict[str, str]) -> dict[str, str]:
    """Give the canonical name of each organisation form in an article.

    Parameters
    ----------
    forms
        Every organisation form of the article with its count.
    brackets
        Acronyms that the article explains itself: "African Union (AU)" gives AU → African Union.
    """
    canonical: dict[str, str] = {}
    long_forms = sorted((form for form in forms if len(form.split()) > 1), key=lambda form: (-len(form), form))
    initials = {_initials(form): form for form in reversed(long_forms)}
    for form in forms:
        entry = standing_organisation(form)
        if form in brackets:
            # What the article explains goes before what the acronym means elsewhere.
            full = brackets[form]
            entry = standing_organisation(full)
            canonical[form] = entry.name if entry and entry.name else full
        elif entry and entry.name:
            canonical[form] = entry.name
        elif entry:
            # Several organisations bear the form: which one it is, is decided once the countries are known.
            canonical[form] = form
        elif form.replace(".", "").isupper() and len(form.replace(".", "")) >= 3 and form.replace(".", "") in initials:
            canonical[form] = initials[form.replace(".", "")]
        else:
            tail = next((long for long in long_forms if _is_form_with_tail(form, long)), None)
            canonical[form] = tail or form
    return canonical


def _initials(form: str) -> str:
    return "".join(word[0] for word in re.split(r"[\s\-]+", form) if word and word.lower() not in _SMALL_WORDS).upper()


def _is_form_with_tail(form: str, long: str) -> bool:
    """Whether `long` is `form` with only a legal or generic tail behind it: Labour and Labour Party."""
    words, more = fold(form).split(), fold(long).split()
    return (
        len(more) > len(words)
        and more[: len(words)] == words
        and all(word in _FORM_TAILS for word in more[len(words) :])
    )
