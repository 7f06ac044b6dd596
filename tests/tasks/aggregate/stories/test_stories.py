"""For: tasks.aggregate.stories.assign. Articles about one happening are one story."""

from __future__ import annotations

import polars as pl
import pytest
from corpus_builder import Corpus

from tasks.aggregate.stories.assign import assign_stories, build_stories
from tasks.contract.partials import PARTIALS
from tasks.contract.schema import conform, polars_schema
from tasks.contract.tables import TABLES
from tasks.ids import hash_id

EVIDENCE = PARTIALS["entity_evidence"]


def articles(*rows: tuple[str, str | None, str], copies: dict[str, str] | None = None) -> pl.DataFrame:
    corpus = Corpus()
    for key, published, _ in rows:
        corpus.article(key, published, copy_of=(copies or {}).get(key))
    titles = {hash_id("article", key): title for key, _, title in rows}
    frame = corpus.frames()[2]
    return frame.with_columns(pl.col("article_id").replace_strict(titles).alias("title"))


def evidence(told: dict[str, dict[str, int]]) -> pl.DataFrame:
    rows = [
        dict.fromkeys(EVIDENCE.names)
        | {"article_id": hash_id("article", key), "entity_id": entity, "kind": "person", "name": entity,
           "form_text": entity, "n": n}
        for key, entities in told.items()
        for entity, n in entities.items()
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=polars_schema(EVIDENCE))


def stories_of(frame: pl.DataFrame, told: pl.DataFrame | None = None) -> dict[str, str]:
    assigned = assign_stories(frame, told)
    conform(TABLES["articles"], assigned)
    conform(TABLES["stories"], build_stories(assigned))
    return dict(assigned.select("external_id", "story_id").iter_rows())


FERRY = (
    ("ferry1", "2024-03-04T08:00:00", "Ferry sinks off Lampedusa, dozens missing"),
    ("ferry2", "2024-03-04T18:00:00", "Rescuers search for dozens missing after ferry sinks"),
    ("vote", "2024-03-04T09:00:00", "Parliament passes pension reform after long debate"),
    ("ferry3", "2024-03-20T08:00:00", "Ferry sinks off Lampedusa, dozens missing"),
    ("undated", None, "Ferry sinks off Lampedusa, dozens missing"),
)
TOLD = evidence(
    {
        "ferry1": {"gn:lampedusa": 4, "x:guard": 2},
        "ferry2": {"gn:lampedusa": 3, "x:guard": 3},
        "vote": {"x:minister": 5, "gn:italy": 1},
        "ferry3": {"gn:lampedusa": 4, "x:guard": 2},
        "undated": {"gn:lampedusa": 4, "x:guard": 2},
    }
)


def test_without_evidence_each_original_is_a_story_and_copies_follow() -> None:
    frame = articles(*FERRY[:3], copies={"ferry2": "ferry1"})
    stories = stories_of(frame)
    assert stories["ferry1"] == stories["ferry2"] == hash_id("story", hash_id("article", "ferry1"))
    assert stories["vote"] != stories["ferry1"]


def test_alike_articles_of_the_same_days_are_one_story() -> None:
    stories = stories_of(articles(*FERRY), TOLD)
    assert stories["ferry1"] == stories["ferry2"]
    assert len({stories[key] for key in ("ferry1", "vote", "ferry3", "undated")}) == 4


def test_row_order_changes_nothing() -> None:
    frame = articles(*FERRY)
    assert stories_of(frame, TOLD) == stories_of(frame.reverse(), TOLD.reverse())


def test_assigning_again_changes_nothing() -> None:
    once = assign_stories(articles(*FERRY), TOLD)
    assert assign_stories(once, TOLD).equals(once)


def test_a_story_is_led_by_its_first_article_and_counts_copies() -> None:
    frame = articles(*FERRY[:3], copies={"ferry2": "ferry1"})
    stories = build_stories(assign_stories(frame))
    ferry = stories.filter(pl.col("n_articles") == 2).row(0, named=True)
    assert ferry["lead_article_id"] == hash_id("article", "ferry1")
    assert ferry["title"] == FERRY[0][2]
    assert ferry["n_unique"] == 1


def leads(told: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame({"article_id": [hash_id("article", key) for key in told], "text": list(told.values())})


HARBOUR = (
    ("a", "2024-03-04T08:00:00", "Night of fear"),
    ("b", "2024-03-05T08:00:00", "Owner held"),
    ("c", "2024-03-08T08:00:00", "Divers give up"),
    ("d", "2024-03-05T09:00:00", "Budget goes through"),
)
HARBOUR_LEADS = {
    "a": "OSLO (Reuters) - A trawler capsized in a storm off Bergen and seven sailors are missing.",
    "b": "OSLO (Reuters) - Police arrested the owner of the trawler that capsized in a storm off Bergen.",
    "c": "OSLO (Reuters) - Divers searching for the sailors of the capsized trawler off Bergen gave up.",
    "d": "OSLO (Reuters) - Parliament adopted the budget after ministers dropped a tax on salmon.",
}
AGENCY = evidence({key: {"Reuters": 3} for key in HARBOUR_LEADS})


def test_words_of_the_lead_join_what_titles_do_not_and_the_window_moves_with_the_story() -> None:
    frame = assign_stories(articles(*HARBOUR), AGENCY, leads(HARBOUR_LEADS))
    stories = dict(frame.select("external_id", "story_id").iter_rows())
    assert stories["a"] == stories["b"] == stories["c"]


def test_the_agency_of_the_dateline_glues_nothing() -> None:
    frame = assign_stories(articles(*HARBOUR), AGENCY, leads(HARBOUR_LEADS))
    stories = dict(frame.select("external_id", "story_id").iter_rows())
    assert stories["d"] not in {stories[key] for key in "abc"}
    without = articles(HARBOUR[1], HARBOUR[3])
    assert len(set(stories_of(without, AGENCY).values())) == 1  # nothing but the name of the agency, and no dateline


@pytest.mark.parametrize("late", ["2024-03-08T08:00:00", "2024-03-12T08:00:00"])
def test_a_story_ends_when_nothing_is_told_of_it_for_days(late: str) -> None:
    rows = (HARBOUR[0], ("c", late, "Divers give up"))
    frame = assign_stories(articles(*rows), AGENCY, leads(HARBOUR_LEADS))
    assert frame.get_column("story_id").n_unique() == (1 if late < "2024-03-09" else 2)
