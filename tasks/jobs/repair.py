"""Repair: take out what damage has made untrue, so that the next run can make it anew.

What is lost with a file depends on the table. Merged tables (events, entities, stories, daily tables) are made anew
from what each article says by itself; that is made anew by annotating the article's text again; texts and articles
come back by reading the inputs again, where they are still there. What only runs knew (`runs`, `rejects`, `changes`,
earlier versions of texts) is gone. `take_out` publishes the folder without all that, with a mark (`_meta/repair.json`)
that lets the next run fill every table again.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeVar

import polars as pl

from tasks.contract.metadata import GENERATION, META, REPAIR
from tasks.contract.partials import PARTIALS
from tasks.contract.schema import polars_schema
from tasks.contract.tables import TABLES
from tasks.errors import UserError
from tasks.gate.duplicates import signature_columns
from tasks.gate.origins import file_of
from tasks.ids import sha256_hex
from tasks.jobs.merge import OF_ARTICLES
from tasks.jobs.run_rows import numbered, run_row
from tasks.store.fingerprint import FINGERPRINT, Fingerprint, fingerprint_bytes
from tasks.store.journal import Hold, is_stale, journal_url, read_journal, require_reachable
from tasks.store.layout import (
    Store,
    find_table,
    list_partitions,
    month_expression,
    partition_files,
    partition_name,
    read_generation,
    scan,
    scan_files,
)
from tasks.store.manifest import damaged_files, manifest_url, published_names, read_manifest
from tasks.store.publish import Publication
from tasks.store.storage import join, relative_name

# What one parse of an article fills, in partitions by the article's month.
ANNOTATED = tuple(dict.fromkeys(("mentions", "quotes", "event_mentions", "event_args", *OF_ARTICLES)))
OF_MONTH = ("articles", "texts", "signatures", "event_joins", *ANNOTATED)
# Known to the runs alone: rows that are lost are lost.
OF_RUNS = {
    "runs": "rows of earlier runs; what rejects and changes tell of them stands under the repair's own run",
    "rejects": "reasons of earlier rejects, but for those of files that are read again",
    "changes": "what earlier runs altered",
    "superseded": "which texts articles had before: articles.version counts from here",
}
T = TypeVar("T")
WITHDRAWN = "articles withdrawn"
_MONTH = re.compile(r"/month=([^/]+)/")


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with a folder: published files that are missing or not as published, strange files, its state."""

    files: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()
    state: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.files or self.strange or self.state)


@dataclass(frozen=True, slots=True)
class TakenOut:
    """What a repair took out of the folder.

    Parameters
    ----------
    articles
        Ids and titles of the articles that are gone unless their inputs are read again; those whose ids are not known
        are not among them (`months`).
    months
        Months whose articles are gone without a trace of their ids.
    n_again
        Articles to be annotated again from their texts.
    lost
        What cannot come back, in words.
    aside
        Rows of gone articles that were sound, by table: the only copy where the inputs are gone.
    """

    articles: tuple[tuple[str, str], ...]
    months: tuple[str, ...]
    n_again: int
    lost: tuple[str, ...]
    aside: tuple[tuple[str, pl.DataFrame], ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """What repairs took out that may not come back: ids and titles of articles, and months without a trace of theirs.

    It stands in the mark `_meta/repair.json`, so that whoever ends the repair can name what is lost.
    """

    articles: tuple[tuple[str, str], ...] = ()
    months: tuple[str, ...] = ()


def repair_is_unfinished(store: Store) -> bool:
    """Whether a repair took something out that no run has made anew yet."""
    return store.storage.exists(join(store.url, META, REPAIR))


def read_gone(store: Store) -> Gone:
    """What repairs that are not finished took out; nothing where there is none, or its mark is damaged."""
    try:
        mark = json.loads(store.storage.read(join(store.url, META, REPAIR)))
        articles = tuple((str(article_id), str(title)) for article_id, title in mark["articles"])
        return Gone(articles, tuple(map(str, mark["months"])))
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return Gone()


def lost_lines(store: Store, gone: Gone) -> list[str]:
    """Name what was taken out and is not there, line by line."""
    there = set(scan(store, "articles", ["article_id"]).collect()["article_id"])
    lines = [f"lost: article {article} {title}".rstrip() for article, title in gone.articles if article not in there]
    unknown = "lost, unless the inputs gave them again: articles of {}, whose ids nothing tells"
    return lines + [unknown.format(month) for month in gone.months]


def mend_state(store: Store, hold: Hold) -> tuple[str, ...]:
    """Let generation, journal and manifest be readable again; gives what was not, in words.

    The first step of a repair: nothing else can be read or recovered before. A journal that is damaged is dropped:
    files that it has moved differ from the manifest and count as damaged.
    """
    found = []
    with hold():
        manifest = _read(lambda: read_manifest(store))
        if isinstance(manifest, UserError):
            found.append(f"{META}/manifest.json is damaged")
            store.storage.delete(manifest_url(store))
            manifest = None
        journal = _read(lambda: read_journal(store))
        if isinstance(journal, UserError):
            found.append(f"{META}/publish.json is damaged")
            store.storage.delete(journal_url(store))
            journal = None
        generation = _read(lambda: read_generation(store))
        # The journal comes before the number rises: a number that is two behind it is no damage.
        least = journal.generation - 2 if journal is not None else manifest[1] if manifest is not None else 0
        if isinstance(generation, UserError) or generation < least:
            found.append(f"{META}/{GENERATION} is missing, damaged or went back")
            generation = least if journal is None else journal.generation - 1
            store.storage.write(join(store.url, META, GENERATION), f"{generation}\n".encode())
        if journal is not None and not is_stale(journal, generation) and generation != journal.generation:
            reached = _read(lambda: require_reachable(store, journal))
            if isinstance(reached, UserError):
                found.append(f"{META}/publish.json names files that are missing or damaged")
                store.storage.delete(journal_url(store))
    return tuple(found)


def find_damage(store: Store, state: tuple[str, ...] = ()) -> Damage:
    """Compare every published file with the manifest; without one, see which files cannot be read.

    Parameters
    ----------
    state
        What `mend_state` found.
    """
    there = published_names(store)
    manifest = read_manifest(store)
    if manifest is None:
        # What a damaged file held cannot be told from bytes that were never listed: it has to be readable.
        unreadable = [name for name in there if not _is_readable(store, name)]
        whole = [
            partition_name(table, None) for table in (*TABLES.values(), *PARTIALS.values()) if not table.partitioned
        ]
        missing = sorted({*whole, f"{META}/{FINGERPRINT}"} - set(there)) if there else []
        gone = (f"{META}/manifest.json is missing",) if there and not any("manifest" in line for line in state) else ()
        return Damage(tuple(sorted({*unreadable, *missing})), (), (*state, *gone))
    files = damaged_files(store, manifest[0])
    return Damage(tuple(files), tuple(name for name in there if name not in manifest[0]), state)


def take_out(
    store: Store,
    hold: Hold,
    run_id: str,
    started: dt.datetime,
    damage: Damage,
    fingerprint: Fingerprint,
    keep: Callable[[str, pl.DataFrame], None],
) -> TakenOut:
    """Publish the folder without what damage has made untrue, ready to be filled again by a run.

    Parameters
    ----------
    fingerprint
        What the tables were made with.
    keep
        Called with a table and sound rows of articles that are gone, before they leave the folder: the only copy,
        should their inputs be gone.
    """
    # A stray file goes; only what was published and is not sound takes rows with it.
    bad = frozenset((*damage.files, *damage.strange))
    publication = Publication(store, run_id, hold, damaged=bad)
    plan = _plan(store, damage.files, bad)
    aside = _set_aside(store, bad, plan.gone)
    for name, frame in aside:
        keep(name, frame)
    articles = _sound(store, bad, "articles").filter(~month_expression().is_in(list(plan.gone)))
    for month in sorted(plan.gone):
        for name in OF_MONTH:
            publication.drop(name, month)
    n_again = _put_to_be_annotated(store, publication, bad, plan.again, articles)
    _put_signatures(store, publication, bad, plan, articles)
    for table, partition in sorted(plan.merged, key=str):
        publication.drop(table, partition)
    damaged = {part[0] for name in damage.files if (part := _partition_of(name)) is not None}
    lost = _put_bookkeeping(store, publication, bad, damaged, run_id, articles, are_gone=bool(plan.gone))
    _put_run(store, publication, bad, run_id, started, fingerprint)
    publication.put_meta(FINGERPRINT, fingerprint_bytes(fingerprint))
    known = {month for _, frame in aside for month in frame.select(month_expression()).to_series()}
    gone = Gone(_named(aside), tuple(sorted(plan.gone - known)))
    before = read_gone(store)
    mark = {
        "run_id": run_id,
        "damaged": sorted(bad),
        "articles": sorted({*before.articles, *gone.articles}),
        "months": sorted({*before.months, *gone.months}),
    }
    publication.put_meta(REPAIR, (json.dumps(mark, indent=1) + "\n").encode())
    publication.commit()
    return TakenOut(gone.articles, gone.months, n_again, lost, aside)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Months whose articles are gone, months to be annotated again, and partitions that the merge makes anew."""

    gone: frozenset[str]
    again: frozenset[str]
    signatures: frozenset[str]
    merged: frozenset[tuple[str, str | None]]


def _plan(store: Store, damaged: Collection[str], bad: Collection[str]) -> _Plan:
    parts = {part for name in damaged if (part := _partition_of(name)) is not None}
    months = list_partitions(store, "articles")
    rows = {month for month in months if not _sound(store, bad, "articles", [month]).is_empty()}
    # Every article has a signature: a month without any has lost its memory, and nobody says what else it held.
    forgotten = {month for month in rows if not partition_files(store, "signatures").get(month)}
    gone = {month for name, month in parts if name in ("articles", "texts") and month is not None}
    gone |= {month for month in rows if not partition_files(store, "texts").get(month)}
    again = {month for name, month in parts if name in ANNOTATED and month is not None} | forgotten
    signatures = {month for name, month in parts if name == "signatures" and month is not None} | forgotten
    done = {(name, month) for name in OF_MONTH for month in gone | again}
    kept = {*OF_MONTH, *OF_RUNS, "tombstones", "inputs"} - {"event_joins"}
    merged = {(name, month) for name, month in parts if name not in kept} - done
    return _Plan(frozenset(gone), frozenset(again - gone), frozenset(signatures - gone), frozenset(merged))


def _partition_of(name: str) -> tuple[str, str | None] | None:
    """Table and month that a published file belongs to; None where it is no table's."""
    for table in (*TABLES.values(), *PARTIALS.values()):
        if name.startswith(f"{table.path}/"):
            month = _MONTH.search(name)
            return table.name, month[1] if month else None
    return None


def _sound(store: Store, bad: Collection[str], name: str, months: Collection[str] | None = None) -> pl.DataFrame:
    """The rows of a table that lie in files which are not damaged."""
    files = [
        url
        for month, urls in partition_files(store, name).items()
        for url in urls
        if relative_name(store.url, url) not in bad and (months is None or month in months)
    ]
    return scan_files(store, find_table(name), files).collect()


def _set_aside(store: Store, bad: Collection[str], gone: Collection[str]) -> tuple[tuple[str, pl.DataFrame], ...]:
    """What is left of articles that are gone: rows without their text, or texts without their row."""
    days = _sound(store, bad, "signatures", gone).select("article_id", "pub_date")
    articles = _sound(store, bad, "articles", gone)
    texts = _sound(store, bad, "texts", gone).select("article_id", "text")
    days = pl.concat([days, articles.select("article_id", "pub_date")]).unique("article_id", keep="any")
    return ("articles", articles), ("texts", texts.join(days, on="article_id", how="left").sort("article_id"))


def _named(aside: Collection[tuple[str, pl.DataFrame]]) -> tuple[tuple[str, str], ...]:
    frames = dict(aside)
    titles = {
        **dict(frames["texts"].select("article_id", pl.col("text").str.split("\n").list.first()).iter_rows()),
        **dict(frames["articles"].select("article_id", pl.col("title").fill_null("")).iter_rows()),
    }
    return tuple(sorted(titles.items()))


def _put_to_be_annotated(
    store: Store, publication: Publication, bad: Collection[str], again: Collection[str], articles: pl.DataFrame
) -> int:
    """Take the annotation of whole months away; the next run finds their articles not annotated."""
    for month in sorted(again):
        here = articles.filter(month_expression() == month)
        publication.put("articles", month, here.with_columns(annotated=pl.lit(False)))
        texts = _sound(store, bad, "texts", [month])
        publication.put("texts", month, texts.with_columns(sent_starts=pl.lit(None, texts.schema["sent_starts"])))
        for name in (*ANNOTATED, "event_joins"):
            publication.drop(name, month)
    return articles.filter("annotated" & month_expression().is_in(list(again))).height


def _put_signatures(
    store: Store, publication: Publication, bad: Collection[str], plan: _Plan, articles: pl.DataFrame
) -> None:
    """Signatures are functions of title and text."""
    for month in sorted(plan.signatures):
        rows = articles.filter(month_expression() == month).join(
            _sound(store, bad, "texts", [month]).select("article_id", "text"), on="article_id"
        )
        signed = [
            {**row, **signature_columns(row["article_id"], text, title)}
            for row, text, title in zip(
                rows.select("article_id", "pub_date", "published_at", "text_sha256", "n_words").iter_rows(named=True),
                rows["text"],
                rows["title"],
                strict=True,
            )
        ]
        publication.put("signatures", month, pl.DataFrame(signed, schema=polars_schema(PARTIALS["signatures"])))


def _put_bookkeeping(
    store: Store,
    publication: Publication,
    bad: Collection[str],
    damaged: Collection[str],
    run_id: str,
    articles: pl.DataFrame,
    *,
    are_gone: bool,
) -> tuple[str, ...]:
    """The tables of the runs' own, as far as they are sound; gives what is lost with them."""
    damaged = set(damaged)
    lost = [f"{name}: {OF_RUNS[name]}" for name in OF_RUNS if name in damaged]
    rejects, changes = _sound(store, bad, "rejects"), _sound(store, bad, "changes")
    for name in sorted(damaged & {"rejects", "changes", "superseded"}):
        publication.drop(name, None)
    if "runs" in damaged:
        for name, rows in (("rejects", rejects), ("changes", changes)):
            key = list(TABLES[name].primary_key)
            if name not in damaged:
                moved = rows.with_columns(run_id=pl.lit(run_id)).unique(key, keep="last", maintain_order=True)
                publication.put(name, None, moved)
    if "tombstones" in damaged:
        told = changes.filter((pl.col("table_name") == "articles") & (pl.col("op") == "delete"))
        ids = told.filter(pl.col("reason") == WITHDRAWN)["key"].unique().sort()
        publication.put("tombstones", None, pl.DataFrame({"article_id": ids}))
        lost.append(f"tombstones: {len(ids)} withdrawn articles are known from `changes`; withdraw others again")
    ledger = _sound(store, bad, "inputs")
    # A file with a withdrawn article gave more than is left of it: it is read again only where articles are gone.
    if are_gone:
        ledger = ledger.filter(_is_all_in(ledger, articles))
    if "rejects" in damaged:
        ledger = ledger.filter(pl.col("n_rejects") == 0)
    publication.put("inputs", None, ledger)
    return tuple(lost)


def _put_run(
    store: Store,
    publication: Publication,
    bad: Collection[str],
    run_id: str,
    started: dt.datetime,
    fingerprint: Fingerprint,
) -> None:
    """A repair is a run that read no records."""
    counts = {
        name: publication.scan(name.removeprefix("n_")).select(pl.len()).collect().item()
        for name in ("n_mentions", "n_events")
    }
    run = run_row(run_id, started, fingerprint, counts, inputs_sha256=sha256_hex(b""))
    publication.put("runs", None, numbered(_sound(store, bad, "runs"), run))


def _is_all_in(ledger: pl.DataFrame, articles: pl.DataFrame) -> pl.Series:
    """Whether as many articles are left of each input file as it gave: others are read again by the next run.

    A file whose content changed has a row for each content, and nobody knows which of them gave an article.
    """
    files = set(ledger["origin"])
    left: dict[str | None, int] = {}
    for origin in articles["origin"]:
        file = file_of(origin, files)
        left[file] = left.get(file, 0) + 1
    given = ledger.select(n=(pl.col("n_records") - pl.col("n_rejects")).sum().over("origin"))["n"]
    return pl.Series(
        [left.get(origin, 0) >= n for origin, n in zip(ledger["origin"], given, strict=True)], dtype=pl.Boolean
    )


def _is_readable(store: Store, name: str) -> bool:
    url = join(store.url, name)
    if not name.endswith(".parquet"):
        return True
    table = _partition_of(name)
    try:
        frame = pl.read_parquet(store.storage.location(url), glob=False, hive_partitioning=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError):
        return False
    return table is not None and dict(frame.schema) == dict(polars_schema(find_table(table[0])))


def _read(read: Callable[[], T]) -> T | UserError:
    """What a file of the store's own holds, or that it is damaged."""
    try:
        return read()
    except UserError as error:
        return error
