"""The event lexicon: frames, word classes and PLOVER's tables, read from `tasks/data/events/`.

A frame says which words tell an event and who stands where around them, as one line that a person can read and
extend. `tasks/data/events/README.md` describes the notation; this module parses it and indexes frames by trigger.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from tasks.annotate.events.lexicon.frame import Filter, Frame, FrameFile, Part, file_frames
from tasks.annotate.syntax.word_lists import word_lists
from tasks.contract.vocabulary import MODES_OF_TYPE, SECTORS
from tasks.errors import UserError
from tasks.reference.files import DATA, table, toml, words
from tasks.reference.lexicons import acting_nouns

COLUMNS = ("id", "type", "mode", "cameo", "pattern", "example")
# Files outside `tasks/data/events/` that shape the coding too.
BESIDE = ("sectors.csv", "words/actors.toml", "words/grammar.toml")
TOKEN = re.compile(r"[()]|[^\s()]+")
OWNER = re.compile(r"^([AR])'s(?:<([^>]*)>)?$")
PREPOSITION = re.compile(r"[a-z_|]+")
FILLER = re.compile(r"^(A|R|X|DO|DOING|CLAUSE)?(!)?(?:<([^>]*)>)?$")
ROLES = {"A": "actor", "R": "recipient"}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern, parsed: `bare` where a noun needs no side, the rest as in `Frame`; the places as they are written."""

    nominal: bool
    bare: bool
    polarity: str
    triggers: tuple[str, ...]
    subject: Part
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything the coder knows of words; `version` is the first 8 hex digits of the SHA-256 of its files.

    `files` are the frames of `verbs` as the matcher looks them up, `noun_keys` the triggers of `nouns` in every
    spelling that a text's words may be joined to, `own` the ids of the user's own frames.
    """

    version: str
    frames: tuple[Frame, ...]
    classes: Mapping[str, frozenset[str]]
    sectors: Mapping[str, str]
    words: Mapping[str, frozenset[str]]
    cameo: frozenset[str]
    verbs: Mapping[str, tuple[Frame, ...]] = field(default_factory=dict)
    files: Mapping[str, FrameFile] = field(default_factory=dict)
    nouns: Mapping[str, tuple[Frame, ...]] = field(default_factory=dict)
    noun_keys: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()


def parse_filter(text: str | None, strict: bool, classes: Mapping[str, frozenset[str]], where: str) -> Filter:
    """Read `<@class|lemma|!excluded>`."""
    include: set[str] = set()
    exclude: set[str] = set()
    for item in (text or "").split("|"):
        name = item.strip()
        if not name:
            continue
        target = exclude if name.startswith("!") else include
        name = name.lstrip("!")
        if name.startswith("@"):
            if name[1:] not in classes:
                raise UserError(f"{where}: no word class {name}; define it in classes.toml or list the words")
            target |= classes[name[1:]]
        else:
            target.add(name)
    return Filter(frozenset(include), frozenset(exclude), strict)


def parse_pattern(pattern: str, classes: Mapping[str, frozenset[str]], where: str) -> Pattern:
    """Read one pattern.

    Raises
    ------
    UserError
        Where the notation is broken; names the place and the word.
    """
    words: list[str] = TOKEN.findall(pattern)
    nominal = bool(words) and words[0] in ("noun", "noun*")
    subject, polarity = Part("object", None), ""
    if not nominal:
        if len(words) < 2:
            raise UserError(f"{where}: pattern {pattern!r} needs a subject (A, R, X or <class>) and a verb")
        subject = parse_filler(words[0], classes, where)
        if words[1] in ("not", "wont"):
            polarity = words.pop(1)
    if len(words) < 2 or not re.fullmatch(r"[a-z_|'-]+", words[1]):
        raise UserError(f"{where}: pattern {pattern!r} has no trigger where one belongs")
    parts = parse_places(pattern, words[2:], classes, where)
    return Pattern(nominal, words[0] == "noun*", polarity, tuple(words[1].split("|")), subject, tuple(parts))


def parse_places(pattern: str, words: Iterable[str], classes: Mapping[str, frozenset[str]], where: str) -> list[Part]:
    """Read the places behind a pattern's trigger; brackets make a place optional, a preposition leads its filler."""
    parts: list[Part] = []
    optional = False
    preposition: frozenset[str] | None = None
    for word in words:
        if word in "()":
            optional = word == "("
        elif FILLER.match(word):
            part = parse_filler(word, classes, where)
            if preposition is not None and part.kind == "object":
                part = replace(part, kind="prep", words=preposition)
            preposition = None
            parts.append(replace(part, optional=optional))
        elif PREPOSITION.fullmatch(word):
            preposition = frozenset(item.replace("_", " ") for item in word.split("|"))
        elif (place := parse_word_place(word, optional, classes, where)) is not None:
            parts.append(place)
        else:
            raise UserError(f"{where}: cannot read {word!r} in pattern {pattern!r}")
    if preposition is not None:
        raise UserError(f"{where}: pattern {pattern!r} ends in a preposition; put A, R, X or <class> after it")
    return parts


def parse_word_place(word: str, optional: bool, classes: Mapping[str, frozenset[str]], where: str) -> Part | None:
    """Read a place that no preposition leads: no object ("-"), a particle ("+off"), an owner ("A's")."""
    if word == "-":
        return Part("none")
    if word.startswith("+"):
        return Part("particle", None, frozenset(word[1:].split("|")), optional=optional)
    if owner := OWNER.match(word):
        return Part("owner", ROLES[owner[1]], filter=parse_filter(owner[2], False, classes, where), optional=optional)
    return None


def in_order_of_filling(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The places of a verbal frame as the matcher fills them: what is demanded first, the most exact of it leading."""
    return tuple(sorted(parts, key=filling_order))


def filling_order(part: Part) -> tuple[bool, bool, int]:
    """Needed places first, of them the named objects: a prepositional place may hang on the noun in one."""
    return part.optional, not (part.kind == "object" and part.filter.include), -part.filter.weight


def parse_filler(word: str, classes: Mapping[str, frozenset[str]], where: str) -> Part:
    """Read A, R!, X, DO, CLAUSE or <class>, each with its filter."""
    match = FILLER.match(word)
    if match is None:
        raise UserError(f"{where}: cannot read {word!r}; expected A, R, X or <class>")
    symbol, strict, body = match.groups()
    kind = {"DO": "infinitive", "DOING": "gerund", "CLAUSE": "clause"}.get(symbol or "", "object")
    return Part(kind, ROLES.get(symbol or ""), filter=parse_filter(body, bool(strict), classes, where))


def read_frames(
    text: str,
    classes: Mapping[str, frozenset[str]],
    codes: Container[str],
    where: str,
) -> list[Frame]:
    """Read the frames of one tab-separated file: a header line, comment lines with #, one frame a line."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    rows = csv.DictReader(io.StringIO("\n".join(lines)), delimiter="\t", quoting=csv.QUOTE_NONE)
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise UserError(f"{where}: the first line must name the columns {', '.join(COLUMNS)}, separated by tabs")
    frames: list[Frame] = []
    for row in rows:
        if None in row or None in row.values():
            raise UserError(f"{where}: frame {row.get('id')!r} must have {len(COLUMNS)} columns separated by tabs")
        place = f"{where}: frame {row['id']}"
        check_codes(row, codes, place)
        frames.append(frame_of(row, parse_pattern(row["pattern"], classes, place)))
    return frames


def check_codes(row: Mapping[str, str], codes: Container[str], place: str) -> None:
    """Hold a frame's type and mode against PLOVER's tables, its code against CAMEO's.

    Raises
    ------
    UserError
        Where one is unknown.
    """
    if row["type"] not in MODES_OF_TYPE:
        raise UserError(f"{place}: {row['type']!r} is not a PLOVER type; plover.toml lists them")
    if row["mode"] and row["mode"] not in MODES_OF_TYPE[row["type"]]:
        listed = ", ".join(MODES_OF_TYPE[row["type"]]) or "none"
        raise UserError(f"{place}: {row['mode']!r} is not a mode of {row['type']}; its modes are: {listed}")
    if row["cameo"] and row["cameo"] not in codes:
        raise UserError(f"{place}: {row['cameo']!r} is no CAMEO code of cameo.csv; leave it empty where none fits")


def frame_of(row: Mapping[str, str], pattern: Pattern) -> Frame:
    """The frame that a line of the lexicon stands for."""
    return Frame(
        id=row["id"],
        type=row["type"],
        mode=row["mode"] or None,
        cameo=row["cameo"] or None,
        pattern=row["pattern"],
        example=row["example"],
        nominal=pattern.nominal,
        triggers=pattern.triggers,
        subject=pattern.subject,
        parts=pattern.parts if pattern.nominal else in_order_of_filling(pattern.parts),
        polarity=pattern.polarity,
        bare=pattern.bare,
    )


def index(frames: Iterable[Frame], *, nominal: bool) -> dict[str, tuple[Frame, ...]]:
    """Frames by trigger, the most exact first, ties in the order of the files."""
    found: dict[str, list[Frame]] = {}
    for frame in frames:
        if frame.nominal == nominal:
            for trigger in frame.triggers:
                found.setdefault(trigger, []).append(frame)
    return {trigger: tuple(sorted(group, key=lambda frame: -frame.weight)) for trigger, group in found.items()}


def spellings(trigger: str) -> list[str]:
    """A trigger as it is and with underscores for some or all of its hyphens: "cease-fire", "cease_fire"."""
    parts = trigger.split("-")
    found = [parts[0]]
    for part in parts[1:]:
        found = [f"{start}{joint}{part}" for start in found for joint in "-_"]
    return found


def data_texts() -> dict[str, str]:
    """The files that shape the coding, by name: those of `tasks/data/events/`, nouns that can act, grammar."""
    root = DATA / "events"
    files = {entry.name: entry for entry in root.iterdir()}
    files |= {f"frames/{entry.name}": entry for entry in (root / "frames").iterdir()}
    files |= {name: DATA / name for name in BESIDE}
    return {
        name: files[name].read_text(encoding="utf-8")
        for name in sorted(files)
        if name.endswith((".toml", ".tsv", ".csv"))
    }


@lru_cache(maxsize=4)
def load_lexicon(extra: str | None = None) -> Lexicon:
    """Load the lexicon; `extra` is the path of a user's frames file, whose ids override ours.

    Raises
    ------
    UserError
        Where the user's file cannot be read or its notation is broken.
    """
    texts = data_texts()
    classes = read_classes(toml("events/classes.toml")["class"])
    sectors, of_sector = read_actors()
    classes |= of_sector
    cameo = frozenset(row["code"] for row in table("events/cameo.csv"))
    frames = read_own_frames(texts, classes, cameo)
    own: dict[str, Frame] = {}
    digest = hashlib.sha256()
    for name, text in texts.items():
        digest.update(f"{name}\n{text}".encode())
    if extra is not None:
        text = read_extra(extra)
        digest.update(text.encode())
        own = {frame.id: frame for frame in read_frames(text, classes, cameo, extra)}
        frames.update(own)
    ordered = tuple(frames.values())
    verbs, nouns = index(ordered, nominal=False), index(ordered, nominal=True)
    return Lexicon(
        version=digest.hexdigest()[:8],
        frames=ordered,
        classes=classes,
        sectors=sectors,
        words=word_lists(),
        cameo=cameo,
        verbs=verbs,
        files={verb: file_frames(group) for verb, group in verbs.items()},
        nouns=nouns,
        noun_keys=frozenset(spelling for trigger in nouns for spelling in spellings(trigger)),
        own=frozenset(own),
    )


def read_own_frames(
    texts: Mapping[str, str], classes: Mapping[str, frozenset[str]], codes: Container[str]
) -> dict[str, Frame]:
    """The frames of `tasks/data/events/frames/` by id."""
    frames: dict[str, Frame] = {}
    for name, text in texts.items():
        if name.startswith("frames/"):
            for frame in read_frames(text, classes, codes, name):
                if frame.id in frames:
                    raise UserError(f"{name}: the frame id {frame.id!r} is taken twice")
                frames[frame.id] = frame
    return frames


def read_extra(path: str) -> str:
    """The text of a user's frames file."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path}: cannot read the lexicon ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: the lexicon is not UTF-8 text; save it as UTF-8") from error


def read_actors() -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    """The sector that each noun able to act counts as, and the nouns of each sector as a class; `actor` has all."""
    somebody = words("actors")["somebody"]
    called = [(phrase.replace(" ", "_"), sectors) for phrase, sectors in acting_nouns().items()]
    called += [(word.replace(" ", "_"), ("UNK",)) for word in somebody]
    sectors = {word: codes[0] for word, codes in called}
    classes = {"actor": frozenset(sectors)}
    for sector in SECTORS:
        # The code itself stands for names of that sector: "@MIL" takes "soldiers" and "Israel Defense Forces".
        classes[sector] = frozenset(word for word, codes in called if sector in codes) | {sector}
    return sectors, classes


def read_classes(table: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Word classes; `@other` inside one takes in a class defined above it."""
    classes: dict[str, frozenset[str]] = {}
    for name, text in table.items():
        words: set[str] = set()
        for word in text.split():
            words |= classes[word[1:]] if word.startswith("@") else {word}
        classes[name] = frozenset(words)
    return classes
