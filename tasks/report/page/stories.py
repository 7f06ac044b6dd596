"""Stories with their events, each event opening to the sentences with what stands where in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tasks.report.evidence import EventEvidence, Mark, ReportEvidence
from tasks.report.page.markup import ELLIPSIS, Child, Markup, join, plural, shorten, tag, web_address
from tasks.report.page.names import actor_name, country_points
from tasks.report.page.records import Story
from tasks.report.show import event_facts, value_range

MOST_REPORTS = 5
LONGEST_SENTENCE = 900
LONGEST_TITLE = 200
LONGEST_NAME = 60
MOST_SIDES = 4


def day(value: dt.date | None) -> str:
    """A day in words: 3 May 2019."""
    return "undated" if value is None else f"{value.day} {value:%b} {value.year}"


def days(first: dt.date | None, last: dt.date | None) -> str:
    """A span of days in words, as one where both are the same."""
    if first is None or last is None or first == last:
        return day(first or last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {day(last)}"
    return f"{first.day} {first:%b} to {day(last)}" if first.year == last.year else f"{day(first)} to {day(last)}"


def story_section(stories: Sequence[Story]) -> Markup:
    """All stories shown; the first is open."""
    shown = {found.event["event_id"] for story in stories for found in story.events}
    return join(_story(story, shown, first=position == 0) for position, story in enumerate(stories))


def _story(story: Story, shown: set[str], *, first: bool) -> Markup:
    row = story.row
    title = shorten(row["title"], LONGEST_TITLE) if row["title"] else f"Story {row['story_id']}"
    copies = row["n_articles"] - row["n_unique"]
    of_these = f" ({plural(copies, 'copy', 'copies')})" if copies else ""
    counts = [
        days(row["pub_date"], row["last_pub_date"]),
        plural(row["n_articles"], "article") + of_these,
        plural(row["n_sources"], "source"),
        plural(story.n_events, "event"),
    ]
    more = story.n_events - len(story.events)
    return tag(
        "details",
        tag("summary", tag("h3", title, class_="heading"), " ", tag("span", " · ".join(counts), class_="facts")),
        [event_details(found, shown) for found in story.events],
        _more_events(row["story_id"], more) if more > 0 else None,
        class_="story",
        id=f"story-{row['story_id']}",
        open=first,
    )


def _more_events(story_id: str, more: int) -> Markup:
    command = f"dateline query \"SELECT event_id, event_type, event_date FROM events WHERE story_id = '{story_id}'\""
    return tag("p", f"{plural(more, 'more event')} of this story: ", tag("code", command), class_="more")


def event_details(found: EventEvidence, shown: set[str]) -> Markup:
    """One event: a line that tells it, then its cells and its reports."""
    event = found.event
    left = len(found.reports) - MOST_REPORTS
    facts = [
        (name, value) for name, value in event_facts(event, found.names) if name not in ("fulfilled by", "reports")
    ]
    told = f"{event['n_mentions']:,} in {plural(event['n_articles'], 'article')}"
    copies = f" and {plural(event['n_reprints'], 'copy', 'copies')}" if event["n_reprints"] else ""
    facts.append(("reports", f"{told}{copies} of {plural(event['n_sources'], 'source')}"))
    cells = [join(tag("dt", name), tag("dd", shorten(value, 400))) for name, value in facts]
    if event["fulfilled_by"]:
        cells.append(join(tag("dt", "came to pass as"), tag("dd", _link(event["fulfilled_by"], shown))))
    return tag(
        "details",
        tag("summary", event_line(event, found.names)),
        tag("dl", *cells, class_="cells"),
        [report_block(report) for report in found.reports[:MOST_REPORTS]],
        tag(
            "p",
            f"{plural(left, 'more report')}: ",
            tag("code", f"dateline show {event['event_id']}"),
            class_="more",
        )
        if left > 0
        else None,
        class_="event",
        id=f"event-{event['event_id']}",
    )


def _link(event_id: str, shown: set[str]) -> Markup:
    if event_id in shown:
        return tag("a", event_id, href=f"#event-{event_id}")
    return tag("code", f"dateline show {event_id}")


def event_line(event: Mapping[str, Any], names: Mapping[str, str]) -> Markup:
    """Type, sides, day, place, tolls and how firm it is, in one line."""
    mode = f" {event['mode']}" if event["mode"] else ""
    actors = sides_in_words(event["actor_ids"], event["actor_codes"], names)
    recipients = sides_in_words(event["recipient_ids"], event["recipient_codes"], names)
    who: list[Child] = [tag("b", actors or "actor not told")]
    if recipients:
        who += [" ", tag("span", "→", aria_label="to", role="img"), " ", tag("b", recipients)]
    where = shorten(names.get(event["place_id"] or "", event["country"] or ""), LONGEST_NAME)
    when = event_day(event["event_date"], event["date_precision"])
    tolls = [
        f"{told} {role}"
        for role in ("killed", "wounded", "arrested")
        if (told := value_range(event[f"{role}_low"], event[f"{role}_high"]))
    ]
    facts = " · ".join(part for part in (when, where, *tolls, plural(event["n_mentions"], "report")) if part)
    badges = [] if event["status"] == "happened" else [event["status"]]
    if event["assertion"] != "reported":
        badges.append(event["assertion"])
    if event["contested"]:
        badges.append("contested")
    return join(
        tag("span", event["event_type"], mode, class_=f"type quad-{event['quad']}"),
        " ",
        tag("span", *who, class_="who"),
        " ",
        [join(tag("span", badge, class_="badge"), " ") for badge in badges],
        tag("span", facts, class_="facts"),
    )


def event_day(first: dt.date | None, precision: str | None) -> str:
    """The day of an event as exactly as it is known: 3 May 2019, week of 29 Apr 2019, May 2019, 2019."""
    if first is None:
        return "no date told"
    if precision == "year":
        return str(first.year)
    if precision == "quarter":
        return f"quarter {(first.month + 2) // 3} of {first.year}"
    if precision == "month":
        return f"{first:%b} {first.year}"
    return f"week of {day(first)}" if precision == "week" else day(first)


def sides_in_words(ids: Sequence[str], codes: Sequence[str], names: Mapping[str, str]) -> str:
    """A side of an event: its names, else its codes in words, not more than fit a line."""
    named = [shorten(names[one], LONGEST_NAME) for one in ids if one in names]
    points = country_points() if codes and not named else {}
    told = named or [actor_name(code, points) for code in codes]
    more = len(told) - MOST_SIDES
    return ", ".join(told[:MOST_SIDES]) + (f" and {more} more" if more > 0 else "")


def report_block(report: ReportEvidence) -> Markup:
    """One report: whose, when and under which headline; the sentence with its marks; cells from elsewhere."""
    title = shorten(report.title, LONGEST_TITLE) if report.title else None
    address = web_address(report.url)
    if address is not None:
        link = title or "article"
        head: Child = tag("a", link, href=address, rel="noopener noreferrer nofollow", referrerpolicy="no-referrer")
    else:
        head = title
    parts: list[Child] = [day(report.pub_date), " · ", report.source or "source not told"]
    if head:
        parts += [" · ", head]
    if report.assertion != "reported":
        whom = shorten(report.attributed_text, LONGEST_NAME) if report.attributed_text else "not named"
        parts += [" · ", f"{report.assertion}: {whom}"]
    return tag(
        "div",
        tag("p", *parts, class_="source"),
        tag("blockquote", marked(report)) if report.sentence else None,
        tag("p", "Beside the sentence: ", _elsewhere(report), class_="beside") if report.elsewhere else None,
        class_="report",
    )


def _elsewhere(report: ReportEvidence) -> str:
    told = dict.fromkeys(f"{cell.role} “{shorten(cell.text, 80)}” ({cell.method})" for cell in report.elsewhere)
    return ", ".join(told) + "."


def marked(report: ReportEvidence) -> Markup:
    """The sentence with its marks; each tells its role and meaning in words."""
    cut = clip(report)
    parts: list[Child] = []
    at = 0
    for mark in cut.marks:
        parts.append(cut.sentence[at : mark.start])
        means = f" · {shorten(mark.means, LONGEST_NAME)}" if mark.means else ""
        role = tag("span", f"{mark.role}{means}", class_="role")
        parts.append(tag("mark", cut.sentence[mark.start : mark.end], " ", role, class_=f"role-{_look(mark.role)}"))
        at = mark.end
    parts.append(cut.sentence[at:])
    return join(parts)


def _look(role: str) -> str:
    return role if role in ("trigger", "actor", "recipient", "place", "date") else "number"


def clip(report: ReportEvidence) -> ReportEvidence:
    """The report with a sentence of bounded length around its trigger, and the marks that are wholly in it."""
    sentence = report.sentence
    if len(sentence) <= LONGEST_SENTENCE:
        return report
    trigger = next((mark for mark in report.marks if mark.role == "trigger"), None)
    middle = 0 if trigger is None else trigger.start
    start = max(0, min(middle - LONGEST_SENTENCE // 2, len(sentence) - LONGEST_SENTENCE))
    end = start + LONGEST_SENTENCE
    before, after = (ELLIPSIS if start else ""), (ELLIPSIS if end < len(sentence) else "")
    shift = len(before) - start
    marks = tuple(
        Mark(mark.start + shift, mark.end + shift, mark.role, mark.means)
        for mark in report.marks
        if start <= mark.start and mark.end <= end
    )
    return replace(report, sentence=before + sentence[start:end] + after, marks=marks)
