"""Hard cases of merging, each with its articles and the events that a careful reader would count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from corpus_builder import Corpus


@dataclass(frozen=True)
class Case:
    """A corpus and the events expected of it, as words of report names set apart by spaces."""

    name: str
    corpus: Callable[[], Corpus]
    events: tuple[str, ...]


def planned_five_times() -> Corpus:
    meet: dict[str, Any] = {"event_type": "CONSULT", "status": "planned"}
    return (
        Corpus()
        .article("a", None)
        .report("a", "headline", actor="Putin", recipient="Kim", place="Vladivostok", **meet)
        .report("a", "visit", actor="Kim", recipient="Russia", mode="visit", place="Russia", **meet)
        .report("a", "meet", actor=["Kim", "Putin"], place="Russia", **meet)
        .report("a", "first", actor="the two men", evidence="This will be the first summit between them.",
                trigger="summit", event_type="CONSULT", status="hypothetical")
        .report("a", "probably", actor=["Putin", "Kim"], place="Vladivostok", assertion="attributed", **meet)
    )  # fmt: skip


def two_summits_and_an_umbrella() -> Corpus:
    return (
        Corpus()
        .article("a", None)
        .report("a", "umbrella", "CONSULT", actor=["Kim", "Trump"])
        .report("a", "singapore", "CONSULT", actor=["Kim", "Trump"], place="Singapore", timex="XXXX-06")
        .report("a", "hanoi", "CONSULT", actor=["Kim", "Trump"], place="Hanoi", timex="XXXX-02")
        .report("a", "failure", "CONSULT", place="Hanoi")
    )


def two_bombings(told_apart_by: str) -> Corpus:
    ordinal = {"evidence": "Hours later a second blast hit the city.", "trigger": "blast"}
    second: dict[str, Any] = {"killed": (3, 3)} if told_apart_by == "toll" else ordinal
    first: dict[str, Any] = {"killed": (12, 12)} if told_apart_by == "toll" else {}
    bomb: dict[str, Any] = {"event_type": "ASSAULT", "mode": "explosives", "place": "Baghdad", "date": "2024-03-04"}
    return (
        Corpus()
        .article("a", "2024-03-05T08:00:00")
        .report("a", "morning", actor="gunmen", recipient="civilians", **bomb, **first)
        .report("a", "evening", actor="gunmen", recipient="civilians", **bomb, **second)
    )


def one_side(*actors: str) -> Corpus:
    corpus = Corpus()
    for actor in actors:
        corpus.article(actor, "2024-03-05T08:00:00").report(
            actor, actor, "ACCUSE", actor=actor, recipient="United States", date="2024-03-05"
        )
    return corpus


def coalition() -> Corpus:
    strike: dict[str, Any] = {"event_type": "ASSAULT", "mode": "aerial", "recipient": "Syria", "date": "2018-04-14"}
    return (
        Corpus()
        .article("a", "2018-04-14T08:00:00")
        .article("b", "2018-04-14T09:00:00")
        .article("c", "2018-04-15T09:00:00")
        .report("a", "two", actor=["United States", "United Kingdom"], **strike)
        .report("b", "three", actor=["United States", "United Kingdom", "France"], **strike)
        .report("c", "third", actor=["France"], **strike)
    )


def gunmen_by_city(places: tuple[str, str], recipients: tuple[str, str]) -> Corpus:
    corpus = Corpus()
    for key, place, recipient in zip("ab", places, recipients, strict=True):
        corpus.article(key, "2024-03-05T08:00:00", source=key).report(
            key, key, "ASSAULT", mode="firearms", actor="gunmen", recipient=recipient, place=place, date="2024-03-04"
        )
    return corpus


def detained(by: tuple[str | None, str | None]) -> Corpus:
    return (
        Corpus()
        .article("a", "2024-03-05T08:00:00")
        .report("a", "45", "COERCE", mode="arrest", actor="police", recipient="protesters", place="Paris",
                date="2024-03-05", arrested=(45, 45), by=by[0])
        .report("a", "47", "COERCE", mode="arrest", actor="police", recipient="protesters", place="Paris",
                date="2024-03-05", arrested=(47, 47), by=by[1])
    )  # fmt: skip


def undated_headline() -> Corpus:
    return (
        Corpus()
        .article("a", "2024-03-05T08:00:00")
        .report("a", "headline", "REQUEST", actor="Trump", recipient="Iran")
        .report("a", "body", "REQUEST", actor="Trump", recipient="Iran", date="2024-03-04")
    )


def unclaimed_bomb(stories: tuple[str, str]) -> Corpus:
    corpus = Corpus()
    for key, story in zip("ab", stories, strict=True):
        corpus.article(key, "2024-03-05T08:00:00", story=story).report(
            key, key, "ASSAULT", mode="explosives", recipient="civilians", place="Baghdad", date="2024-03-04"
        )
    return corpus


def a_night_apart(event_type: str = "ASSAULT") -> Corpus:
    corpus = Corpus()
    for key, date in (("a", "2024-03-04"), ("b", "2024-03-05")):
        corpus.article(key, "2024-03-05T08:00:00", story="s").report(
            key, key, event_type, actor="United States", recipient="Iran", place="Baghdad", date=date
        )
    return corpus


def three_day_protest() -> Corpus:
    corpus = Corpus()
    march: dict[str, Any] = {"event_type": "PROTEST", "mode": "demo", "actor": "protesters", "place": "Paris"}
    for key, date in (("a", "2024-03-04"), ("b", "2024-03-05"), ("c", "2024-03-06")):
        corpus.article(key, f"{date}T20:00:00", story="s").report(key, key, date=date, **march)
    corpus.article("d", "2024-03-07T08:00:00", story="s")
    return corpus.report("d", "whole", date="2024-03-04", until="2024-03-06", **march)


def strikes_on_two_towns() -> Corpus:
    words = "Jets hit Mosul and nearby Tal Afar on Monday."
    strike: dict[str, Any] = {
        "event_type": "ASSAULT",
        "mode": "aerial",
        "actor": "Russia",
        "date": "2024-03-04",
        "evidence": words,
    }
    return (
        Corpus()
        .article("a", "2024-03-05T08:00:00")
        .report("a", "mosul", place="Mosul", sentence=1, **strike)
        .report("a", "tal afar", place="Tal Afar", sentence=1, **strike)
        .report("a", "strikes", "ASSAULT", actor="Russia", place="Iraq", sentence=4)
    )


def rising_toll() -> Corpus:
    corpus = Corpus()
    for key, hour, dead in (("a", "08", 5), ("b", "12", 12), ("c", "18", 15)):
        corpus.article(key, f"2024-03-05T{hour}:00:00", source=key).report(
            key, key, "ASSAULT", mode="aerial", actor="Russia", recipient="civilians", place="Mosul",
            date="2024-03-05", killed=(dead, dead),
        )  # fmt: skip
    return corpus


def denial() -> Corpus:
    return (
        Corpus()
        .article("a", "2024-03-05T08:00:00")
        .report("a", "attack", "ASSAULT", actor="Russia", recipient="Syria", place="Mosul", date="2024-03-04")
        .report("a", "denied", "ASSAULT", actor="Moscow", assertion="denied", status="negated", by="Moscow")
    )


def cancelled_visit() -> Corpus:
    visit: dict[str, Any] = {
        "event_type": "CONSULT",
        "mode": "visit",
        "actor": "Trump",
        "recipient": "France",
        "date": "2024-04-01",
    }
    return (
        Corpus()
        .article("a", "2024-03-05T08:00:00")
        .article("b", "2024-03-09T08:00:00")
        .report("a", "plan", status="planned", **visit)
        .report("b", "cancelled", status="cancelled", **visit)
    )


def planned_and_happened() -> Corpus:
    meet: dict[str, Any] = {"event_type": "CONSULT", "actor": ["Putin", "Kim"], "place": "Vladivostok"}
    return (
        Corpus()
        .article("a", "2019-04-18T08:00:00")
        .article("b", "2019-04-26T08:00:00")
        .report("a", "plan", status="planned", date="2019-04-22", until="2019-04-28", precision="week", **meet)
        .report("b", "happened", date="2019-04-25", **meet)
    )


def anniversary() -> Corpus:
    return (
        Corpus()
        .article("a", "2014-03-05T08:00:00")
        .article("b", "2024-03-04T08:00:00")
        .report("a", "attack", "ASSAULT", mode="firearms", actor="gunmen", recipient="a policeman", place="Mosul",
                date="2014-03-04")
        .report("b", "ten years on", "ASSAULT", mode="firearms", actor="gunmen", recipient="a policeman",
                place="Mosul", date="2014-03-04", status="historical")
        .report("b", "march", "PROTEST", actor="protesters", place="Mosul", date="2024-03-04")
    )  # fmt: skip


def background_for_a_month() -> Corpus:
    words = "Mr Kim and Mr Trump had met once before, in Singapore, without signing anything."
    corpus = Corpus()
    for number in range(4):
        corpus.article(f"a{number}", f"2019-02-{3 + 7 * number:02}T08:00:00").report(
            f"a{number}", f"a{number}", "CONSULT", actor=["Kim", "Trump"], place="Singapore", evidence=words
        )
    return corpus


def coarse_and_exact_day() -> Corpus:
    meet: dict[str, Any] = {"event_type": "CONSULT", "actor": ["Kim", "Trump"], "place": "Singapore"}
    return (
        Corpus()
        .article("a", "2018-06-12T08:00:00")
        .article("b", "2019-04-18T08:00:00")
        .report("a", "day", date="2018-06-12", **meet)
        .report("b", "last June", date="2018-06-01", until="2018-06-30", precision="month", **meet)
    )


def dateline_is_no_place() -> Corpus:
    meet: dict[str, Any] = {"event_type": "CONSULT", "actor": ["Kim", "Trump"], "date": "2019-02-28"}
    return (
        Corpus()
        .article("a", "2019-02-28T08:00:00")
        .report("a", "where", place="Hanoi", **meet)
        .report("a", "nowhere", place="Moscow", place_method="dateline", **meet)
    )


def same_plan_and_past() -> Corpus:
    return (
        Corpus()
        .article("a", "2024-03-05T08:00:00")
        .report("a", "past", "CONSULT", actor=["Kim", "Trump"], place="Hanoi")
        .report("a", "plan", "CONSULT", actor=["Kim", "Trump"], status="planned", place="Paris")
    )


def dated_after_its_telling() -> Corpus:
    meet: dict[str, Any] = {"event_type": "CONSULT", "actor": ["Kim", "Trump"], "place": "Hanoi", "date": "2019-02-27"}
    return (
        Corpus()
        .article("a", "2019-02-20T08:00:00")
        .article("b", "2019-02-28T08:00:00")
        .report("a", "headline", **meet)
        .report("a", "plan", status="planned", **meet)
        .report("b", "met", **meet)
    )


CASES = [
    Case("a meeting planned, told five times", planned_five_times, ("headline visit meet first probably",)),
    Case("two summits and a vague word for both", two_summits_and_an_umbrella,
         ("umbrella singapore", "hanoi failure")),
    Case("two bombings, the second called so", lambda: two_bombings("ordinal"), ("morning", "evening")),
    Case("two bombings of different tolls", lambda: two_bombings("toll"), ("morning", "evening")),
    Case("Putin, the Kremlin and Moscow", lambda: one_side("Putin", "Kremlin", "Moscow", "Russia"),
         ("Putin Kremlin Moscow Russia",)),
    Case("two persons of one government", lambda: one_side("Putin", "Lavrov"), ("Putin", "Lavrov")),
    Case("a businessman is not his country", lambda: one_side("Musk", "United States"), ("Musk", "United States")),
    Case("US and UK against US, UK and France", coalition, ("two three third",)),
    Case("gunmen in one city on one day", lambda: gunmen_by_city(("Mosul", "Mosul"), ("a policeman", "a policeman")),
         ("a b",)),
    Case("gunmen in two cities", lambda: gunmen_by_city(("Mosul", "Baghdad"), ("a policeman", "a policeman")),
         ("a", "b")),
    Case("two unnamed gunmen, two sorts of victims",
         lambda: gunmen_by_city(("Mosul", "Mosul"), ("a policeman", "a nurse")), ("a", "b")),
    Case("45 or 47 detained, by two sources", lambda: detained(("police", "activists")), ("45 47",)),
    Case("45 and 47 detained, in one voice", lambda: detained((None, None)), ("45", "47")),
    Case("an undated headline over a dated body", undated_headline, ("headline body",)),
    Case("an unclaimed bomb in one story", lambda: unclaimed_bomb(("s", "s")), ("a b",)),
    Case("an unclaimed bomb in two stories", lambda: unclaimed_bomb(("s", "t")), ("a", "b")),
    Case("dates a night apart", a_night_apart, ("a b",)),
    Case("marches on two days", lambda: a_night_apart("PROTEST"), ("a", "b")),
    Case("a protest of three days", three_day_protest, ("a whole", "b", "c")),
    Case("strikes on two towns in one sentence", strikes_on_two_towns, ("mosul|strikes", "tal afar|")),
    Case("a rising toll", rising_toll, ("a b c",)),
    Case("a denial", denial, ("attack denied",)),
    Case("a cancelled visit", cancelled_visit, ("plan cancelled",)),
    Case("planned, then happened", planned_and_happened, ("plan", "happened")),
    Case("an anniversary", anniversary, ("attack|ten years on", "march")),
    Case("one background paragraph for a month", background_for_a_month, ("a0 a1 a2 a3",)),
    Case("a month later told by its month", coarse_and_exact_day, ("day|last June",)),
    Case("a dateline does not speak against a place", dateline_is_no_place, ("where nowhere",)),
    Case("a past and a planned meeting", same_plan_and_past, ("past", "plan")),
    Case("a headline dated after its own telling is a plan", dated_after_its_telling, ("headline plan", "met")),
]  # fmt: skip
