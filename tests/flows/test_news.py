"""For: flows. The flow on a real Prefect server and real files: what a second run, a new file or a changed one does."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from small_runs import ARTICLES, AUDIT, Run, digests, last_run, problems, table, write

from tasks.verify.output import verify


def test_a_second_run_does_no_work_and_changes_no_byte(tmp_path: Path, run_flow: Run) -> None:
    inputs, output = tmp_path / "in", tmp_path / "out"
    write(inputs, "a.jsonl", ARTICLES)
    run_flow(inputs, output)
    before = digests(output, without={"runs"})
    run_flow(inputs, output)
    assert digests(output, without={"runs"}) == before
    run = last_run(output)
    assert (run["n_inputs"], run["n_new"], run["n_unchanged"], run["n_rejects"]) == (3, 0, 2, 1)
    assert run["words_per_second"] == 0
    assert problems(output) == []


def test_two_folders_of_one_input_hold_the_same_bytes(tmp_path: Path, run_flow: Run) -> None:
    inputs = tmp_path / "in"
    write(inputs, "a.jsonl", ARTICLES)
    run_flow(inputs, tmp_path / "one")
    run_flow(inputs, tmp_path / "two")
    assert digests(tmp_path / "one", AUDIT) == digests(tmp_path / "two", AUDIT)


def test_batches_and_workers_do_not_change_a_byte(tmp_path: Path, run_flow: Run) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    write(tmp_path / "in", "a.jsonl", ARTICLES[:2])
    run_flow(tmp_path / "in", whole, workers=2, words_per_shard=30)
    for number, article in reversed(list(enumerate(ARTICLES[:2]))):
        # The same records, one file each and in the other order; their origins tell them apart and are left out.
        write(tmp_path / "single", f"{number}.jsonl", [article])
        run_flow(tmp_path / "single" / f"{number}.jsonl", parts)
    names = ("texts", "mentions", "entities", "entity_roles", "quotes", "event_mentions", "event_args", "events")
    for name in names:
        assert table(whole, name).equals(table(parts, name)), name


def test_a_new_file_is_the_only_work(tmp_path: Path, run_flow: Run) -> None:
    inputs, output = tmp_path / "in", tmp_path / "out"
    write(inputs, "a.jsonl", ARTICLES[:1])
    run_flow(inputs, output)
    march = {name: digest for name, digest in digests(output).items() if "month=2024-03" in name}
    write(inputs, "b.jsonl", ARTICLES[1:2])
    run_flow(inputs, output)
    after = digests(output)
    assert {name: after[name] for name in march} == march
    run = last_run(output)
    assert (run["n_new"], run["n_unchanged"]) == (1, 1)
    assert table(output, "articles").height == 2
    assert problems(output) == []


def test_another_text_under_an_id_replaces_its_rows(tmp_path: Path, run_flow: Run) -> None:
    inputs, output = tmp_path / "in", tmp_path / "out"
    write(inputs, "a.jsonl", ARTICLES[:2])
    run_flow(inputs, output)
    newer = ARTICLES[0] | {
        "title": "Italian minister visits Madrid",
        "published_at": "2024-03-05T08:00:00Z",
        "text": "Italian Foreign Minister Paola Conti visited Madrid on Monday and met Spanish officials.",
    }
    write(inputs, "b.jsonl", [newer])
    run_flow(inputs, output)
    article = table(output, "articles").filter(pl.col("external_id") == "one").row(0, named=True)
    assert article["version"] == 2
    mentions = table(output, "mentions").filter(pl.col("article_id") == article["article_id"])
    assert "Madrid" in set(mentions["text"])
    assert "Berlin" not in set(mentions["text"])
    assert (last_run(output)["n_new"], last_run(output)["n_superseded"]) == (0, 1)
    assert problems(output) == []


@pytest.mark.parametrize("again", [{"fetched_at": "2024-06-01T00:00:00Z"}, {}])
def test_the_same_words_once_more_keep_their_annotation(tmp_path: Path, run_flow: Run, again: dict[str, str]) -> None:
    inputs, output = tmp_path / "in", tmp_path / "out"
    write(inputs, "b.jsonl", ARTICLES[:1])
    run_flow(inputs, output)
    sentences = table(output, "texts")["sent_starts"].to_list()
    # Fetched later, or under a name that sorts earlier: the row of articles is a new one, the words are not.
    write(inputs, "a.jsonl", [ARTICLES[0] | again])
    run_flow(inputs, output)
    assert table(output, "articles")["origin"].to_list() == ["a.jsonl#1"]
    assert table(output, "texts")["sent_starts"].to_list() == sentences
    assert (last_run(output)["n_unchanged"], last_run(output)["words_per_second"]) == (2, 0)
    assert problems(output) == []


def test_a_file_that_goes_back_to_what_it_was_is_read_again(tmp_path: Path, run_flow: Run) -> None:
    inputs, output = tmp_path / "in", tmp_path / "out"
    inputs.mkdir()
    for city in ("Nairobi", "Mombasa", "Nairobi"):
        (inputs / "note.txt").write_text(f"Kenyan President Daniel Otieno met union leaders in {city} on Friday.\n")
        run_flow(inputs, output, replace_by_origin=True)
    assert "Nairobi" in table(output, "texts")["text"][0]
    assert table(output, "articles").height == 1
    assert problems(output) == []


def test_files_of_one_name_under_two_inputs_are_told_apart(tmp_path: Path, run_flow: Run) -> None:
    output = tmp_path / "out"
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.txt").write_text("")
    run_flow([tmp_path / "one", tmp_path / "two"], output)
    assert table(output, "rejects")["origin"].to_list() == ["one/x.txt", "two/x.txt"]
    assert last_run(output)["n_rejects"] == 2
    assert problems(output) == []


def test_a_changed_file_replaces_its_articles_only_when_asked(tmp_path: Path, run_flow: Run) -> None:
    inputs, kept, replaced = tmp_path / "in", tmp_path / "kept", tmp_path / "replaced"
    for output in (kept, replaced):
        (inputs).mkdir(exist_ok=True)
        (inputs / "note.txt").write_text("Kenyan President Daniel Otieno met union leaders in Nairobi on Friday.\n")
        run_flow(inputs, output)
        (inputs / "note.txt").write_text("Kenyan President Daniel Otieno met union leaders in Mombasa on Friday.\n")
        run_flow(inputs, output, replace_by_origin=output is replaced)
        assert problems(output) == []
    assert table(kept, "articles").height == 2
    assert table(replaced, "articles").height == 1
    assert "Mombasa" in table(replaced, "texts")["text"][0]


def changes(output: Path) -> pl.DataFrame:
    return pl.read_parquet(f"{output}/changes/*.parquet").select("table_name", "op", "reason", "key", "successor_key")


def test_changes_tell_what_a_later_run_altered(tmp_path: Path, run_flow: Run) -> None:
    output = tmp_path / "output"
    run_flow(write(tmp_path / "in", "a.jsonl", [ARTICLES[1]]), output)
    assert changes(output).is_empty()  # nobody had loaded anything before

    earlier = ARTICLES[1] | {
        "id": "earlier",
        "published_at": "2024-04-09T07:00:00Z",
        "title": "Kenyan police hold dozens of protesters",
        "text": "Police arrested 45 protesters in Nairobi on Tuesday, the Kenyan interior ministry said.",
    }
    run_flow(write(tmp_path / "in2", "b.jsonl", [earlier, ARTICLES[0]]), output)
    found = changes(output)
    events = pl.read_parquet(f"{output}/events/**/*.parquet")
    arrest = events.filter(pl.col("event_type") == "COERCE", pl.col("n_articles") == 2)
    assert arrest.height == 1
    gone = found.filter(pl.col("table_name") == "events", pl.col("op") == "delete")
    # The event's id is that of its earliest report, which came late: the old id names the new one.
    assert gone["successor_key"].to_list() == arrest["event_id"].to_list()
    inserted = set(found.filter(pl.col("op") == "insert")["key"])
    assert set(arrest["event_id"]) <= inserted <= set(events["event_id"])
    assert found.filter(pl.col("table_name") == "articles", pl.col("op") == "insert").is_empty()
    assert verify(str(output)) == []


def test_changes_tell_withdrawals(tmp_path: Path, run_flow: Run) -> None:
    output = tmp_path / "output"
    run_flow(write(tmp_path / "in", "a.jsonl", ARTICLES[:2]), output)
    articles = pl.read_parquet(f"{output}/articles/**/*.parquet")
    one = articles.filter(pl.col("external_id") == "one")["article_id"][0]
    run_flow([], output, withdraw=(one,))
    told = changes(output).filter(pl.col("table_name") == "articles")
    assert told.select("op", "reason", "key").rows() == [("delete", "articles withdrawn", one)]
