"""Turn an annotated Doc into the rows of the tables that one parse fills."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import Counter
from typing import Any

from spacy.tokens import Doc

from tasks.annotate.layers import EventMention, Mention, Quote
from tasks.annotate.syntax.parse import parse_of
from tasks.ids import hash_id
from tasks.reference.gazetteer import load_gazetteer

Row = dict[str, Any]
Rows = dict[str, list[Row]]

# Tables and partials that annotation fills, in the order they are staged.
ANNOTATION_TABLES = (
    "sentences",
    "mentions",
    "quotes",
    "event_mentions",
    "event_args",
    "role_evidence",
    "entity_evidence",
    "event_contexts",
)
# Of two mentions on one span the more telling form is kept.
FORM_RANK = {"name": 0, "date": 1, "nominal": 2, "pronoun": 3}


def doc_rows(doc: Doc) -> Rows:
    """Give the rows of every annotation table for one article.

    Parameters
    ----------
    doc
        A Doc that went through the whole pipeline, with its context in `doc._.article`.

    Returns
    -------
    dict
        Table name to rows; a row holds the columns of the table except those that only the corpus can fill
        (`event_id` stands at the event mention's own id until the merge).
    """
    context = doc._.article
    article_id: str = context.article_id
    pub_date: dt.date | None = context.published_at.date() if context.published_at else None
    common: Row = {"article_id": article_id, "pub_date": pub_date}
    text = parse_of(doc).text
    starts = sentence_starts(doc)
    mentions = _one_per_span(doc._.mentions)
    rows: Rows = {name: [] for name in ANNOTATION_TABLES}
    rows["sentences"].append({"article_id": article_id, "sent_starts": starts})
    rows["mentions"] = [_mention_row(text, starts, common, mention) for mention in mentions]
    rows["quotes"] = [_quote_row(text, starts, common, quote) for quote in doc._.quotes]
    for event_mention_id, event in _with_ids(article_id, doc._.events):
        rows["event_mentions"].append(_event_row(text, starts, common, event_mention_id, event))
        rows["event_args"].extend(_argument_rows(text, pub_date, event_mention_id, event))
        if event.contexts:
            contexts = {"event_mention_id": event_mention_id, "contexts": list(event.contexts)}
            rows["event_contexts"].append(common | contexts)
    rows["role_evidence"] = _role_rows(common, mentions)
    rows["entity_evidence"] = _entity_rows(text, common, mentions)
    return rows


def sentence_starts(doc: Doc) -> list[int]:
    """Character offsets at which the sentences start; the first is 0, so that sentences cover the whole text."""
    starts = [sent.start_char for sent in doc.sents]
    if starts:
        starts[0] = 0
    return starts


def sentence_text(text: str, starts: list[int], index: int) -> str:
    """The words of sentence `index`, without white space around them."""
    stop = starts[index + 1] if index + 1 < len(starts) else len(text)
    return text[starts[index] : stop].strip()


def _sentence_of(starts: list[int], char: int) -> int:
    return max(0, bisect_right(starts, char) - 1)


def _one_per_span(mentions: tuple[Mention, ...]) -> list[Mention]:
    best: dict[tuple[int, int], Mention] = {}
    for mention in mentions:
        span = (mention.start, mention.end)
        if span not in best or FORM_RANK[mention.form] < FORM_RANK[best[span].form]:
            best[span] = mention
    return [best[span] for span in sorted(best)]


def _mention_row(text: str, starts: list[int], common: Row, mention: Mention) -> Row:
    return common | {
        "char_start": mention.start,
        "char_end": mention.end,
        "sent_idx": _sentence_of(starts, mention.start),
        "text": text[mention.start : mention.end],
        "label": mention.label,
        "form": mention.form,
        "entity_id": mention.entity_id,
        "value": mention.value,
        "link_method": mention.link_method,
        "link_score": mention.link_score,
    }


def _quote_row(text: str, starts: list[int], common: Row, quote: Quote) -> Row:
    known = quote.speaker_start is not None and quote.speaker_end is not None
    return common | {
        "char_start": quote.start,
        "char_end": quote.end,
        "quote_id": hash_id("quote", common["article_id"], str(quote.group)),
        "sent_idx": _sentence_of(starts, quote.start),
        "text": text[quote.start : quote.end],
        "kind": quote.kind,
        "cue": quote.cue,
        "speaker_id": quote.speaker_id,
        "speaker_text": text[quote.speaker_start : quote.speaker_end] if known else None,
        "speaker_start": quote.speaker_start if known else None,
        "speaker_end": quote.speaker_end if known else None,
        "speaker_method": quote.speaker_method,
    }


def _with_ids(article_id: str, events: tuple[EventMention, ...]) -> list[tuple[str, EventMention]]:
    """Ids from the trigger and the type; several events of one trigger (two towns struck) are told apart by order."""
    seen: Counter[tuple[int, int, str]] = Counter()
    pairs = []
    for event in events:
        key = (event.start, event.end, event.event_type)
        pairs.append((hash_id("event", article_id, *map(str, key), str(seen[key])), event))
        seen[key] += 1
    return pairs


def _event_row(text: str, starts: list[int], common: Row, event_mention_id: str, event: EventMention) -> Row:
    sentence = _sentence_of(starts, event.start)
    return common | {
        "event_mention_id": event_mention_id,
        "event_id": event_mention_id,
        "sent_idx": sentence,
        "char_start": event.start,
        "char_end": event.end,
        "trigger": event.trigger,
        "event_type": event.event_type,
        "mode": event.mode,
        "cameo": event.cameo,
        "status": event.status,
        "assertion": event.assertion,
        "attributed_to": event.attributed_to,
        "attributed_text": event.attributed_text,
        "event_date": event.event_date,
        "event_date_end": event.event_date_end,
        "date_precision": event.date_precision,
        "date_basis": event.date_basis,
        "timex": event.timex,
        "evidence": sentence_text(text, starts, sentence),
        "coder": event.coder,
        "confidence": event.confidence,
    }


def _argument_rows(text: str, pub_date: dt.date | None, event_mention_id: str, event: EventMention) -> list[Row]:
    rows: dict[tuple[str, int, int], Row] = {}
    for argument in event.arguments:
        # The same words can fill one role once.
        rows.setdefault(
            (argument.role, argument.start, argument.end),
            {
                "event_mention_id": event_mention_id,
                "event_id": event_mention_id,
                "pub_date": pub_date,
                "role": argument.role,
                "char_start": argument.start,
                "char_end": argument.end,
                "text": text[argument.start : argument.end],
                "entity_id": argument.entity_id,
                "country": argument.country,
                "country_method": argument.country_method,
                "sector": argument.sector,
                "value_low": argument.value_low,
                "value_high": argument.value_high,
                "value_scope": argument.value_scope,
                "method": argument.method,
            },
        )
    return list(rows.values())


def _role_rows(common: Row, mentions: list[Mention]) -> list[Row]:
    """What the words around an entity's own mentions say of its role; places and copies by coreference say nothing."""
    seen: dict[tuple[str, str | None, str | None, str | None, str], Row] = {}
    for mention in mentions:
        if mention.entity_id is None or mention.kind == "place" or mention.form != "name":
            continue
        if not (mention.title or mention.country or mention.sector):
            continue
        method = mention.country_method or "title"
        key = (mention.entity_id, mention.title, mention.country, mention.sector, method)
        seen.setdefault(
            key,
            common
            | {
                "entity_id": mention.entity_id,
                "title": mention.title,
                "country": mention.country,
                "sector": mention.sector,
                "method": method,
            },
        )
    return list(seen.values())


def _entity_rows(text: str, common: Row, mentions: list[Mention]) -> list[Row]:
    """One row per entity and surface form; pronouns and descriptions count towards the entity, not as its names."""
    counts: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], Mention] = {}
    for mention in mentions:
        if mention.entity_id is None:
            continue
        form = text[mention.start : mention.end] if mention.form == "name" else ""
        counts[mention.entity_id, form] += 1
        first.setdefault((mention.entity_id, form), mention)
    gazetteer = load_gazetteer()
    rows = []
    for (entity_id, form), mention in first.items():
        place = gazetteer.by_id(entity_id) if mention.kind == "place" else None
        rows.append(
            common
            | {
                "entity_id": entity_id,
                "kind": mention.kind or "other",
                "name": place.name if place else mention.canonical or form,
                "form_text": form,
                "n": counts[entity_id, form],
                "country": place.country if place else None,
                "admin1": place.admin1 if place else None,
                "place_type": place.place_type if place else None,
                "lat": place.lat if place else None,
                "lon": place.lon if place else None,
            }
        )
    return rows
