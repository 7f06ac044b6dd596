"""A dateline is the same for cleaning, sections and stories. For: tasks.reference.dateline, calendar."""

from __future__ import annotations

import pytest

from tasks.annotate.sections import find_sections
from tasks.reference.dateline import parse_dateline

# Head, place, month and day where it names one, agency.
HEADS = (
    ("MOSCOW, April 18 (Reuters): ", "MOSCOW", (4, 18), "Reuters"),
    ("MOSCOW, April 18 (Reuters) - ", "MOSCOW", (4, 18), "Reuters"),
    ("Beirut - (AFP) - ", "Beirut", None, "AFP"),
    ("Beirut, Lebanon - (AFP) - ", "Beirut, Lebanon", None, "AFP"),
    ("PARIS (AP) — ", "PARIS", None, "AP"),
    ("LONDON — ", "LONDON", None, None),
    ("LONDON- ", "LONDON", None, None),
    ("RAMALLAH, West Bank — ", "RAMALLAH, West Bank", None, None),
    ("GENEVA, 4 May 2018 — ", "GENEVA", (5, 4), None),
    ("Geneva, 4 May 2018 — ", "Geneva", (5, 4), None),
    ("NEW YORK/LONDON, Sept. 3 (Reuters) -- ", "NEW YORK/LONDON", (9, 3), "Reuters"),
    ("KABUL, Monday, June 3 (Xinhua) -- ", "KABUL", (6, 3), "Xinhua"),
    ("BERLIN, 12. März (DPA) - ", "BERLIN", (3, 12), "DPA"),
    ("Addis Ababa, Ethiopia (PANA) - ", "Addis Ababa, Ethiopia", None, "PANA"),
    ("N'DJAMENA, Chad (AP) – ", "N'DJAMENA, Chad", None, "AP"),
    ("ST. LOUIS, Mo. — ", "ST. LOUIS, Mo.", None, None),
    ("Colombo, Jan 9, 2019 (Daily Mirror) - ", "Colombo", (1, 9), "Daily Mirror"),
    ("ISLAMABAD — ", "ISLAMABAD", None, None),
    ("Tel Aviv, March 2 - ", "Tel Aviv", (3, 2), None),
    ("SANTIAGO, 1 enero (EFE) - ", "SANTIAGO", (1, 1), "EFE"),
    ("Tartu, Est. (November 28, 2016) – ", "Tartu, Est.", (11, 28), None),
)
NO_HEADS = (
    "The minister said on April 18 that talks had failed.",
    "Putin (left) met the envoy in Moscow.",
    "Moscow - the city on the river - was quiet.",
    "April 18 - Talks were held in Geneva.",
    "Anna Weber — a lawyer — was elected.",
    "LONDON police arrested three men.",
    "LONDON-based lawyers went to court.",
    "MOSCOW (Reuters) reported losses.",
    "Paris, April and May: the city in spring.",
    "The UN, founded in 1945 (after the war) - met.",
    "Officials from Paris (France) arrived.",
    "I — like many others — left.",
    "Rebels of the FARC - once the largest group - laid down arms.",
    "On May 4 - a Monday - the court sat.",
    "“LONDON — we are coming,” he said.",
    "1,200 people – most of them miners – marched.",
    "He left on 4 May 2018 — the day of the vote.",
    "paris (afp) — the vote was held.",
    "Iran, Syria and Iraq — three states — signed.",
    "Monday's vote - the third this year - was lost.",
)


@pytest.mark.parametrize(("head", "place", "day", "agency"), HEADS, ids=[head[0] for head in HEADS])
def test_a_dateline_is_one_for_cleaning_and_sections(
    head: str, place: str, day: tuple[int, int] | None, agency: str | None
) -> None:
    text = f"{head}Rebels met the minister on Monday."
    found = parse_dateline(text)
    assert found is not None
    assert (found.place, found.agency, text[found.end :]) == (place, agency, "Rebels met the minister on Monday.")
    assert ((found.month, found.day) if found.month else None) == day
    dateline, paragraph = find_sections(text)
    assert (dateline.kind, text[dateline.start : dateline.end]) == ("dateline", head.strip())
    assert (paragraph.kind, paragraph.start) == ("paragraph", len(head))


@pytest.mark.parametrize("text", NO_HEADS)
def test_what_looks_like_a_dateline_is_none(text: str) -> None:
    assert parse_dateline(text) is None
    assert [section.kind for section in find_sections(text)] == ["paragraph"]
