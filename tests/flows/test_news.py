"""The flow on a real Prefect server and real files: what a second run, a new file or a changed one does."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tasks.errors import RunFailed, UserError
from tasks.verify import verify

Run = Callable[..., dict[str, Any]]
AUDIT = {"runs", "rejects", "changes"}

ARTICLES = [
    {
        "id": "one",
        "source": "example.org",
        "title": "French minister visits Berlin",
        "published_at": "2024-03-04T08:00:00Z",
        "text": "French Foreign Minister Anne Dubois visited Berlin on Monday and met German Chancellor Karl Weber. "
        "The two discussed the war in Ukraine, a spokesman said.",
    },
    {
        "id": "two",
        "source": "example.org",
        "title": "Police arrest protesters in Nairobi",
        "published_at": "2024-04-09T10:00:00Z",
        "text": "Police in Nairobi arrested 45 protesters on Tuesday after a demonstration against new taxes turned "
        "violent. The Kenyan government condemned the violence and urged calm across the capital.",
    },
    {
        "id": "three",
        "source": "example.net",
        "title": "Bombe in Köln entschärft",
        "published_at": "2024-04-10T10:00:00Z",
        "text": "In Köln ist am Mittwoch eine Bombe aus dem Zweiten Weltkrieg entschärft worden. Tausende Menschen "
        "mussten ihre Wohnungen verlassen, wie die Stadt am Abend mitteilte.",
    },
]


def write(folder: Path, name: str, articles: list[dict[str, str]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text("".join(json.dumps(article) + "\n" for article in articles), "utf-8")
    return path


def digests(output: Path, without: set[str] = frozenset()) -> dict[str, str]:  # type: ignore[assignment]
    return {
        str(file.relative_to(output)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(output.rglob("*.parquet"))
        if file.relative_to(output).parts[0] not in {".staging", *without}
    }


def table(output: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(f"{output}/{name}/**/*.parquet", hive_partitioning=False)


def last_run(output: Path) -> dict[str, Any]:
    return table(output, "runs").sort("started_at").row(-1, named=True)


def problems(output: Path) -> list[str]:
    return [str(finding) for finding in verify(str(output))]


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


def poison(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    """Make the pipeline raise on articles that hold a word, as a bug in a component would."""
    import tasks.annotate.step as step

    real = step.doc_rows

    def failing(doc: Any) -> Any:
        if word in doc.text:
            raise RuntimeError(f"cannot take {word}")
        return real(doc)

    monkeypatch.setattr(step, "doc_rows", failing)


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
    before = digests(output)
    write(inputs, "b.jsonl", ARTICLES[1:2])
    with monkeypatch.context() as broken:
        poison(broken, "Nairobi")
        with pytest.raises(RunFailed, match="max_failed_share"):
            run_flow(inputs, output, max_failed_articles=0)
    assert digests(output) == before
    run_flow(inputs, output)
    assert table(output, "articles").height == 2
    assert problems(output) == []


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
