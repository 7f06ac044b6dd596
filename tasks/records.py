"""The records that travel inside a task: what a reader yields, what cleaning makes of it, what is refused.

Between tasks go paths and counts only; these dataclasses never cross a process boundary as a stream.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Article:
    """One record as a reader found it, before any cleaning.

    Exactly one of `text` and `html` is set. Everything else is what the input itself says, unparsed where it is a
    string: cleaning decides what to believe.

    Parameters
    ----------
    origin
        Input path relative to the input root with forward slashes, `#<record>` appended for a file of many records.
    raw
        The record's raw content, the last resort for an id: better cleaning never changes it.
    notes
        What a person should know of how the record was read, such as that a feed gave a summary only.
    """

    origin: str
    raw: bytes
    text: str | None = None
    html: str | None = None
    title: str | None = None
    url: str | None = None
    external_id: str | None = None
    source: str | None = None
    authors: tuple[str, ...] = ()
    published_at: str | None = None
    published_basis: str = "none"
    lang: str | None = None
    fetched_at: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reject:
    """A record (or a file) that does not become an article, and why; becomes a row of `rejects`.

    `stage` and `reason` are values of closed lists in `tasks.contract.vocabulary`. `transient` rejects are tried again.
    """

    origin: str
    stage: str
    reason: str
    detail: str | None = None
    external_id: str | None = None
    url: str | None = None
    source: str | None = None
    pub_date: dt.date | None = None
    transient: bool = False


@dataclass(frozen=True, slots=True)
class CleanArticle:
    """A cleaned article: one row of `articles` and one of `texts`, less what only the whole corpus can tell.

    `text` is title, blank line, body where the title is known, paragraphs set apart by a blank line (with
    `--clean none` the text letter for letter as given). Times are UTC.
    """

    article_id: str
    external_id: str | None
    origin: str
    url: str | None
    source: str | None
    lang: str
    lang_score: float
    genre: str
    title: str | None
    authors: tuple[str, ...]
    published_at: dt.datetime | None
    published_basis: str
    fetched_at: dt.datetime | None
    text: str
    text_sha256: str
    n_words: int
    boilerplate_chars: int
    notes: tuple[str, ...] = field(default=())

    @property
    def pub_date(self) -> dt.date | None:
        """The UTC day of publication, None where unknown."""
        return self.published_at.date() if self.published_at else None
