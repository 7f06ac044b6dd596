"""More hard cases of merging: one deed told by halves, two deeds told in one breath, corrections, denials, claims."""

from __future__ import annotations

from typing import Any

from corpus_builder import Corpus
from merging_cases import Case

MONDAY, TUESDAY = "2024-03-04", "2024-03-05"
MORNING, EVENING = f"{TUESDAY}T08:00:00", f"{TUESDAY}T18:00:00"
BOMB: dict[str, Any] = {"event_type": "ASSAULT", "mode": "explosives"}


def one_article(*reports: tuple[str, dict[str, Any]]) -> Corpus:
    corpus = Corpus().article("a", MORNING)
    for name, told in reports:
        corpus.report("a", name, **told)
    return corpus


def one_story(*reports: tuple[str, dict[str, Any]]) -> Corpus:
    """An article for each report, of one story; articles come an hour apart, each of a source of its own."""
    corpus = Corpus()
    for hour, (name, told) in enumerate(reports):
        corpus.article(name, f"{TUESDAY}T{8 + hour:02}:00:00", story="s", source=name).report(name, name, **told)
    return corpus


# ------------------------------------------------------------------------------------- two deeds told in one article


def two_blasts(second: dict[str, Any], first: dict[str, Any] | None = None) -> Corpus:
    morning = BOMB | {"recipient": "five people", "place": "Baghdad", "date": MONDAY} | (first or {})
    return one_article(("market", morning), ("station", BOMB | {"recipient": "five people"} | second))


def three_tellings_of_two_bombs() -> Corpus:
    corpus = two_blasts({"evidence": "Another bomb went off in Baghdad, police said.", "trigger": "go off"})
    return corpus.report("a", "hidden", evidence="The second bomb was hidden in a car.", trigger="hide", **BOMB)


def apposition() -> Corpus:
    """“…, the second attack” sums up the deed told before it in the sentence, and makes no further one."""
    words = "Officers were killed when a bomb exploded in Baghdad, the second attack on the city within a day."
    return one_article(
        ("first", BOMB | {"place": "Baghdad", "date": MONDAY}),
        ("killed", BOMB | {"recipient": "three officers", "date": MONDAY, "evidence": words, "trigger": "kill",
                           "sentence": 1}),
        ("attack", {"event_type": "ASSAULT", "recipient": "Baghdad", "evidence": words, "trigger": "attack",
                    "sentence": 1}),
    )  # fmt: skip


def ordinal_of_another_deed() -> Corpus:
    """“A second blast” tells of the blast, not of the shots that stand in the same sentence."""
    words = "Gunmen killed a policeman in Mosul before a second blast was heard."
    shots = {"event_type": "ASSAULT", "mode": "firearms", "actor": "gunmen", "recipient": "a policeman"}
    return one_article(
        ("title", shots | {"place": "Mosul"}),
        ("body", shots | {"date": MONDAY, "place": "Mosul", "evidence": words, "trigger": "kill"}),
    )


def market_and_checkpoint(*killed: int) -> Corpus:
    """Two bombs in one city on one day, in one story, each told by where it went off."""
    bomb: dict[str, Any] = {
        "event_type": "ASSAULT",
        "mode": "explosives",
        "place": "Mosul",
        "date": MONDAY,
        "trigger": "bomb",
    }
    words = ("A bomb went off at a crowded market in Mosul.", "The checkpoint bombing in Mosul came after the first.")
    corpus = Corpus()
    for name, evidence, dead in zip("ab", words, killed, strict=True):
        toll: dict[str, Any] = {"killed": (dead, dead)} if dead else {}
        corpus.article(name, f"{TUESDAY}T08:00:00", story="s").report(name, name, evidence=evidence, **bomb, **toll)
    return corpus


def two_drone_attacks() -> Corpus:
    drones: dict[str, Any] = {"event_type": "ASSAULT", "mode": "drone", "actor": "Russia", "date": MONDAY}
    corpus = one_article(("baghdad", drones | {"place": "Baghdad"}), ("mosul", drones | {"place": "Mosul"}))
    return corpus.article("b", EVENING, story="a").report("b", "again", place="Nineveh", **drones)


def exchange_of_fire() -> Corpus:
    fire = {"event_type": "ASSAULT", "mode": "heavy-weapons", "date": MONDAY}
    return one_article(
        ("there", fire | {"actor": "Russia", "recipient": "Syria"}),
        ("back", fire | {"actor": "Syria", "recipient": "Russia"}),
    )


def ten_cities() -> Corpus:
    march: dict[str, Any] = {
        "event_type": "PROTEST",
        "mode": "demo",
        "actor": "teachers",
        "date": MONDAY,
        "sentence": 1,
    }
    cities = (
        "Paris",
        "Lyon",
        "Mosul",
        "Hanoi",
        "Moscow",
        "Baghdad",
        "Singapore",
        "Brussels",
        "Vladivostok",
        "Tal Afar",
    )
    corpus = one_article(*((city.split()[0], march | {"place": city}) for city in cities))
    corpus.article("b", EVENING, story="a", source="b").report("b", "again", **march | {"place": "Lyon"})
    return corpus.report("b", "title", "PROTEST", mode="demo", actor="teachers", place="Lyon")


# -------------------------------------------------------------------------------------- one deed, each told by half


def corrected(how: str) -> Corpus:
    arrest = {"event_type": "COERCE", "mode": "arrest"}
    full = arrest | {"actor": "police", "place": "Paris", "date": MONDAY}
    fourteen = full | {"recipient": "14 nurses", "arrested": (14, 14)}
    if how == "in one article":
        four = full | {"recipient": "students", "arrested": (4, 4)}
        early = arrest | {"recipient": "students", "arrested": (14, 14), "by": "earlier reports"}
        return one_article(("four", four), ("fourteen", early))
    return one_story(("fourteen", fourteen), ("nine", arrest | {"recipient": "nine people", "arrested": (9, 9)}))


def halves_of_a_bombing(**second: Any) -> Corpus:
    return one_story(
        ("toll", BOMB | {"recipient": "five people", "date": MONDAY, "killed": (5, 5)}),
        ("spot", BOMB | {"place": "Baghdad", "date": MONDAY} | second),
    )


def a_half_between_two() -> Corpus:
    """“Monday's bombing” in a story of two bombings tells of neither for certain."""
    corpus = one_story(
        ("baghdad", BOMB | {"recipient": "five people", "place": "Baghdad", "date": MONDAY}),
        ("mosul", BOMB | {"recipient": "three officers", "place": "Mosul", "date": MONDAY}),
    )
    return corpus.article("c", EVENING, story="s").report("c", "monday", date=MONDAY, **BOMB)


def headline_and_another_bombing() -> Corpus:
    """A headline that tells only the city means its own article's bombing, not the one that tells its city."""
    corpus = one_story(
        ("morning", BOMB | {"recipient": "five people", "date": MONDAY, "timex": f"{MONDAY}TMO"}),
        ("evening", BOMB | {"recipient": "three officers", "place": "Mosul", "date": MONDAY, "timex": f"{MONDAY}TEV"}),
    )
    return corpus.report("morning", "headline", place="Mosul", **BOMB)


def country_by_guess() -> Corpus:
    jets = {"event_type": "ASSAULT", "mode": "aerial", "actor": "Russia", "date": MONDAY}
    return one_story(
        ("spot", jets | {"recipient": "militants in Mosul", "place": "Mosul"}),
        ("bare", jets | {"recipient": "Kurdish militants"}),
    )


def city_in_the_sentence(method: str) -> Corpus:
    """“Freed them a day after the two met in Hanoi”: the city only stands in the sentence."""
    free = {"event_type": "RETREAT", "mode": "release", "actor": "Russia", "recipient": "Syria", "date": MONDAY}
    return one_story(("there", free | {"place": "Mosul"}), ("after", free | {"place": "Hanoi", "place_method": method}))


def city_as_target() -> Corpus:
    jets = {"event_type": "ASSAULT", "mode": "aerial", "actor": "United States"}
    return one_story(
        ("militia", jets | {"recipient": "militants in Mosul", "place": "Mosul", "date": MONDAY}),
        ("city", jets | {"recipient": "Mosul"}),
    )


def bare_follow_up(stations: int) -> Corpus:
    corpus = one_story(("market", BOMB | {"recipient": "five people", "place": "Baghdad", "date": MONDAY}))
    if stations > 1:
        corpus.report("market", "station", recipient="three officers", place="Mosul", date=MONDAY, **BOMB)
    return corpus.article("b", EVENING, story="s").report("b", "mosque", **BOMB)


def news_and_old_background() -> Corpus:
    """An undated report of a story's second article means the news, not the bombing of last autumn told beside it."""
    corpus = one_story(
        ("news", BOMB | {"date": MONDAY}),
        ("arrests", BOMB | {"recipient": "residents of the town", "place": "Baghdad"}),
    )
    return corpus.report("news", "autumn", recipient="five people", place="Baghdad", date="2023-10-01",
                         until="2023-10-31", precision="month", **BOMB)  # fmt: skip


def by_the_hour(**second: Any) -> Corpus:
    """The Pentagon's Monday evening is early Tuesday there; only the province is told."""
    strike: dict[str, Any] = {"event_type": "ASSAULT", "mode": "aerial", "actor": "United States", "place": "Nineveh"}
    return one_story(
        ("monday", strike | {"recipient": "militants in Mosul", "date": MONDAY}),
        ("tuesday", strike | {"recipient": "rebels", "date": TUESDAY} | second),
    )


def victims_and_city_visited() -> Corpus:
    visit: dict[str, Any] = {"event_type": "CONSULT", "mode": "visit", "actor": "Putin"}
    return one_article(
        ("city", visit | {"recipient": "Mosul", "place": "Mosul", "date": MONDAY}),
        ("victims", visit | {"recipient": "residents of the town"}),
    )


def visit_told_thrice() -> Corpus:
    visit: dict[str, Any] = {"event_type": "CONSULT", "mode": "visit", "actor": "Trump", "recipient": "France"}
    corpus = Corpus().article("a", "2024-02-28T08:00:00", story="s")
    corpus.report("a", "planned", status="planned", date=MONDAY, **visit)
    corpus.article("b", f"{MONDAY}T18:00:00", story="s").report("b", "ongoing", status="ongoing", **visit)
    corpus.report("b", "arrived", date=MONDAY, **visit | {"recipient": "Paris"})
    corpus.article("c", f"{TUESDAY}T20:00:00", story="s").report("c", "ended", date=TUESDAY, **visit)
    return corpus


def strike_of_a_week() -> Corpus:
    strike: dict[str, Any] = {"event_type": "PROTEST", "mode": "strike", "actor": "teachers"}
    corpus = Corpus().article("a", f"{MONDAY}T18:00:00", story="s").report("a", "monday", date=MONDAY, **strike)
    corpus.article("b", "2024-03-06T18:00:00", story="s").report("b", "wednesday", date="2024-03-06", **strike)
    corpus.article("c", "2024-03-11T18:00:00", story="s")
    return corpus.report("c", "week", date=MONDAY, until="2024-03-10", precision="week", **strike)


def verdict_and_appeal() -> Corpus:
    convict: dict[str, Any] = {"event_type": "SANCTION", "mode": "convict", "actor": "a court", "recipient": "Musk"}
    corpus = Corpus().article("a", f"{MONDAY}T18:00:00", story="s").report("a", "verdict", date=MONDAY, **convict)
    corpus.article("b", "2024-03-20T18:00:00", story="t").report("b", "appeal", date="2024-03-20", **convict)
    return corpus.report("b", "title", **convict)


def truce_agreed_and_renewed() -> Corpus:
    agree: dict[str, Any] = {"event_type": "AGREE", "actor": ["Russia", "Syria"]}
    corpus = Corpus().article("a", f"{MONDAY}T18:00:00", story="s").report("a", "agreed", date=MONDAY, **agree)
    corpus.article("b", "2024-03-09T18:00:00", story="s").report("b", "renewed", date="2024-03-09", **agree)
    return corpus.report("b", "before", status="historical", date=MONDAY, **agree)


def other_headline() -> Corpus:
    sign = {"event_type": "SUPPORT", "actor": ["Iran", "Iraq"], "place": "Baghdad", "date": MONDAY}
    corpus = one_story(("a", sign), ("b", sign))
    return corpus.report("b", "accord", "SUPPORT", actor=["Iran", "Iraq"])


def three_then_five() -> Corpus:
    arrest = {"event_type": "COERCE", "mode": "arrest", "actor": "police", "place": "Paris", "date": TUESDAY}
    return one_story(
        ("three", arrest | {"recipient": "nine people", "arrested": (3, 3)}),
        ("five", arrest | {"recipient": "nine people", "arrested": (5, 5)}),
    )


def capital_for_union(story: str) -> Corpus:
    corpus = Corpus()
    for key, actor in (("a", "European Union"), ("b", "Brussels")):
        corpus.article(key, MORNING, story="s" if story == "one" else key, source=key)
        corpus.report(key, key, "SANCTION", actor=actor, recipient="Russia", date=TUESDAY)
    return corpus


def evacuated_town() -> Corpus:
    move = {"event_type": "AID", "date": TUESDAY, "place": "Mosul"}
    return one_story(
        ("who", move | {"actor": "the army", "recipient": "five people"}),
        ("whom", move | {"recipient": "residents of the town"}),
    )


def mediated_talks() -> Corpus:
    talks: dict[str, Any] = {"event_type": "CONSULT", "place": "Hanoi", "date": MONDAY}
    corpus = one_article(
        ("talks", talks | {"actor": ["United States", "North Korea", "France"]}),
        ("mediator", {"event_type": "CONSULT", "mode": "third-party", "actor": "France"}),
    )
    return corpus.article("b", EVENING, story="a").report("b", "two", actor=["Trump", "Kim"], **talks)


def threat_and_deed() -> Corpus:
    threat = {"event_type": "THREATEN", "actor": "Iran", "recipient": "United States"}
    corpus = one_story(("threat", threat | {"date": MONDAY}), ("again", threat | {"date": "2024-03-07"}))
    return corpus.report("again", "deed", "ASSAULT", actor="Iran", recipient="United States", date=TUESDAY)


def chair_of_the_meeting() -> Corpus:
    meet: dict[str, Any] = {"event_type": "CONSULT", "place": "Hanoi"}
    return one_article(
        ("met", meet | {"actor": ["Trump", "Kim"], "date": MONDAY}),
        ("plan", meet | {"actor": ["Trump", "Kim"], "status": "planned", "date": "2024-03-20"}),
        ("chair", {"event_type": "CONSULT", "mode": "multilateral", "actor": "France", "status": "planned"}),
    )


# ------------------------------------------------------------------------------------------ ascribed, claimed, denied


def ascribed_and_denied(deed: dict[str, Any], denial: dict[str, Any]) -> Corpus:
    told = {"event_type": "ASSAULT", "place": "Mosul", "date": MONDAY, "recipient": "residents of the town"}
    return one_article(("deed", told | deed), ("denied", {"event_type": "ASSAULT", "assertion": "denied"} | denial))


def camp_shelled() -> Corpus:
    shell = {"event_type": "ASSAULT", "mode": "heavy-weapons"}
    return one_article(
        ("shells", shell | {"recipient": ["the displacement camp", "five people"], "place": "Mosul", "date": MONDAY}),
        ("ascribed", shell | {"actor": "rebels", "recipient": "a camp", "assertion": "alleged", "by": "the army"}),
        ("denied", shell | {"actor": "rebels", "recipient": "a camp", "assertion": "denied"}),
    )


def unknown_then_ascribed() -> Corpus:
    kill: dict[str, Any] = {
        "event_type": "ASSAULT",
        "place": "Mosul",
        "date": MONDAY,
        "recipient": "residents of the town",
    }
    return one_story(("gunmen", kill | {"actor": "gunmen"}), ("rebels", kill | {"actor": "rebels"}))


def claimed_by(*groups: str) -> Corpus:
    corpus = one_article(("bomb", BOMB | {"recipient": "five people", "place": "Baghdad", "date": MONDAY}))
    for group in groups:
        corpus.report("a", group.split()[0], "ASSAULT", actor=group, trigger="claim responsibility")
    return corpus


CASES_WITHIN_STORIES = [
    Case("a second blast, the deed told by its dead",
         lambda: two_blasts({"evidence": "Hours later a second blast at a police station killed five.",
                             "trigger": "kill"}), ("market", "station")),
    Case("another bomb, and the second one told on", three_tellings_of_two_bombs, ("market", "station hidden")),
    Case("in a separate attack", lambda: two_blasts({"evidence": "In a separate attack, a bomb killed five people.",
                                                     "trigger": "kill"}), ("market", "station")),
    Case("one by morning, one by night", lambda: two_blasts({"date": MONDAY, "timex": f"{MONDAY}TNI"},
                                                            {"timex": f"{MONDAY}TMO"}), ("market", "station")),
    Case("two tolls by one source", lambda: two_blasts({"killed": (3, 3), "by": "police"},
                                                       {"killed": (5, 5), "by": "police"}), ("market", "station")),
    Case("an ordinal that tells of another deed", ordinal_of_another_deed, ("title body",)),
    Case("the second attack, in apposition", apposition, ("first", "killed attack")),
    Case("two drone attacks on one night", two_drone_attacks, ("baghdad", "mosul again")),
    Case("fire and fire back", exchange_of_fire, ("there", "back")),
    Case("marches in ten cities in one sentence", ten_cities,
         ("Paris", "Lyon again title", "Mosul", "Hanoi", "Moscow", "Baghdad", "Singapore", "Brussels", "Vladivostok",
          "Tal")),
    Case("a toll corrected in one article", lambda: corrected("in one article"), ("four fourteen",)),
    Case("a toll corrected in another article, nurses told as people", lambda: corrected("apart"), ("fourteen nine",)),
    Case("a bombing told by halves", halves_of_a_bombing, ("toll spot",)),
    Case("half a telling of another day", lambda: halves_of_a_bombing(date=TUESDAY), ("toll", "spot")),
    Case("half a telling in another voice of the day", lambda: two_blasts(
        {"place": "Baghdad", "date": MONDAY, "recipient": []}), ("market station",)),
    Case("half a telling that may be either of two", a_half_between_two, ("baghdad", "mosul", "monday")),
    Case("a headline of one of two bombings", headline_and_another_bombing, ("morning headline", "evening")),
    Case("a country that only the place tells", country_by_guess, ("spot bare",)),
    Case("a city that only stands in the sentence", lambda: city_in_the_sentence("sentence"), ("there after",)),
    Case("another city, told of the deed", lambda: city_in_the_sentence("dep"), ("there", "after")),
    Case("a city as target", city_as_target, ("militia city",)),
    Case("a bare word where the story has one bombing", lambda: bare_follow_up(1), ("market mosque",)),
    Case("a bare word where the story has two bombings", lambda: bare_follow_up(2), ("market", "station", "mosque")),
    Case("news beside old background", news_and_old_background, ("news arrests", "autumn")),
    Case("local date and UTC, only the province told", by_the_hour, ("monday tuesday",)),
    Case("two nights, two provinces", lambda: by_the_hour(place="Primorye"), ("monday", "tuesday")),
    Case("a visit to a city and to its victims", victims_and_city_visited, ("city victims",)),
    Case("a visit planned, under way, ended", visit_told_thrice, ("planned", "ongoing arrived ended")),
    Case("a strike of a week", strike_of_a_week, ("monday week", "wednesday")),
    Case("a verdict and its appeal", verdict_and_appeal, ("verdict", "appeal title")),
    Case("a truce agreed and renewed", truce_agreed_and_renewed, ("agreed before", "renewed")),
    Case("one wire under another headline", other_headline, ("a b accord",)),
    Case("three arrested, then five", three_then_five, ("three five",)),
    Case("the European Union and Brussels in one story", lambda: capital_for_union("one"), ("a b",)),
    Case("the European Union and Brussels in two stories", lambda: capital_for_union("two"), ("a b",)),
    Case("an evacuation told by whom and by who", evacuated_town, ("who whom",)),
    Case("talks with a mediator", mediated_talks, ("talks mediator two",)),
    Case("a threat, repeated, and its deed", threat_and_deed, ("threat", "again", "deed")),
    Case("who will chair the meeting", chair_of_the_meeting, ("met", "plan", "chair")),
    Case("rebels deny what unnamed gunmen did",
         lambda: ascribed_and_denied({"actor": "gunmen"}, {"actor": "rebels", "recipient": "residents of the town"}),
         ("deed denied",)),
    Case("a denial by the one of whom no word tells who it is",
         lambda: ascribed_and_denied({"actor": "Russia"}, {"actor": "none of our vessels", "date": MONDAY}),
         ("deed denied",)),
    Case("a denial of what another side is said to have done",
         lambda: ascribed_and_denied({"actor": "Russia"}, {"actor": "Iran", "recipient": "residents of the town"}),
         ("deed", "denied")),
    Case("a camp shelled, ascribed, denied", camp_shelled, ("shells ascribed denied",)),
    Case("gunmen in one report, rebels in the next", unknown_then_ascribed, ("gunmen rebels",)),
    Case("a bombing and its claim", lambda: claimed_by("Ansar"), ("bomb Ansar",)),
    Case("a bombing claimed by two groups", lambda: claimed_by("Ansar", "Islamic State"), ("bomb", "Ansar", "Islamic")),
    Case("a market bombing and a checkpoint bombing", lambda: market_and_checkpoint(0, 0), ("a", "b")),
    Case("two names for one site, one toll", lambda: market_and_checkpoint(9, 9), ("a b",)),
]  # fmt: skip
