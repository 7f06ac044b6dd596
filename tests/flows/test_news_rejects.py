"""For: flows. The flow on records that cannot be taken and articles that fail: every one is told."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from small_runs import ARTICLES, AUDIT, Run, digests, last_run, problems, table, write

from tasks.errors import RunFailed


def test_every_record_is_an_article_or_a_reject(tmp_path: Path, run_flow: Run) -> None:
    inputs, output = tmp_path / "in", tmp_path / "out"
    path = write(inputs, "a.jsonl", ARTICLES)
    path.write_text(path.read_text("utf-8") + '{"id": "broken", "text": \n\n[1, 2]\n{"id": "no text"}\n', "utf-8")
    (inputs / "empty.txt").write_text("")
    (inputs / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    run_flow(inputs, output)
    run = last_run(output)
    assert (run["n_inputs"], run["n_new"], run["n_rejects"]) == (8, 2, 6)
    rejects = {row["origin"]: row["reason"] for row in table(output, "rejects").iter_rows(named=True)}
    assert rejects["a.jsonl#3"] == "language_not_configured"
    assert rejects["a.jsonl#4"] == "bad_json"
    assert rejects["empty.txt"] == "empty"
    assert rejects["picture.txt"] == "binary"
    assert len(rejects) == 6
    assert problems(output) == []


def test_a_record_said_again_in_its_file_is_a_reject_in_every_run(tmp_path: Path, run_flow: Run) -> None:
    folder = tmp_path / "in"
    newer = ARTICLES[0] | {"text": ARTICLES[0]["text"] + " They met again in May.", "published_at": "2024-05-04"}
    write(folder, "a.jsonl", [ARTICLES[0], ARTICLES[1], ARTICLES[0], newer])
    write(folder, "b.jsonl", [ARTICLES[1]])
    options = {"languages": "all", "annotate": False}
    first = run_flow(folder, tmp_path / "out", **options)["run"]
    counts = ("n_inputs", "n_new", "n_unchanged", "n_superseded", "n_rejects")
    assert [first[name] for name in counts] == [5, 2, 1, 1, 1]
    rejects = pl.read_parquet(tmp_path / "out" / "rejects" / "*.parquet")
    assert rejects.select("origin", "stage", "reason", "detail").rows() == [
        ("a.jsonl#3", "clean", "duplicate_id", "the same id and words as a.jsonl#1")
    ]
    before = digests(tmp_path / "out", without={"runs"})
    second = run_flow(folder, tmp_path / "out", **options)["run"]
    assert (second["n_unchanged"], second["n_rejects"], second["n_new"]) == (4, 1, 0)
    assert digests(tmp_path / "out", without={"runs"}) == before
    # In other batches, b before a, the same stands and the same is refused.
    for name in ("b.jsonl", "a.jsonl"):
        run_flow(folder / name, tmp_path / "parts", **options)
    assert digests(tmp_path / "parts", AUDIT) == digests(tmp_path / "out", AUDIT)
    again = pl.read_parquet(tmp_path / "parts" / "rejects" / "*.parquet")
    assert again.drop("run_id").equals(rejects.drop("run_id"))
    assert not problems(tmp_path / "parts")


def test_rejects_of_an_archive_that_is_read_again_do_not_stay_beside_the_new_ones(
    tmp_path: Path, run_flow: Run
) -> None:
    with zipfile.ZipFile(tmp_path / "dump.zip", "w") as archive:
        archive.writestr("in/empty.txt", " ")
        archive.writestr("in/some.jsonl", "".join(json.dumps(article) + "\n" for article in (*ARTICLES, {"id": "x"})))
    run_flow(tmp_path / "dump.zip", tmp_path / "out", annotate=False)
    run_flow(tmp_path / "dump.zip", tmp_path / "out", annotate=False, languages="all", reprocess=True)
    rejects = pl.read_parquet(tmp_path / "out" / "rejects" / "*.parquet")
    assert rejects.select("origin", "reason").rows() == [
        ("dump.zip/in/empty.txt", "empty"),
        ("dump.zip/in/some.jsonl#4", "missing_field"),
    ]


def poison(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    """Make the pipeline raise on articles that hold a word, as a bug in a component would."""
    from tasks.annotate.rows import doc_rows as real

    def failing(doc: Any) -> Any:
        if word in doc.text:
            raise RuntimeError(f"cannot take {word}")
        return real(doc)

    monkeypatch.setattr("tasks.jobs.annotate.doc_rows", failing)


def test_one_failing_article_is_a_reject_and_the_others_go_on(
    tmp_path: Path, run_flow: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs, output = tmp_path / "in", tmp_path / "out"
    write(inputs, "a.jsonl", ARTICLES[:2])
    with monkeypatch.context() as broken:
        poison(broken, "Nairobi")
        run_flow(inputs, output)
    run = last_run(output)
    assert (run["n_inputs"], run["n_new"], run["n_rejects"]) == (2, 1, 1)
    reject = table(output, "rejects").row(0, named=True)
    assert (reject["stage"], reject["reason"], reject["transient"]) == ("annotate", "failed", True)
    assert "cannot take Nairobi" in reject["detail"]
    assert table(output, "articles").sort("published_at")["annotated"].to_list() == [True, False]
    assert problems(output) == []
    with monkeypatch.context() as broken:
        poison(broken, "Nairobi")
        run_flow(inputs, output, max_failed_articles=0)  # what failed before does not stop a later run
    assert table(output, "rejects").height == 1
    run_flow(inputs, output)
    assert table(output, "rejects").height == 0
    assert table(output, "articles")["annotated"].all()
    assert problems(output) == []


def test_a_run_fails_where_too_many_articles_fail_and_publishes_nothing(
    tmp_path: Path, run_flow: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs, output = tmp_path / "in", tmp_path / "out"
    write(inputs, "a.jsonl", ARTICLES[:1])
    run_flow(inputs, output)
    before = digests(output, {"runs"})
    write(inputs, "b.jsonl", ARTICLES[1:2])
    with monkeypatch.context() as broken:
        poison(broken, "Nairobi")
        with pytest.raises(RunFailed, match="max_failed_share"):
            run_flow(inputs, output, max_failed_articles=0)
    assert digests(output, {"runs"}) == before
    assert last_run(output)["status"] == "failed"
    run_flow(inputs, output)
    assert table(output, "articles").height == 2
    assert problems(output) == []
