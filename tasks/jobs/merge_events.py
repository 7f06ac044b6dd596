"""The events of the whole corpus, merged anew and put month by month, with never more than one type in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl

from tasks.aggregate.entities import build_entities
from tasks.aggregate.events.merge import TypeReports, merge
from tasks.aggregate.roles import build_roles
from tasks.contract.tables import TABLES
from tasks.jobs.partitions import put_by_month
from tasks.store.layout import Store, list_partitions, month_expression, scan, scan_files
from tasks.store.publish import Publication

Files = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class ReportsAndCells:
    """What each article says by itself, published or staged, read lazily: an earlier merge's ids are not in it."""

    store: Store
    gone: pl.DataFrame
    files: Files

    def reports(self, month: str | None = None) -> pl.LazyFrame:
        """Rows of `event_mentions` without `event_id`, of one month or all."""
        published = self._published("event_mentions", month).join(self.gone.lazy(), on="article_id", how="anti")
        return pl.concat([published, self._staged("event_mentions", month)]).drop("event_id")

    def cells(self, month: str | None = None) -> pl.LazyFrame:
        """Rows of `event_args` without `event_id`, of one month or all."""
        ids = scan(self.store, "event_mentions", ["event_mention_id", "article_id"])
        gone = ids.join(self.gone.lazy(), on="article_id", how="semi").select("event_mention_id")
        published = self._published("event_args", month).join(gone, on="event_mention_id", how="anti")
        return pl.concat([published, self._staged("event_args", month)]).drop("event_id")

    def months(self, name: str) -> list[str]:
        """Every month in which the table has rows or had some."""
        staged = self._staged(name, None).select(month_expression()).unique().collect().to_series().to_list()
        return sorted({*staged, *(month for month in list_partitions(self.store, name) if month is not None)})

    def _published(self, name: str, month: str | None) -> pl.LazyFrame:
        return scan(self.store, name, months=None if month is None else [month])

    def _staged(self, name: str, month: str | None) -> pl.LazyFrame:
        staged = scan_files(self.store, TABLES[name], self.files(name))
        return staged if month is None else staged.filter(month_expression() == month)


def put_events(
    store: Store, publication: Publication, gone: pl.DataFrame, files: Files, articles: pl.DataFrame
) -> None:
    """Merge all reports and put every table that the merge fills; only months whose bytes differ are written.

    Parameters
    ----------
    gone
        Column `article_id`: articles whose published rows go.
    files
        Gives the staged files of a table.
    articles
        Rows of `articles` as they will be.
    """
    corpus = ReportsAndCells(store, gone, files)
    role_evidence = publication.scan("role_evidence").collect()
    entities = build_entities(publication.scan("entity_evidence"), role_evidence, _referenced(publication, corpus))
    publication.put("entities", None, entities)
    publication.put("entity_roles", None, build_roles(role_evidence))
    merged = merge(_types(publication, corpus), articles, entities, role_evidence)
    put_by_month(store, publication, "events", merged.events)
    del entities
    for month in corpus.months("event_mentions"):
        reports = corpus.reports(month).collect()
        publication.put("event_mentions", month, merged.event_mentions(reports))
        publication.put("event_joins", month, merged.event_joins(reports))
    for month in corpus.months("event_args"):
        publication.put("event_args", month, merged.event_args(corpus.cells(month).collect()))


def _referenced(publication: Publication, corpus: ReportsAndCells) -> list[pl.LazyFrame]:
    """Wherever tables point at entities besides mentions: entity_id, text, pub_date."""
    speakers = publication.scan("quotes", ["speaker_id", "speaker_text", "pub_date"])
    return [
        corpus.cells().select("entity_id", "text", "pub_date"),
        speakers.select(entity_id="speaker_id", text="speaker_text", pub_date="pub_date"),
        corpus.reports().select(entity_id="attributed_to", text="attributed_text", pub_date="pub_date"),
    ]


def _types(publication: Publication, corpus: ReportsAndCells) -> Iterator[TypeReports]:
    """The reports of one type after another, in the order of the types' names."""
    known = corpus.reports().select(pl.col("event_type").unique()).collect()
    for event_type in sorted(known.to_series().to_list()):
        yield _of_type(publication, corpus, event_type)


def _of_type(publication: Publication, corpus: ReportsAndCells, event_type: str) -> TypeReports:
    reports = corpus.reports().filter(pl.col("event_type") == event_type).collect()
    ids = reports.lazy().select("event_mention_id")
    cells = corpus.cells().join(ids, on="event_mention_id", how="semi").collect()
    contexts = publication.scan("event_contexts").join(ids, on="event_mention_id", how="semi").collect()
    return TypeReports(reports, cells, contexts)
