"""Make a clean article of one record, or the reject that says why not. Nothing is known here but the record itself."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

from tasks.bounds import MAX_ARTICLE_TOKENS, count_tokens
from tasks.clean.boilerplate import Rules, load_rules, remove_boilerplate
from tasks.clean.dates import date_of_line, date_of_url, parse_instant, refusal
from tasks.clean.genre import genre_of
from tasks.clean.language import Language, identify
from tasks.clean.page.extract import extract_page
from tasks.clean.page.process import PageProcessLostError, PageTimeoutError, extract_page_within
from tasks.clean.repair import repair_line, repair_text
from tasks.clean.titles import clean_authors, drop_repeated_title, take_byline, take_headline
from tasks.clean.urls import canonical_url, source_of
from tasks.ids import hash_id, sha256_hex
from tasks.records import Article, CleanArticle, Reject
from tasks.reference.dateline import parse_dateline

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_ENOUGH_CHARS = 200
_HEAD_LINES = 6
# No text is so dirty that cleaning takes more than three quarters of it away and an article is left.
_MOST_REMOVED = 4
_DATELINE_PARAGRAPHS = 2


@dataclass(frozen=True, slots=True)
class CleanOptions:
    """Settings of cleaning.

    Parameters
    ----------
    mode
        `auto` repairs and cleans; `none` keeps a given text letter for letter.
    languages
        ISO 639-1 codes that are let in; `all` lets every language in.
    max_text_chars
        Longer texts are rejects, in characters; spaCy takes no more than a million.
    page_seconds
        Time limit for the extraction of one HTML page, in seconds of wall-clock time; a page that takes longer is a
        transient reject. None extracts in the same process, without a limit.
    extra_rules
        Boilerplate rules in TOML (the text, not a path), as `tasks.clean.mine` writes them, besides the shipped ones.
    """

    mode: str = "auto"
    languages: tuple[str, ...] = ("en",)
    max_text_chars: int = 1_000_000
    page_seconds: float | None = 30.0
    extra_rules: str | None = None


@dataclass(frozen=True, slots=True)
class _Body:
    """Title and paragraphs (or, in mode none, the text as it is), and what was read off on the way."""

    title: str | None
    text: str
    paragraphs: list[str]
    authors: tuple[str, ...]
    date_line: str | None
    boilerplate_chars: int
    only_title: bool = False


def clean_article(article: Article, options: CleanOptions) -> CleanArticle | Reject:
    """Repair, clean and describe one record.

    Returns
    -------
    CleanArticle | Reject
        A reject has stage `extract` (no article in the page), `clean` (nothing left, or too much) or `language`.
    """
    notes = list(article.notes)
    record = article
    if record.html is not None:
        try:
            extracted = _from_page(record, options.page_seconds)
        except PageTimeoutError as late:
            return replace(_reject(article, "extract", "timeout", str(late)), transient=True)
        except PageProcessLostError as lost:
            return replace(_reject(article, "extract", "worker_lost", str(lost)), transient=True)
        if extracted is None:
            return _reject(article, "extract", "no_text", "no article was found in the page")
        record = extracted
    given_chars = len(record.text or "")
    if given_chars > _MOST_REMOVED * options.max_text_chars:
        return _reject(article, "clean", "too_large", f"{given_chars} characters")
    url = _url(record, notes)
    body = (
        _as_given(record)
        if options.mode == "none"
        else _cleaned(record, load_rules(options.extra_rules, source_of(record.source, url)))
    )
    text = f"{body.title}\n\n{body.text}" if body.title and not body.only_title else body.title or body.text
    n_words = len(_WORD.findall(text))
    if not _WORD.search(text if body.only_title else body.text):
        return _reject(record, "clean", "no_text", "no words are left" if record.text else None)
    if len(text) > options.max_text_chars:
        return _reject(record, "clean", "too_large", f"{len(text)} characters")
    if count_tokens(text, MAX_ARTICLE_TOKENS) > MAX_ARTICLE_TOKENS:
        return _reject(record, "clean", "too_large", f"more than {MAX_ARTICLE_TOKENS} words and marks")
    fetched_at = _fetched_at(record, notes)
    published_at, basis = _published_at(record, url, body, fetched_at, notes)
    # Too short a body is judged together with its title.
    expected = () if "all" in options.languages else options.languages
    language = identify(body.text if len(body.text) >= _ENOUGH_CHARS else text, record.lang, expected)
    refused = _language_reject(record, language, options, published_at)
    if refused:
        return refused
    return CleanArticle(
        article_id=article_id(article),
        external_id=record.external_id,
        origin=record.origin,
        url=url,
        source=source_of(record.source, url),
        lang=language.code,
        lang_score=language.score,
        genre=genre_of(body.title, url, body.paragraphs),
        title=body.title,
        authors=body.authors,
        published_at=published_at,
        published_basis=basis,
        fetched_at=fetched_at,
        text=text,
        text_sha256=sha256_hex(text.encode("utf-8", "surrogatepass")),
        n_words=n_words,
        boilerplate_chars=body.boilerplate_chars,
        notes=tuple(notes),
    )


def article_id(article: Article) -> str:
    """The id of a record: by its canonical URL, else by source and external id, else by its raw content."""
    url = canonical_url(article.url) if article.url else None
    if url:
        return hash_id("url", url)
    if article.source and article.external_id:
        return hash_id("source-id", article.source, article.external_id)
    return hash_id("raw", sha256_hex(article.raw))


def _reject(
    article: Article, stage: str, reason: str, detail: str | None, published_at: dt.datetime | None = None
) -> Reject:
    return Reject(
        origin=article.origin,
        stage=stage,
        reason=reason,
        detail=detail,
        external_id=article.external_id,
        url=article.url,
        source=article.source,
        pub_date=published_at.date() if published_at else None,
    )


def _from_page(article: Article, seconds: float | None) -> Article | None:
    """The record with the text of its page in the place of the page; what the input states goes before the page's."""
    html = article.html or ""
    page = extract_page(html, article.url) if seconds is None else extract_page_within(html, article.url, seconds)
    if page is None:
        return None
    return replace(
        article,
        text=page.text,
        html=None,
        title=article.title or page.title,
        url=article.url or page.url,
        authors=article.authors or page.authors,
        published_at=article.published_at or page.published_at,
        published_basis=article.published_basis if article.published_at else "meta",
        lang=article.lang or page.lang,
    )


def _url(article: Article, notes: list[str]) -> str | None:
    if not article.url:
        return None
    url = canonical_url(article.url)
    if url is None:
        notes.append("url refused: not an http(s) address")
    return url


def _as_given(article: Article) -> _Body:
    """The text letter for letter, and the title in front only where the input has one."""
    text = article.text or ""
    paragraphs = [line.strip() for line in text.split("\n") if line.strip()]
    return _Body(article.title, text, paragraphs, clean_authors(article.authors), _date_line(paragraphs), 0)


def _cleaned(article: Article, rules: Rules) -> _Body:
    repaired = repair_text(article.text or "").split("\n\n")
    given_title = repair_line(article.title) if article.title else None
    cleaned = remove_boilerplate(repaired, rules)
    paragraphs = list(cleaned.paragraphs)
    title, paragraphs = (given_title, paragraphs) if given_title else take_headline(paragraphs)
    byline, paragraphs = _strip_head(paragraphs, title)
    return _Body(
        title=title,
        text="\n\n".join(paragraphs),
        paragraphs=paragraphs,
        authors=clean_authors(tuple(repair_line(name) for name in article.authors)) or byline,
        date_line=_date_line(repaired),
        boilerplate_chars=sum(len(text) for _, text in cleaned.removed),
        # An alert is its own headline: its text is the title, once.
        only_title=bool(cleaned.paragraphs) and not paragraphs,
    )


def _strip_head(paragraphs: list[str], title: str | None) -> tuple[tuple[str, ...], list[str]]:
    """Authors of the byline, and the paragraphs without bylines and repeats of the title, however they are mixed."""
    authors: tuple[str, ...] = ()
    while True:
        rest = drop_repeated_title(paragraphs, title) if title else paragraphs
        byline, rest = take_byline(rest)
        authors = authors or byline
        if rest == paragraphs:
            return authors, rest
        paragraphs = rest


def _date_line(paragraphs: list[str]) -> str | None:
    """The line among the first few that says when the piece was published."""
    return next((line for line in paragraphs[:_HEAD_LINES] if len(line) < 120 and date_of_line(line)), None)


def _fetched_at(article: Article, notes: list[str]) -> dt.datetime | None:
    if not article.fetched_at:
        return None
    fetched_at = parse_instant(article.fetched_at)
    if fetched_at is None:
        notes.append(f"fetched_at refused: not a date: {article.fetched_at[:40]}")
    return fetched_at


def _published_at(
    article: Article, url: str | None, body: _Body, fetched_at: dt.datetime | None, notes: list[str]
) -> tuple[dt.datetime | None, str]:
    """When the article was published and what says so: the input, its URL, a line of the text, its dateline."""
    for basis, found in _date_candidates(article, url, body):
        if found is None:
            notes.append(f"published_at refused ({basis}): not a date: {(article.published_at or '')[:40]}")
            continue
        reason = refusal(found, fetched_at)
        if reason is None:
            return found, basis
        notes.append(f"published_at refused ({basis}): {reason}: {found.date().isoformat()}")
    return None, "none"


def _date_candidates(article: Article, url: str | None, body: _Body) -> list[tuple[str, dt.datetime | None]]:
    candidates: list[tuple[str, dt.datetime | None]] = []
    if article.published_at:
        basis = article.published_basis if article.published_basis != "none" else "meta"
        candidates.append((basis, parse_instant(article.published_at)))
    if url and (of_url := date_of_url(url)):
        candidates.append(("url", of_url))
    if body.date_line:
        candidates.append(("text", date_of_line(body.date_line)))
    for paragraph in body.paragraphs[:_DATELINE_PARAGRAPHS]:
        dateline = parse_dateline(paragraph)
        if dateline and dateline.date:
            midnight = dt.datetime.combine(dateline.date, dt.time(), dt.UTC)
            candidates.append(("dateline", midnight))
            break
    return candidates


def _language_reject(
    article: Article, language: Language, options: CleanOptions, published_at: dt.datetime | None
) -> Reject | None:
    if not language.code:
        return _reject(article, "language", "language_unknown", "no letters to tell it by", published_at)
    if "all" in options.languages or language.code in options.languages:
        return None
    return _reject(article, "language", "language_not_configured", language.code, published_at)
