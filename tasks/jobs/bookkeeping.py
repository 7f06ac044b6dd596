"""What a run keeps of its intake: the records it refused, with reasons, and which files are in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import polars as pl

from tasks.contract.tables import TABLES
from tasks.gate.origins import file_of, within
from tasks.jobs.gate import GatePlan
from tasks.jobs.ingest import IngestResult, InputPlan
from tasks.jobs.shards import read_frame, scan_staged
from tasks.store.layout import Store, scan, scan_partial
from tasks.store.publish import Publication


def put_rejects(
    store: Store,
    publication: Publication,
    run_id: str,
    staged: Sequence[IngestResult],
    plan: GatePlan,
    failed: Sequence[tuple[str, str, str]],
) -> None:
    """Let rejects of this run join the earlier ones; what a file gave before goes when the file is read again.

    Parameters
    ----------
    failed
        Ids of articles whose annotation failed, each with the reason and what was said of it.
    """
    columns = [name for name in TABLES["rejects"].names if name != "run_id"]
    read = [scan_staged(store, [result.url], "rejects").select(columns).collect() for result in staged]
    new = pl.concat([*read, *(frame.select(columns) for frame in _refused_later(store, plan, failed))])
    new = new.unique(["origin", "stage", "reason"], keep="first", maintain_order=True)
    earlier = _still_standing(store, staged, plan)
    new = new.with_columns(run_id=pl.lit(run_id)).select(earlier.columns)
    publication.put("rejects", None, pl.concat([earlier, new]))


def _refused_later(store: Store, plan: GatePlan, failed: Sequence[tuple[str, str, str]]) -> list[pl.DataFrame]:
    """Records that were read and cleaned but are no articles: withdrawn, repeated, or their annotation failed."""
    withdrawn = read_frame(store, plan.url, "withdrawn").with_columns(
        stage=pl.lit("read"), reason=pl.lit("withdrawn"), detail=pl.lit(None, pl.String), transient=pl.lit(False)
    )
    repeated = read_frame(store, plan.url, "repeated").with_columns(
        stage=pl.lit("clean"),
        reason=pl.lit("duplicate_id"),
        detail=pl.lit("the same id and words as ") + pl.col("stands"),
        transient=pl.lit(False),
    )
    schema = {"article_id": pl.String, "reason": pl.String, "detail": pl.String}
    told = pl.DataFrame(list(failed), schema=schema, orient="row")
    not_annotated = (
        read_frame(store, plan.url, "articles")
        .join(told, on="article_id")
        .with_columns(stage=pl.lit("annotate"), transient=pl.lit(True))
    )
    return [withdrawn, repeated, not_annotated]


def _still_standing(store: Store, staged: Sequence[IngestResult], plan: GatePlan) -> pl.DataFrame:
    """Earlier rejects, but for those of files that were read again and of articles that were annotated again."""
    articles = read_frame(store, plan.url, "articles")
    tried = articles.join(read_frame(store, plan.url, "todo_ids"), on="article_id", how="semi")["origin"].unique()
    earlier = scan(store, "rejects").collect()
    files = scan_partial(store, "inputs").select("origin").collect()["origin"]
    again = within(earlier["origin"], {origin for result in staged for origin, *_ in result.files}, files)
    annotation = pl.col("stage") == "annotate"
    return earlier.filter(~(again & ~annotation) & ~(annotation & pl.col("origin").is_in(tried.implode())))


def put_inputs(
    store: Store,
    publication: Publication,
    inputs: InputPlan,
    staged: Sequence[IngestResult],
    plan: GatePlan,
    replaced: Sequence[str],
    *,
    read_again: bool,
) -> None:
    """Put down which files are in, by their content, and how many records and rejects each gave.

    Parameters
    ----------
    replaced
        Origins of files whose content takes the place of what they held before.
    read_again
        Files that were in count no longer: what this run did not read of them, the next one reads.
    """
    counts = _counts_of_files(store, staged, plan)
    rows = [
        {
            "origin": origin,
            "content_sha256": digest,
            "n_records": counts[origin, path][0],
            "n_rejects": counts[origin, path][1],
        }
        for origin, path, digest in inputs.digests
        # A file with transient rejects is read again by the next run.
        if digest is not None and counts[origin, path][2] == 0
    ]
    table = scan_partial(store, "inputs").collect()
    # What a replaced file held before is no longer in: should it come back, it is new.
    table = table.clear() if read_again else table.filter(~pl.col("origin").is_in(list(replaced)))
    new = pl.DataFrame(rows, schema=table.schema).unique(["origin", "content_sha256"], keep="first")
    publication.put("inputs", None, pl.concat([table.join(new, on=["origin", "content_sha256"], how="anti"), new]))


def _counts_of_files(store: Store, staged: Sequence[IngestResult], plan: GatePlan) -> dict[tuple[str, str], list[int]]:
    """Per file (origin, path) its records, rejects and transient rejects; a repeated record counts as a reject."""
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for result in staged:
        for origin, path, *numbers in result.files:
            for position, number in enumerate(numbers):
                counts[origin, path][position] += number
    paths = dict(reversed(list(counts)))
    for record in read_frame(store, plan.url, "repeated")["origin"]:
        file = file_of(record, paths)
        assert file is not None, record
        counts[file, paths[file]][1] += 1
    return counts
