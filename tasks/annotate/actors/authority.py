"""The user's authority file (`--actors`): names that always mean a given actor, with country and sector.

CSV or Parquet with the columns id, name, aliases (`|` separated), kind, country, sector, valid_from, valid_to; all but
id and name may be missing or empty. Its codes are taken as they are. Where it knows a name, it wins over every other
source.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate.layers import Mention
from tasks.annotate.role_spans import PhraseIndex
from tasks.errors import UserError

COLUMNS = ("id", "name", "aliases", "kind", "country", "sector", "valid_from", "valid_to")
LABEL_OF_KIND = {
    "person": "PERSON",
    "org": "ORG",
    "place": "GPE",
    "group": "NORP",
    "event": "EVENT",
    "product": "PRODUCT",
}


@dataclass(frozen=True, slots=True)
class AuthorityEntry:
    """One row of the authority file."""

    id: str
    name: str
    kind: str
    country: str | None
    sector: str | None
    valid_from: dt.date | None
    valid_to: dt.date | None

    def holds_on(self, day: dt.date | None) -> bool:
        """Whether the row holds on a day; without a day, whether its validity has no end."""
        if day is None:
            return self.valid_to is None
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class Authority:
    """The authority's entries by name, as spaCy's tokens in lower case."""

    def __init__(self, entries: dict[tuple[str, ...], list[AuthorityEntry]], lower: set[tuple[str, ...]]) -> None:
        self._entries = entries
        self._lower = lower
        self._index = PhraseIndex(entries)

    def find(self, doc: Doc, day: dt.date | None) -> list[tuple[int, int, AuthorityEntry]]:
        """Give (first token, end, entry) for each name of the authority in a Doc, longest first, never overlapping.

        A name of one word must begin with a capital in the text, unless the file itself writes it small.
        """
        words = [token.lower_ for token in doc]
        found: list[tuple[int, int, AuthorityEntry]] = []
        i = 0
        while i < len(words):
            phrase = self._index.longest(words, i) if words[i] in self._index.by_first else None
            entry = next((e for e in self._entries[phrase] if e.holds_on(day)), None) if phrase else None
            if (
                phrase is None
                or entry is None
                or not (doc[i].text[0].isupper() or phrase in self._lower or len(phrase) > 1)
            ):
                i += 1
                continue
            found.append((i, i + len(phrase), entry))
            i += len(phrase)
        return found


def load_authority(path: str, nlp: Language) -> Authority:
    """Read an authority file.

    Raises
    ------
    UserError
        Where the file is missing or no CSV or Parquet, lacks id or name, or has columns that nobody reads.
    """
    entries: dict[tuple[str, ...], list[AuthorityEntry]] = {}
    lower: set[tuple[str, ...]] = set()
    for number, row in enumerate(_known_columns(path, _read(path)).to_dicts(), start=2):
        entry, forms = _entry(path, number, {column: _text(row.get(column)) for column in COLUMNS})
        for form in forms:
            key = tuple(token.lower_ for token in nlp.make_doc(form.strip()))
            if key:
                entries.setdefault(key, []).append(entry)
                if form.strip()[0].islower():
                    lower.add(key)
    return Authority(entries, lower)


def _known_columns(path: str, frame: pl.DataFrame) -> pl.DataFrame:
    unknown = [column for column in frame.columns if column not in COLUMNS]
    if unknown:
        raise UserError(f"{path}: unknown column {unknown[0]!r}; an actors file has the columns {', '.join(COLUMNS)}")
    missing = [column for column in ("id", "name") if column not in frame.columns]
    if missing:
        raise UserError(f"{path}: the column {missing[0]!r} is missing; an actors file needs id and name")
    return frame


def _entry(path: str, number: int, values: dict[str, str | None]) -> tuple[AuthorityEntry, tuple[str, ...]]:
    """Read one row and the forms of its name; `number` is its line."""
    identifier, name = values["id"], values["name"]
    if identifier is None or name is None:
        raise UserError(f"{path}: line {number} has no id or no name; fill it in or remove the line")
    entry = AuthorityEntry(
        identifier,
        name,
        values["kind"] or "other",
        values["country"],
        values["sector"],
        _day(path, number, values["valid_from"]),
        _day(path, number, values["valid_to"]),
    )
    return entry, (name, *(values["aliases"] or "").split("|"))


def _read(path: str) -> pl.DataFrame:
    if not Path(path).is_file():
        raise UserError(f"{path}: no such file; --actors takes a CSV or Parquet file")
    try:
        if path.endswith((".parquet", ".pq")):
            return pl.read_parquet(path)
        return pl.read_csv(path, infer_schema=False, comment_prefix="#")
    except (pl.exceptions.PolarsError, OSError) as error:
        raise UserError(f"{path}: cannot be read as CSV or Parquet ({str(error).splitlines()[0]})") from error


def _text(value: object) -> str | None:
    text = "" if value is None else str(value).strip()
    return text or None


def _day(path: str, number: int, value: str | None) -> dt.date | None:
    if value is None:
        return None
    try:
        return dt.date.fromisoformat(value[:10])
    except ValueError as error:
        raise UserError(f"{path}: line {number}: {value!r} is no date; write it as 2024-12-31") from error


def apply_authority(doc: Doc, mentions: list[Mention], authority: Authority) -> list[Mention]:
    """Give the mentions with those of the authority's names put in place of what they cover."""
    published = doc._.article.published_at if doc._.article else None
    found = authority.find(doc, published.date() if published else None)
    if not found:
        return mentions
    spans = {(start, end): entry for start, end, entry in found}
    kept, labels, renamed = _beside(mentions, spans)
    result = [
        _mention(doc, m.token_start, m.token_end, renamed[m.entity_id], m.label) if m.entity_id in renamed else m
        for m in kept
    ]
    for (start, end), entry in spans.items():
        label = labels.get((start, end)) or LABEL_OF_KIND.get(entry.kind, "ORG")
        result.append(_mention(doc, start, end, entry, label))
    return sorted(result, key=lambda m: (m.start, m.end))


def _beside(
    mentions: list[Mention], spans: dict[tuple[int, int], AuthorityEntry]
) -> tuple[list[Mention], dict[tuple[int, int], str], dict[str, AuthorityEntry]]:
    """Give the mentions that the authority's names do not cover, the labels of those that they replace, and the
    entities that these named: their other names are the authority's too.
    """
    covered = {i for span in spans for i in range(*span)}
    kept: list[Mention] = []
    labels: dict[tuple[int, int], str] = {}
    renamed: dict[str, AuthorityEntry] = {}
    for mention in mentions:
        span = (mention.token_start, mention.token_end)
        if span in spans:
            labels[span] = mention.label if mention.form == "name" else ""
            if mention.entity_id and mention.form == "name":
                renamed.setdefault(mention.entity_id, spans[span])
        elif mention.form == "date" or not any(i in covered for i in range(*span)):
            kept.append(mention)
    return kept, labels, renamed


def _mention(doc: Doc, start: int, end: int, entry: AuthorityEntry, label: str) -> Mention:
    return Mention(
        start=doc[start].idx,
        end=doc[end - 1].idx + len(doc[end - 1]),
        token_start=start,
        token_end=end,
        label=label,
        form="name",
        entity_id=entry.id,
        kind=entry.kind,
        canonical=entry.name,
        link_method="authority",
        link_score=1.0,
        country=entry.country,
        country_method="name" if entry.country else None,
        sector=entry.sector,
    )
