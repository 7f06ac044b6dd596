"""What stands around a name and tells its kind: acronyms explained in brackets, places by construction, headlines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from spacy.tokens import Doc

from tasks.annotate.names.spans import Candidate
from tasks.annotate.role_spans import PhraseIndex
from tasks.annotate.syntax.parse import Words
from tasks.reference.gazetteer import Place, load_gazetteer

# Words inside an organisation's name whose first letter an acronym may leave out.
_SMALL_WORDS = frozenset((
    "of", "the", "and", "for", "in", "on", "to", "at", "de", "du", "des", "la", "del", "di", "do", "da", "&", "-",
    "against", "with", "from", "'s", "’s", "y", "e",
))  # fmt: skip
_EXPLAINED_LABELS = frozenset(("ORG", "LAW", "EVENT", "LOC", "FAC", "WORK_OF_ART"))
# What stands before "of" and a place: "the town of Majdal Shams".
_PLACE_NOUNS = frozenset((
    "city", "town", "village", "port", "province", "district", "region", "county", "suburb", "island", "municipality",
    "governorate", "prefecture", "township", "hamlet", "oblast", "settlement", "commune",
))  # fmt: skip
_PLACE_TAILS = frozenset((
    "State", "Province", "County", "District", "Governorate", "Oblast", "Region", "Prefecture", "Voivodeship",
))  # fmt: skip
# Last words that only an organisation's name has.
_ORGANISATION_TAILS = frozenset((
    "Railroad", "Railway", "Division", "Brigade", "Regiment", "Battalion", "Squadron", "Fleet", "Corps", "League",
    "University", "College", "Institute", "Laboratory", "Club", "FC", "F.C.", "A.F.C.", "AFC", "Party", "Ministry",
    "Council", "Committee", "Commission", "Bank", "Group", "Company", "Inc", "Inc.", "Ltd", "Ltd.", "Corp", "Corp.",
    "Corporation", "Police", "Foundation", "Association", "Society", "Federation", "Movement", "Airlines", "Airways",
    "Orchestra", "Rovers", "Wanderers", "Athletic", "Department", "Agency", "Authority", "Coalition", "Brotherhood",
    "GmbH", "AG", "PLC", "plc", "LLC", "Records", "Republicans", "Democrats", "Conference", "Army", "Navy", "Union",
    "United", "Albion", "Hotspur", "Herald", "Tribune",
    "Newspapers", "Broadcasting", "Television", "Ministries", "Federal", "Congress", "Partners",
))  # fmt: skip
_MILITARY_UNITS = frozenset((
    "Division", "Brigade", "Regiment", "Battalion", "Squadron", "Fleet", "Corps", "Army", "Infantry", "Cavalry", "Wing",
    "Artillery", "Armored", "Armoured", "Airborne", "Mechanised", "Mechanized", "Marine", "Air", "Fighter", "Bomber",
))  # fmt: skip
_MISTAKEN = frozenset(("PERSON", "GPE", "WORK_OF_ART", "PRODUCT", "EVENT", "LAW", "NORP"))
_COUNTS = frozenset(("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth"))
_SHIPS = frozenset(("USS", "HMS", "HMAS", "HMCS", "INS", "RMS", "MV", "SS", "USNS", "RFA", "FS"))
_LOCATIVE = frozenset(("in", "near", "outside", "at", "around", "across", "from", "to", "of"))
_BIG_CITY = 100_000
_LONGEST_NAME = 14


def explained(words: Words) -> Iterator[tuple[int, int, int]]:
    """Yield names that an acronym in brackets explains, as (first token, end token, token of the acronym).

    "Central Obrera Boliviana (COB)": the words before the bracket, read backwards, have the acronym's letters as
    their initials; small words count only where a letter needs them.
    """
    texts = words.words
    for i in range(1, len(texts) - 2):
        if texts[i] != "(" or texts[i + 2] not in (")", ",", ";"):
            continue
        letters = texts[i + 1].replace(".", "")
        if not (2 <= len(letters) <= 8 and letters.isalpha() and letters.isupper()):
            continue
        start = _reach(texts, i, letters)
        if start is not None:
            yield start, i, i + 1


def _reach(texts: list[str], end: int, letters: str) -> int | None:
    """The first of the words before `end` whose initials spell an acronym, None where they do not."""
    position, left = end - 1, len(letters)
    while left and position >= max(0, end - _LONGEST_NAME):
        word = texts[position]
        initial = word[0].upper()
        if word.casefold() in _SMALL_WORDS:
            if word[0].isupper() and initial == letters[left - 1] and left > 1:
                left -= 1
        elif word[0].isupper() and initial == letters[left - 1]:
            left -= 1
            if left == 0:
                return position
        else:
            return None
        position -= 1
    return None


def with_explained(candidates: list[Candidate], words: Words) -> tuple[list[Candidate], dict[str, str]]:
    """Give the candidates with explained names whole and their acronyms beside them, and the names by acronym."""
    brackets: dict[str, str] = {}
    for start, end, acronym in explained(words):
        whole = next((c for c in candidates if c.start <= start and end <= c.end), None)
        if whole is not None and whole.end > end:
            continue
        if whole is not None and whole.label in _EXPLAINED_LABELS:
            label, start = whole.label, whole.start
        else:
            label = "ORG"
        candidates = [c for c in candidates if c.end <= start or c.start >= end]
        candidates = [c for c in candidates if not c.start <= acronym < c.end]
        candidates += [Candidate(start, end, label), Candidate(acronym, acronym + 1, label)]
        brackets[words.words[acronym]] = words.form(start, end)
    return sorted(candidates, key=lambda c: (c.start, c.end)), brackets


def by_words(candidates: list[Candidate], words: Words) -> list[Candidate]:
    """Mend label and span by a name's own words: "Maine Central Railroad", "Operation Desert Storm", "USS Nimitz"."""
    texts = words.words
    found: list[Candidate] = []
    for c in candidates:
        start, label, long = c.start, c.label, c.end - c.start > 1
        if long and texts[start] == "Operation" and label in ("ORG", "PERSON", "GPE", "WORK_OF_ART", "PRODUCT"):
            label = "EVENT"
        elif texts[start] in _SHIPS and long and label in ("ORG", "PERSON", "GPE"):
            label = "PRODUCT"
        elif long and texts[c.end - 1] in _ORGANISATION_TAILS and label in _MISTAKEN:
            label = "ORG"
        if label == "ORG" and start and texts[start] in _MILITARY_UNITS and _counts(texts[start - 1]):
            free = not found or found[-1].end <= start - 1
            start -= free
        found.append(Candidate(start, c.end, label))
    return found


def _counts(word: str) -> bool:
    """Whether a word numbers a unit: 65th, 3, First, XVIII."""
    return word[0].isdigit() or word in _COUNTS or (len(word) > 1 and not word.strip("IVX"))


def is_known_place(form: str) -> bool:
    """Whether a name is, by itself, a country, an admin1 unit, a capital or a big city."""
    return any(
        p.main and not p.abbreviation
        and (p.place_type in ("country", "admin1") or p.capital or p.population >= _BIG_CITY)
        for p in load_gazetteer().lookup(form)[:3]
    )  # fmt: skip


def _places(form: str) -> tuple[Place, ...]:
    return tuple(p for p in load_gazetteer().lookup(form) if not p.abbreviation)


def by_construction(candidates: list[Candidate], words: Words, surnames: Iterable[str]) -> list[Candidate]:
    """Make places of names that their construction shows to be some, whatever the recogniser took them for.

    "the town of Majdal Shams", "Rakhine State", "in Gamboru Ngala, Borno State", "Dikwa, Monguno and Baga": the last
    only where the gazetteer knows the name.
    """
    people = set(surnames)
    found: list[Candidate] = []
    for i, c in enumerate(candidates):
        if c.label in ("GPE", "LOC") or words.form(c.start, c.end).casefold() in people:
            found.append(c)
            continue
        before = candidates[i - 1] if i else None
        after = candidates[i + 1] if i + 1 < len(candidates) else None
        third = candidates[i + 2] if i + 2 < len(candidates) else None
        place = _is_place(c, before, after, third, words)
        found.append(replace(c, label="GPE") if place else c)
    return found


def _is_place(
    c: Candidate, before: Candidate | None, after: Candidate | None, third: Candidate | None, words: Words
) -> bool:
    texts = words.words
    form = words.form(c.start, c.end)
    lead = texts[c.start - 1].lower() if c.start else ""
    if c.label in ("ORG", "PERSON") and c.end - c.start > 1 and texts[c.end - 1] in _PLACE_TAILS:
        bare = _places(words.form(c.start, c.end - 1)) + _places(form)
        units = [p for p in bare if p.place_type in ("admin1", "admin2")]
        # "Michigan State" is a university.
        return any(p.country != "USA" or texts[c.end - 1] != "State" for p in units)
    if c.label not in ("PERSON", "ORG", "NORP", "FAC", "PRODUCT"):
        return False
    if lead == "of" and c.start > 1 and texts[c.start - 2].lower() in _PLACE_NOUNS and c.label in ("PERSON", "ORG"):
        return c.label == "PERSON" or c.end - c.start == 1
    if c.end - c.start > 1 and c.label not in ("PERSON", "FAC"):
        return False
    inside = (
        after is not None and after.start == c.end + 1 and texts[c.end] == "," and after.label == "GPE"
        and any(p.place_type in ("country", "admin1") for p in _places(words.form(after.start, after.end)))
    )  # fmt: skip
    if lead in _LOCATIVE and inside and c.label == "PERSON":
        return True
    known = [p for p in _places(form) if p.main]
    if not known or c.label == "NORP":
        return False
    left = before is not None and before.label == "GPE" and _joined(texts, before.end, c.start)
    right = after is not None and after.label == "GPE" and _joined(texts, c.end, after.start)
    more = right and third is not None and after is not None and third.label == "GPE"
    listed = more and third is not None and after is not None and _joined(texts, after.end, third.start)
    return (left and (right or lead == "and")) or (right and (listed or lead in ("in", "near", "across")))


def _joined(texts: list[str], end: int, start: int) -> bool:
    """Whether two names are members of one list: only a comma, "and" or "or" stands between them."""
    return 1 <= start - end <= 2 and all(word in (",", "and", "or") for word in texts[end:start])


# ---------- datelines and headlines
def dateline_places(words: Words, tokens: list[range]) -> list[Candidate]:
    """Give the places that datelines name: "LA PAZ (AP) —", "RAMALLAH, West Bank, June 19 -"."""
    found: list[Candidate] = []
    for span in tokens:
        start = span.start
        for i in span:
            if i < start or (words.words[i] not in (",", "(", "-", "–", "—", "--", "/") and i != span.stop - 1):
                continue
            end = i + 1 if i == span.stop - 1 and words.words[i][0].isalnum() else i
            if start < end:
                form = words.form(start, end)
                if not load_gazetteer().lookup(form):
                    break
                found.append(Candidate(start, end, "GPE"))
            if words.words[i] != ",":
                break
            start = i + 1
    return found


def headline_names(
    doc: Doc, words: Words, candidates: list[Candidate], headings: list[range], known: dict[tuple[str, ...], str]
) -> list[Candidate]:
    """Mend the names of headlines by those of the article, since capitals say little there.

    In a headline all in capitals the names are those that the article or the lists have, in any case; of a span that
    begins with a name of the article the rest falls off ("Acme Robotics Announces").
    """
    inside = {i for span in headings for i in span}
    local: dict[tuple[str, ...], str] = {}
    for c in candidates:
        if c.start not in inside:
            local.setdefault(tuple(words.words[c.start : c.end]), c.label)
            if c.label == "PERSON" and words.words[c.end - 1][0].isupper():
                local.setdefault((words.words[c.end - 1],), "PERSON")
    kept = [c for c in candidates if c.start not in inside]
    for span in headings:
        own = [c for c in candidates if c.start in span]
        if _is_shouted(words.words[span.start : span.stop]):
            kept += _shouted(doc, words, own, span, {**known, **local})
        else:
            kept += [_without_verb(words, c, local) for c in own]
    return sorted(kept, key=lambda c: (c.start, c.end))


def _is_shouted(texts: list[str]) -> bool:
    letters = [word for word in texts if any(char.isalpha() for char in word)]
    return len(letters) > 2 and not any(char.islower() for word in letters for char in word)


def _shouted(
    doc: Doc, words: Words, own: list[Candidate], span: range, names: dict[tuple[str, ...], str]
) -> list[Candidate]:
    upper = {tuple(word.upper() for word in phrase): label for phrase, label in names.items()}
    index = PhraseIndex(upper)
    found: list[Candidate] = []
    i = span.start
    while i < span.stop:
        phrase = index.longest(words.words, i) if words.words[i] in index.by_first else None
        if phrase is None or (len(phrase) == 1 and doc[i].is_stop and words.words[i] != "US"):
            i += 1
            continue
        found.append(Candidate(i, i + len(phrase), upper[phrase]))
        i += len(phrase)
    taken = {k for c in found for k in range(c.start, c.end)}
    found += [
        c for c in own
        if not taken & set(range(c.start, c.end)) and not any(doc[k].is_stop for k in range(c.start, c.end))
    ]  # fmt: skip
    return found


def _without_verb(words: Words, c: Candidate, local: dict[tuple[str, ...], str]) -> Candidate:
    phrase = tuple(words.words[c.start : c.end])
    if phrase in local or len(phrase) < 2:
        return c
    for end in range(c.end - 1, c.start, -1):
        label = local.get(tuple(words.words[c.start : end]))
        if label is not None and (end - c.start > 1 or label != "PERSON"):
            return Candidate(c.start, end, label)
    return c
