"""For: tasks.gate.duplicates, tasks.gate.versions.

Which record stands for an article must not depend on the order or the batches in which records came.
"""

from __future__ import annotations

import datetime as dt
import itertools

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.contract.schema import polars_schema
from tasks.contract.tables import TABLES
from tasks.gate.duplicates import RESULT_SCHEMA
from tasks.gate.versions import plan_annotation, resolve_versions, split_repeated

SCHEMA = polars_schema(TABLES["articles"])
SUPERSEDED = pl.DataFrame(schema={"article_id": pl.String, "text_sha256": pl.String})


def record(
    article_id: str, text: str, day: int | None = None, origin: str = "a.txt", **more: object
) -> dict[str, object]:
    published = dt.datetime(2024, 5, day, tzinfo=dt.UTC) if day else None
    row: dict[str, object] = dict.fromkeys(SCHEMA.names())
    return (
        row
        | {
            "article_id": article_id,
            "version": 1,
            "origin": origin,
            "lang": "en",
            "lang_score": 1.0,
            "genre": "news",
            "authors": [],
            "published_at": published,
            "published_basis": "meta" if day else "none",
            "pub_date": published.date() if published else None,
            "n_words": 10,
            "text_sha256": text,
            "annotated": False,
            "story_id": article_id,
            "boilerplate_chars": 0,
        }
        | more
    )


def frame(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=SCHEMA)


def test_the_newest_text_stands_and_versions_are_counted() -> None:
    published = frame(record("a", "old", day=1))
    found = resolve_versions(published, SUPERSEDED, frame(record("a", "new", day=2), record("a", "older", day=None)))
    assert found.articles.select("text_sha256", "version", "incoming").row(0) == ("new", 3, True)
    assert (found.n_new, found.n_unchanged, found.n_superseded) == (0, 0, 2)
    assert set(found.superseded["text_sha256"]) == {"old", "older"}


def test_a_record_that_is_in_already_changes_nothing() -> None:
    published = frame(record("a", "text", day=1))
    found = resolve_versions(published, SUPERSEDED, frame(record("a", "text", day=1)))
    assert found.articles.drop("incoming").equals(published)
    assert not found.articles["incoming"][0]
    assert (found.n_new, found.n_unchanged, found.n_superseded) == (0, 1, 0)


def test_one_text_twice_in_a_batch_is_one_new_article() -> None:
    found = resolve_versions(frame(), SUPERSEDED, frame(record("a", "x", origin="1"), record("a", "x", origin="2")))
    assert (found.n_new, found.n_unchanged, found.n_superseded) == (1, 1, 0)
    assert found.articles["origin"].to_list() == ["1"]


records = st.lists(
    st.builds(
        record,
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["t1", "t2", "t3"]),
        day=st.sampled_from([None, 1, 2, 3]),
        origin=st.sampled_from(["x", "y", "z"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(rows=records, cuts=st.lists(st.integers(0, 12), max_size=3), data=st.data())
def test_batches_and_order_never_change_the_articles(
    rows: list[dict[str, object]], cuts: list[int], data: st.DataObject
) -> None:
    whole = resolve_versions(frame(), SUPERSEDED, frame(*rows))
    assert whole.n_new + whole.n_unchanged + whole.n_superseded == len(rows)
    shuffled = data.draw(st.permutations(rows))
    edges = sorted({0, len(rows), *(cut for cut in cuts if cut < len(rows))})
    published, superseded, counted = frame(), SUPERSEDED, 0
    for start, stop in itertools.pairwise(edges):
        step = resolve_versions(published, superseded, frame(*shuffled[start:stop]))
        published, superseded = step.articles.drop("incoming"), step.superseded
        counted += step.n_new + step.n_unchanged + step.n_superseded
    assert counted == len(rows)
    assert published.equals(whole.articles.drop("incoming"))
    assert superseded.equals(whole.superseded)


def test_a_record_said_again_in_its_file_is_refused_and_the_first_of_the_newest_stays() -> None:
    rows = [
        record("a", "x", day=1, origin="f.jsonl#1"),
        record("a", "x", day=2, origin="f.jsonl#9"),
        record("a", "x", day=2, origin="f.jsonl#10"),
        record("a", "y", day=1, origin="f.jsonl#11"),
        record("b", "x", day=1, origin="f.jsonl#12"),
        record("a", "x", day=2, origin="g.jsonl#9"),
        record("a", "x", day=2, origin="h#1.txt"),
        record("a", "x", day=2, origin="h#2.txt"),
    ]
    for order in (rows, rows[::-1]):
        kept, repeated = split_repeated(frame(*order))
        assert sorted(repeated.select("origin", "stands").rows()) == [
            ("f.jsonl#1", "f.jsonl#9"),
            ("f.jsonl#10", "f.jsonl#9"),
        ]
        assert kept.height == 6
        assert kept.columns == frame().columns


@settings(max_examples=150, deadline=None)
@given(
    files=st.dictionaries(
        st.sampled_from(["f", "g", "h"]),
        st.lists(
            st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(["t1", "t2"]), st.sampled_from([None, 1, 2])),
            min_size=1,
            max_size=12,
        ),
        min_size=1,
    ),
    data=st.data(),
)
def test_what_is_refused_as_said_again_does_not_hang_on_batches(
    files: dict[str, list[tuple[str, str, int | None]]], data: st.DataObject
) -> None:
    rows = {
        name: [record(i, text, day, origin=f"{name}#{n}") for n, (i, text, day) in enumerate(said, 1)]
        for name, said in files.items()
    }
    kept, refused = split_repeated(frame(*(row for said in rows.values() for row in said)))
    whole = resolve_versions(frame(), SUPERSEDED, kept)
    assert whole.n_new + whole.n_unchanged + whole.n_superseded + refused.height == sum(map(len, rows.values()))
    published, superseded, alone = frame(), SUPERSEDED, []
    for name in data.draw(st.permutations(sorted(rows))):
        kept, repeated = split_repeated(frame(*data.draw(st.permutations(rows[name]))))
        alone.extend(repeated.select("origin", "stands").rows())
        step = resolve_versions(published, superseded, kept)
        published, superseded = step.articles.drop("incoming"), step.superseded
    assert sorted(alone) == sorted(refused.select("origin", "stands").rows())
    assert published.equals(whole.articles.drop("incoming"))


def duplicates(*rows: tuple[str, str, str]) -> pl.DataFrame:
    schema = {"article_id": pl.String, "dup_of": pl.String, "dup_kind": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(annotate=pl.col("dup_kind") == "update")


def plan(
    articles: pl.DataFrame, published: pl.DataFrame, copies: pl.DataFrame, **changes: object
) -> tuple[list[str], list[str]]:
    options: dict[str, object] = {"languages": ("en",), "annotate": True, "reprocess": False} | changes
    found = plan_annotation(articles.with_columns(incoming=pl.lit(True)), published, copies, **options)  # type: ignore[arg-type]
    return found.to_annotate.to_list(), found.stale.to_list()


def test_copies_and_other_languages_are_not_parsed_but_updates_are() -> None:
    articles = frame(record("a", "x"), record("b", "y"), record("c", "z"), record("d", "w", lang="de"))
    copies = duplicates(("b", "a", "near"), ("c", "a", "update"))
    assert plan(articles, frame(), copies) == (["a", "c"], [])


def test_what_is_annotated_with_the_same_words_is_not_parsed_again() -> None:
    done = frame(record("a", "x", annotated=True), record("b", "y", annotated=True))
    now = frame(record("a", "x"), record("b", "other"))
    assert plan(now, done, duplicates()) == (["b"], ["b"])
    assert plan(now, done, duplicates(), reprocess=True) == (["a", "b"], ["a", "b"])


def test_an_original_displaced_by_an_earlier_one_loses_its_rows() -> None:
    done = frame(record("b", "x", day=2, annotated=True))
    now = frame(record("a", "x", day=1), record("b", "x", day=2))
    assert plan(now, done, duplicates(("b", "a", "exact"))) == (["a"], ["b"])


def test_a_copy_whose_original_was_withdrawn_is_parsed() -> None:
    done = frame(record("b", "x", day=2, annotated=False))
    assert plan(frame(record("b", "x", day=2)), done, duplicates()) == (["b"], [])


def test_of_contained_texts_only_the_one_marked_is_parsed() -> None:
    """The teaser came first and is the original; the whole text is annotated in its place."""
    articles = frame(record("a", "teaser", day=1), record("b", "whole", day=2), record("c", "reprint", day=3))
    found = pl.DataFrame(
        [("a", None, None, False), ("b", "a", "contained", True), ("c", "a", "contained", False)],
        schema=RESULT_SCHEMA,
        orient="row",
    )
    assert plan(articles, frame(), found) == (["b"], [])
    done = frame(record("a", "teaser", day=1, annotated=True))
    assert plan(articles, done, found) == (["b"], ["a"])
