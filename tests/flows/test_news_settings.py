"""For: flows. The flow with other settings than before: what stops, what is made again, what stays out."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from small_runs import ARTICLES, Run, digests, last_run, problems, table, write

from tasks.errors import UserError


def test_other_settings_stop_the_run_unless_all_is_made_again(tmp_path: Path, run_flow: Run) -> None:
    inputs, output = tmp_path / "in", tmp_path / "out"
    write(inputs, "a.jsonl", ARTICLES[:2])
    run_flow(inputs, output, annotate=False)
    assert table(output, "mentions").height == 0
    assert not table(output, "articles")["annotated"].any()
    with pytest.raises(UserError, match="--reprocess"):
        run_flow(inputs, output)
    run_flow(inputs, output, reprocess=True)
    assert table(output, "articles")["annotated"].all()
    assert table(output, "mentions").height > 0
    assert problems(output) == []


def test_languages_let_in_later_bring_in_what_was_refused(tmp_path: Path, run_flow: Run) -> None:
    inputs, output = tmp_path / "in", tmp_path / "out"
    write(inputs, "a.jsonl", ARTICLES)
    run_flow(inputs, output)
    assert table(output, "rejects").height == 1
    run_flow(inputs, output, languages="en,de", reprocess=True)
    assert table(output, "rejects").height == 0
    assert sorted(table(output, "articles")["lang"]) == ["de", "en", "en"]
    assert (last_run(output)["n_new"], last_run(output)["n_unchanged"]) == (1, 2)
    assert problems(output) == []


def test_what_a_run_that_lets_more_in_did_not_read_is_read_by_the_next(tmp_path: Path, run_flow: Run) -> None:
    inputs, output = tmp_path / "in", tmp_path / "out"
    german = [
        ARTICLES[2] | {"id": str(number), "text": f"{ARTICLES[2]['text']} {number} Leute."} for number in range(3)
    ]
    write(inputs, "a.jsonl", [ARTICLES[0], *german])
    write(inputs, "b.jsonl", [ARTICLES[1]])
    run_flow(inputs, output, annotate=False)
    more = {"languages": "en,de", "annotate": False}
    # Neither past its limit nor of a file that it was not given.
    run_flow(inputs / "a.jsonl", output, limit=1, reprocess=True, **more)
    run_flow(inputs, output, **more)
    assert sorted(table(output, "articles")["lang"]) == ["de", "de", "de", "en", "en"]
    assert table(output, "rejects").height == 0
    assert problems(output) == []
    run_flow(inputs, output, **more)
    assert last_run(output)["n_unchanged"] == 5


def test_texts_cleaned_otherwise_are_not_mixed(tmp_path: Path, run_flow: Run) -> None:
    inputs, output = tmp_path / "in", tmp_path / "out"
    write(inputs, "a.jsonl", ARTICLES[:1])
    run_flow(inputs, output, annotate=False)
    with pytest.raises(UserError, match="new folder"):
        run_flow(inputs, output, annotate=False, clean="none", reprocess=True)


def test_reprocessing_gives_the_same_bytes_again(tmp_path: Path, run_flow: Run) -> None:
    inputs, output = tmp_path / "in", tmp_path / "out"
    write(inputs, "a.jsonl", ARTICLES)
    run_flow(inputs, output)
    before = digests(output, without={"runs"})
    run_flow(inputs, output, reprocess=True)
    assert digests(output, without={"runs"}) == before
    assert last_run(output)["words_per_second"] > 0


def test_what_is_withdrawn_stays_out(tmp_path: Path, run_flow: Run) -> None:
    inputs, output = tmp_path / "in", tmp_path / "out"
    write(inputs, "a.jsonl", ARTICLES[:2])
    run_flow(inputs, output)
    gone = table(output, "articles").filter(pl.col("external_id") == "one")["article_id"][0]
    run_flow([], output, withdraw=(gone,))
    assert table(output, "articles")["external_id"].to_list() == ["two"]
    assert gone not in set(table(output, "event_mentions")["article_id"])
    write(inputs, "again.jsonl", ARTICLES[:1])
    run_flow(inputs, output)
    run_flow(inputs, output, reprocess=True)
    assert table(output, "articles")["external_id"].to_list() == ["two"]
    assert table(output, "rejects").filter(pl.col("reason") == "withdrawn").height == 1
    assert problems(output) == []


def test_a_copy_takes_the_place_of_its_withdrawn_original(tmp_path: Path, run_flow: Run) -> None:
    inputs, output = tmp_path / "in", tmp_path / "out"
    text = " ".join(str(article["text"]) for article in ARTICLES[:2])
    original = ARTICLES[0] | {"text": text}
    copy = original | {"id": "copy", "source": "example.com", "published_at": "2024-03-06T08:00:00Z"}
    write(inputs, "a.jsonl", [copy, original])
    run_flow(inputs, output)
    articles = table(output, "articles").sort("published_at")
    assert articles["dup_of"].to_list() == [None, articles["article_id"][0]]
    assert articles["annotated"].to_list() == [True, False]
    run_flow([], output, withdraw=(articles["article_id"][0],))
    left = table(output, "articles").row(0, named=True)
    assert (left["external_id"], left["dup_of"], left["annotated"]) == ("copy", None, True)
    assert problems(output) == []


def test_a_language_let_in_without_a_model_has_text_but_no_annotation(tmp_path: Path, run_flow: Run) -> None:
    inputs, output = tmp_path / "in", tmp_path / "out"
    write(inputs, "a.jsonl", ARTICLES)
    run_flow(inputs, output, languages="all")
    german = table(output, "articles").filter(pl.col("lang") == "de").row(0, named=True)
    assert not german["annotated"]
    text = table(output, "texts").filter(pl.col("article_id") == german["article_id"]).row(0, named=True)
    assert "Köln" in text["text"]
    assert text["sent_starts"] is None
    assert problems(output) == []
