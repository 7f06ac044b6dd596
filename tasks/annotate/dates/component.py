"""Dates, times, durations and sets as mentions with TIMEX3 values (component `dateline_dates`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import accumulate

from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate.dates.evidence import means_time
from tasks.annotate.dates.grammar import Found, find
from tasks.annotate.dates.lexer import Lexeme, lex
from tasks.annotate.dates.pairs import combine
from tasks.annotate.dates.points import POINT_RESOLVERS
from tasks.annotate.dates.spans import SPAN_RESOLVERS
from tasks.annotate.dates.state import UNKNOWN, Resolver, State, Timex, is_narrative
from tasks.annotate.dates.tense import tense_reader
from tasks.annotate.dates.units import UNIT_RESOLVERS
from tasks.annotate.dates.values import resolve_interval
from tasks.annotate.layers import ArticleContext, Mention
from tasks.annotate.syntax.labels import CLOSED_NAMES
from tasks.annotate.syntax.parse import Parse, parse_of

__all__ = ["date_mentions", "dateline_dates", "resolve_interval"]

COMPONENT = "dateline_dates"

RESOLVERS: dict[str, Resolver] = {**POINT_RESOLVERS, **UNIT_RESOLVERS, **SPAN_RESOLVERS}


def date_mentions(doc: Doc) -> tuple[Mention, ...]:
    """Find and resolve the time expressions of a parsed Doc.

    Parameters
    ----------
    doc
        Its context `doc._.article` gives the anchor, its names (`doc._.mentions`) the words that are no dates.

    Returns
    -------
    tuple of Mention
        Label DATE or TIME, form date, `value` a TIMEX3 value; in order of the text, not overlapping one another.
        Without an anchor values keep their unknown parts as X, never a guess and never the clock's.
    """
    if not len(doc):
        return ()
    parse = parse_of(doc)
    lexemes = lex(parse.text)
    found = [item for item in find(lexemes) if means_time(item, parse)]
    if not found:
        return ()
    context: ArticleContext | None = doc._.article
    anchor = (context.published_at if context else None) or _dateline_anchor(parse)
    state = State(anchor, tense_reader(parse), narrative=is_narrative(found, anchor))
    mentions = [_mention(timex, parse) for timex in resolve(found, lexemes, state)]
    taken = _name_tokens(doc._.mentions)
    return tuple(mention for mention in mentions if not _inside(mention, taken))


def _dateline_anchor(parse: Parse) -> dt.datetime | None:
    """The day that a dateline names in full ("GENEVA, 4 May 2018 -"), None where it has no year."""
    for section in parse.sections:
        if section.kind == "dateline":
            for item in find(lex(parse.text[section.start : section.end])):
                if item.rule in ("date", "iso"):
                    state = State(None, lambda _: UNKNOWN)
                    for timex in resolve([item], item.lexemes, state):
                        interval = resolve_interval(timex.value)
                        if interval and interval[2] == "day":
                            return dt.datetime.combine(interval[0], dt.time(), tzinfo=dt.UTC)
    return None


def _mention(timex: Timex, parse: Parse) -> Mention:
    value = timex.value
    timed = "T" in value and not value.endswith("_REF")
    return Mention(
        start=timex.start,
        end=timex.end,
        token_start=parse.at(timex.start).i,
        token_end=parse.at(timex.end - 1).i + 1,
        label="TIME" if timed else "DATE",
        form="date",
        value=value,
    )


def _name_tokens(mentions: tuple[Mention, ...]) -> set[int]:
    """The tokens of names whose words are no dates."""
    names = [mention for mention in mentions if mention.form == "name" and mention.label in CLOSED_NAMES]
    return {token for name in names for token in range(name.token_start, name.token_end)}


def _inside(mention: Mention, taken: set[int]) -> bool:
    """Whether a name claims all the words of a date."""
    return all(token in taken for token in range(mention.token_start, mention.token_end))


@Language.factory(COMPONENT, assigns=["doc._.mentions"], requires=["doc._.sections", "doc._.mentions"])
def dateline_dates(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Build the component that adds DATE and TIME mentions to `doc._.mentions`."""

    def annotate(doc: Doc) -> Doc:
        kept = tuple(mention for mention in doc._.mentions if mention.form != "date")
        merged = {(mention.start, mention.end): mention for mention in date_mentions(doc)}
        merged |= {(mention.start, mention.end): mention for mention in kept}
        doc._.mentions = tuple(merged[span] for span in sorted(merged))
        return doc

    return annotate


def resolve(found: list[Found], lexemes: list[Lexeme], state: State) -> list[Timex]:
    """Give the values of a text's time expressions, in order.

    Parameters
    ----------
    found
        What the grammar found and the caller did not refuse.
    lexemes
        All lexemes of the text.
    state
        Anchor and tense; it is read and written from left to right.
    """
    blocks = list(accumulate(lexeme.kind == "break" for lexeme in lexemes))
    resolved: list[Timex] = []
    for item in found:
        state.block = blocks[item.first]
        resolved.extend(RESOLVERS[item.rule](item, state))
    return combine(resolved, state, lexemes)
