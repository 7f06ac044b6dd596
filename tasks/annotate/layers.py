"""What the components write on a Doc: frozen records with character offsets into `texts.text`.

Every component reads and writes `doc._.article`, `doc._.sections`, `doc._.mentions`, `doc._.quotes` and
`doc._.events`, which `rows.py` turns into table rows, and `doc._.reading` (what the learned coder says) and
`doc._.analysis`, which none of them outlives.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from spacy.tokens import Doc


@dataclass(frozen=True, slots=True)
class ArticleContext:
    """What the components may know of an article besides its words. All of it comes from the article's own record."""

    article_id: str
    title: str | None = None
    published_at: dt.datetime | None = None
    source: str | None = None
    genre: str = "news"


@dataclass(frozen=True, slots=True)
class Section:
    """A block of the text that no sentence crosses. `kind`: title, dateline, subheading, paragraph."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of the text that names or describes somebody, something, some place or some time.

    `start`/`end` are character offsets, `token_start`/`token_end` the covering tokens (half-open). `label`, `form`,
    `value`, `link_method` are columns of `mentions`. `country` (ISO3 or an international code), `sector` and `title`
    are what the words around this one mention tell of the actor; `country_method` is name, title or place.
    `kind`, `canonical` describe the entity linked to (columns `kind`, `name` of `entities`).
    """

    start: int
    end: int
    token_start: int
    token_end: int
    label: str
    form: str
    entity_id: str | None = None
    kind: str | None = None
    canonical: str | None = None
    value: str | None = None
    link_method: str = "none"
    link_score: float | None = None
    country: str | None = None
    country_method: str | None = None
    sector: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of reported speech. Parts of one split quotation share `group` (a number within the article)."""

    start: int
    end: int
    group: int
    kind: str
    cue: str | None = None
    speaker_id: str | None = None
    speaker_start: int | None = None
    speaker_end: int | None = None
    speaker_method: str = "none"


@dataclass(frozen=True, slots=True)
class EventArgument:
    """One filled cell of an event mention: a row of `event_args`."""

    role: str
    start: int
    end: int
    entity_id: str | None = None
    country: str | None = None
    country_method: str | None = None
    sector: str | None = None
    value_low: float | None = None
    value_high: float | None = None
    value_scope: str | None = None
    method: str = "dep"


@dataclass(frozen=True, slots=True)
class EventMention:
    """One report of an event: a row of `event_mentions` with its arguments."""

    start: int
    end: int
    trigger: str
    event_type: str
    mode: str | None
    cameo: str | None
    status: str
    assertion: str
    coder: str
    confidence: float
    attributed_to: str | None = None
    attributed_text: str | None = None
    event_date: dt.date | None = None
    event_date_end: dt.date | None = None
    date_precision: str | None = None
    date_basis: str = "none"
    timex: str | None = None
    arguments: tuple[EventArgument, ...] = ()
    contexts: tuple[str, ...] = ()


@dataclass(slots=True)
class _ByToken:
    """Mentions and the innermost of them at each token."""

    mentions: tuple[Mention, ...] = ()
    at: dict[int, Mention] = field(default_factory=dict)


_last_asked = _ByToken()


def mention_at(mentions: tuple[Mention, ...], token: int) -> Mention | None:
    """The innermost mention that covers a token index, or None.

    The mentions that were last asked for are kept by token: each component asks some times a word.
    """
    if _last_asked.mentions is not mentions:
        _last_asked.mentions, _last_asked.at = mentions, {}
        for mention in mentions:
            width = mention.token_end - mention.token_start
            for covered in range(mention.token_start, mention.token_end):
                best = _last_asked.at.get(covered)
                if best is None or width < best.token_end - best.token_start:
                    _last_asked.at[covered] = mention
    return _last_asked.at.get(token)


@dataclass(slots=True)
class Analysis:
    """What components work out of a Doc and share on the way; nothing of it becomes a row.

    `parse` is the Doc's `syntax.parse.Parse` and `roles` its `role_spans.RoleSpan`s, None until they are asked for.
    `origin` is the country where the article was published (None where nothing tells), once `origin_read`. `groups`
    are the entities that plural words stand for, by token index. `cuts` are the tokens at which the parser must begin a
    sentence because it made too long a one of them before.
    """

    parse: Any = None
    roles: Any = None
    origin: str | None = None
    origin_read: bool = False
    groups: dict[int, tuple[str, ...]] = field(default_factory=dict)
    cuts: tuple[int, ...] = ()


def _analysis_of(doc: Doc) -> Analysis:
    found: Analysis | None = doc.user_data.get("dateline")
    if found is None:
        found = doc.user_data["dateline"] = Analysis()
    return found


# Declared here and nowhere else. A second import of this module, as after a reload, declares the same again.
for _name, _default in (
    ("article", None),
    ("sections", ()),
    ("mentions", ()),
    ("quotes", ()),
    ("events", ()),
    ("reading", None),
):
    Doc.set_extension(_name, default=_default, force=True)
Doc.set_extension("analysis", getter=_analysis_of, force=True)
