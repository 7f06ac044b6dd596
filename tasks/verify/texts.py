"""Checks of the words: every offset slices to its string, every sentence to its evidence, every hash to its text."""

from __future__ import annotations

import hashlib

import polars as pl

from tasks.verify.files import Tables
from tasks.verify.finding import Finding, rows_finding

# What Python's str.strip takes off; the evidence of an event was cut with it.
SPACE = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)

_SPAN = ("char_start", "char_end")


def check_texts(tables: Tables) -> list[Finding]:
    """Check articles and texts against each other, then every stretch of text that a table repeats.

    Goes month by month, since a row and its article's text lie in one month: memory grows with the busiest month.
    """
    if "texts" not in tables or "articles" not in tables:
        return []
    findings = _check_pairs(tables)
    for month in tables["texts"].months():
        findings += _check_texts_of(tables, month)
        texts = tables["texts"].scan(month).rename({"text": "text_full"})
        if "mentions" in tables:
            mentions = tables["mentions"].scan(month).join(texts, on="article_id")
            findings += _check_span("mentions", mentions, "text", _SPAN) + _check_sentence("mentions", mentions)
        if "quotes" in tables:
            quotes = tables["quotes"].scan(month).join(texts, on="article_id")
            findings += _check_span("quotes", quotes, "text", _SPAN) + _check_sentence("quotes", quotes)
            findings += _check_span("quotes", quotes, "speaker_text", ("speaker_start", "speaker_end"))
        if "event_mentions" in tables:
            reports = tables["event_mentions"].scan(month)
            findings += _check_evidence(reports.join(texts, on="article_id"))
            if "event_args" in tables:
                where = reports.select("event_mention_id", "article_id")
                cells = tables["event_args"].scan(month).join(where, on="event_mention_id")
                key = ("event_mention_id", "role")
                findings += _check_span("event_args", cells.join(texts, on="article_id"), "text", _SPAN, key)
    return findings


def _check_pairs(tables: Tables) -> list[Finding]:
    """Each article has its text and each text its article; a text has sentences where the article was annotated."""
    articles = tables["articles"].scan().select("article_id", "annotated", "text_sha256")
    texts = tables["texts"].scan().select("article_id", parsed=pl.col("sent_starts").is_not_null())
    lost = articles.join(texts, on="article_id", how="anti").select("article_id").collect()
    both = articles.join(texts, on="article_id")
    unlike = both.filter(pl.col("annotated") != pl.col("parsed")).select("article_id", "annotated").collect()
    return rows_finding("texts", "articles", "an article without its text", lost) + rows_finding(
        "texts", "texts", "sent_starts is null where the article was annotated, or not null where it was not", unlike
    )


def _check_texts_of(tables: Tables, month: str) -> list[Finding]:
    """Hashes match, and sentence starts rise from within the text."""
    hashes = tables["articles"].scan().select("article_id", "text_sha256")
    texts = tables["texts"].scan(month).join(hashes, on="article_id").collect(engine="streaming")
    found = pl.Series(
        "found", [hashlib.sha256(text.encode()).hexdigest() for text in texts.get_column("text")], dtype=pl.String
    )
    other = texts.with_columns(found).filter(pl.col("found") != pl.col("text_sha256"))
    starts = pl.col("sent_starts")
    falling = starts.list.diff().list.slice(1).list.min() <= 0
    outside = (starts.list.min() < 0) | (starts.list.max() > pl.col("text").str.len_chars())
    wrong = texts.filter(falling.fill_null(False) | outside.fill_null(False))
    shown = other.select("article_id", "text_sha256", "found")
    return rows_finding("texts", "articles", "text_sha256 is not the hash of the text", shown) + rows_finding(
        "sentences", "texts", "sent_starts do not rise, or leave the text", wrong.select("article_id", "sent_starts")
    )


def _check_span(
    table: str, rows: pl.LazyFrame, stored: str, span: tuple[str, str], key: tuple[str, ...] = ("article_id",)
) -> list[Finding]:
    """`text[start:end]` is the stored string; where one of the three is null, all are."""
    start, end = pl.col(span[0]), pl.col(span[1])
    full = "text_full"
    cut = pl.col(full).str.slice(start.clip(lower_bound=0), (end - start).clip(lower_bound=0))
    inside = (start >= 0) & (start < end) & (end <= pl.col(full).str.len_chars())
    nulls = pl.sum_horizontal(pl.col(name).is_null() for name in (stored, *span))
    wrong = (nulls > 0) & (nulls < 3) | ((nulls == 0) & ~(inside & (cut == pl.col(stored))))
    columns = [*key, *span, stored]
    found = rows.filter(wrong).select(*columns, there=cut).collect(engine="streaming")
    return rows_finding("offsets", table, f"{span[0]}:{span[1]} does not slice the text to {stored}", found)


def _bounds() -> tuple[pl.Expr, pl.Expr]:
    """Where the sentence `sent_idx` starts and ends; null where there is none."""
    starts, index = pl.col("sent_starts"), pl.col("sent_idx")
    begin = pl.when(index >= 0).then(starts.list.get(index, null_on_oob=True))
    stop = starts.list.get(index + 1, null_on_oob=True).fill_null(pl.col("text_full").str.len_chars())
    return begin, stop


def _check_sentence(table: str, rows: pl.LazyFrame) -> list[Finding]:
    begin, stop = _bounds()
    inside = (begin <= pl.col("char_start")) & (pl.col("char_start") < stop)
    columns = ["article_id", "char_start", "char_end", "sent_idx"]
    found = rows.filter(~inside.fill_null(False)).select(columns).collect(engine="streaming")
    return rows_finding("sentences", table, "char_start does not lie in the sentence sent_idx", found)


def _check_evidence(rows: pl.LazyFrame) -> list[Finding]:
    """The evidence is the sentence, word for word, and the trigger lies inside it."""
    begin, stop = _bounds()
    sentence = pl.col("text_full").str.slice(begin, stop - begin).str.strip_chars(SPACE)
    unlike = rows.filter(~(sentence == pl.col("evidence")).fill_null(False))
    start, end = pl.col("char_start"), pl.col("char_end")
    inside = (begin <= start) & (start < end) & (end <= stop)
    away = rows.filter(~inside.fill_null(False))
    shown = ["event_mention_id", "article_id", "sent_idx"]
    return rows_finding(
        "sentences",
        "event_mentions",
        "evidence is not the sentence sent_idx",
        unlike.select(*shown, "evidence", sentence=sentence).collect(engine="streaming"),
    ) + rows_finding(
        "offsets",
        "event_mentions",
        "the trigger does not lie in its sentence",
        away.select(*shown, *_SPAN, "trigger").collect(engine="streaming"),
    )
