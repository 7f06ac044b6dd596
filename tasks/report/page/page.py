"""The whole page: a headline that says what was found, then a section for each question."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from string import Template

from tasks.contract.vocabulary import TOOK_PLACE
from tasks.report.page import figures
from tasks.report.page.flow_chart import flow_chart
from tasks.report.page.markup import Child, Markup, join, plural, tag
from tasks.report.page.names import country_points, type_definitions
from tasks.report.page.network import choose, kind_legend, network_chart
from tasks.report.page.place_map import place_map
from tasks.report.page.reading import MOST_SOURCES
from tasks.report.page.records import Tables
from tasks.report.page.stories import days, story_section
from tasks.report.page.svg import quad_legend, quad_patterns
from tasks.report.page.timeline import make_timeline, timeline_chart

# Each chart is drawn twice, for a desk and for a phone; the stylesheet shows one of them.
WIDE, NARROW = 960.0, 340.0


@dataclass(frozen=True, slots=True)
class PageSection:
    """A part of the page: its anchor, its name in the contents, its heading and what follows."""

    key: str
    name: str
    heading: str
    body: Markup


def make_page(tables: Tables) -> str:
    """Give the page as HTML. The same tables give the same characters."""
    sections = [
        PageSection("intake", "What came in", "What came in and what became of it", _intake(tables)),
        PageSection("time", "When", "When it happened", _time(tables)),
        PageSection("map", "Where", "Where it happened", _where(tables)),
        PageSection("actors", "Who", "Who acted, and towards whom", _who(tables)),
        PageSection("network", "Together", "Who is named together", _together(tables)),
        PageSection("stories", "Stories", "Stories and their events, down to the words", _told(tables)),
        PageSection("reading", "Reading the page", "How to read this page", _reading(tables)),
    ]
    style = _data("page.css")
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return Template(_data("page.html")).substitute(
        style_hash=f"sha256-{digest}",
        title=join(_headline(tables), " – dateline"),
        style=style,
        patterns=quad_patterns(),
        header=_header(tables),
        contents=tag("ul", [tag("li", tag("a", one.name, href=f"#{one.key}")) for one in sections]),
        sections=join(_section(one) for one in sections),
        footer=_footer(tables),
    )


@lru_cache(maxsize=2)
def _data(name: str) -> str:
    return files("tasks.report.page").joinpath(name).read_text("utf-8")


def _section(one: PageSection) -> Markup:
    heading = tag("h2", one.heading, id=f"{one.key}-heading")
    return tag("section", heading, one.body, id=one.key, aria_labelledby=f"{one.key}-heading")


def _headline(tables: Tables) -> str:
    totals = tables.totals
    if not totals.articles:
        refused = sum(n for _, n in tables.rejects)
        return f"No articles: {plural(refused, 'record')} refused" if refused else "No articles yet"
    found = plural(totals.events, "event") if totals.events else "No events"
    when = f", {days(totals.first_day, totals.last_day)}" if totals.first_day is not None else ""
    return f"{found} in {plural(totals.articles, 'article')}{when}"


def _header(tables: Tables) -> Markup:
    totals = tables.totals
    statuses = ", ".join(f"{n:,} {status}" for status, n in totals.statuses.items())
    copies = sum(totals.copies.values())
    asked = "Asked: who did what to whom, where and when, in the words of "
    if totals.sources:
        asked += plural(totals.sources, "source")
    else:
        asked += "articles whose source is not told"
    found = "Found: " + (
        f"{plural(totals.events, 'event')} ({statuses}) in {plural(totals.reports, 'report')}."
        if totals.events
        else "no report of an event that the lexicon knows."
    )
    named = {kind: totals.entities.get(kind, 0) for kind in ("person", "org", "place")}
    tiles = [
        ("articles", totals.articles, f"{copies:,} of them copies" if copies else "no copies"),
        ("events", totals.events, f"from {plural(totals.reports, 'report')}"),
        ("stories", totals.stories, f"{totals.contested:,} contested events"),
        ("people", named["person"], f"{named['org']:,} organisations"),
        ("places", named["place"], "named in the texts"),
        ("quotations", totals.quotes, "direct and indirect"),
    ]
    return join(
        tag("p", "dateline report", class_="kicker"),
        tag("h1", _headline(tables)),
        tag("p", f"{asked}. {found}", class_="lead"),
        tag(
            "dl",
            [
                tag("div", tag("dt", name), tag("dd", tag("b", f"{n:,}"), " ", tag("span", note)))
                for name, n, note in tiles
            ],
            class_="tiles",
        ),
    )


def _figure(wide: Markup, narrow: Markup | None, caption: Child) -> Markup:
    small = None if narrow is None else tag("div", narrow, class_="narrow")
    return tag("figure", tag("div", wide, class_="wide"), small, tag("figcaption", caption))


def _more(name: str, *children: Child) -> Markup:
    return tag("details", tag("summary", name), tag("div", *children, class_="scroll"), class_="figures")


def _note(words: Child) -> Markup:
    return tag("p", words, class_="note")


def _intake(tables: Tables) -> Markup:
    run, parts = tables.run, list[Child]()
    if run is None:
        parts.append(_note("The tables hold no run: nothing has been read into them yet."))
    else:
        row = run.row
        one_of = f", one of {tables.n_runs:,}" if tables.n_runs > 1 else ""
        parts.append(
            tag(
                "p",
                f"Run {row['run_id']}{one_of}, {row['started_at']:%Y-%m-%d %H:%M} UTC, {row['status']}: "
                f"{plural(row['n_inputs'], 'record')} in {row['seconds']:,.0f} s.",
            )
        )
        if row["n_inputs"]:
            parts.append(
                tag(
                    "figure",
                    tag("div", flow_chart(run, WIDE), class_="wide"),
                    figures.run_table(run),
                )
            )
        else:
            parts.append(_note("The run found no record in its inputs."))
        if run.changes:
            parts.append(_more("What the run changed of earlier rows", figures.changes_table(run)))
    if tables.totals.articles:
        parts.append(
            tag("div", figures.copies_table(tables), figures.sources_table(tables, MOST_SOURCES), class_="pair")
        )
        more = tables.sources.height - MOST_SOURCES
        if more > 0:
            parts.append(
                _note(join(plural(more, "more source"), ": ", tag("code", 'dateline query "FROM coverage_day"')))
            )
    if tables.rejects:
        what = plural(sum(n for _, n in tables.rejects), "refused record")
        query = tag("code", 'dateline query "SELECT origin, reason, detail FROM rejects"')
        parts.append(_note(join(f"{what} in the tables, each with its reason: ", query)))
    return join(*parts)


def _time(tables: Tables) -> Markup:
    totals = tables.totals
    line = make_timeline(tables.days, totals.first_day, totals.last_day)
    left = [
        (line.earlier, "before the days drawn"),
        (line.later, "after them"),
        (line.vague, f"dated less exactly than to the {line.unit}"),
        (line.undated, "without a date in the words"),
    ]
    others = sum(n for status, n in totals.statuses.items() if status not in (*TOOK_PLACE, "planned"))
    left.append((others, "negated, hypothetical or cancelled"))
    rest = [f"{n:,} {what}" for n, what in left if n]
    omitted = f" Not drawn: {', '.join(rest)}." if rest else ""
    if not line.drawn:
        return _note(f"No event has a date that can be drawn.{omitted}")
    caption = f"Events by {line.unit}. Filled: happened or under way. Open: planned.{omitted}"
    chart = _figure(timeline_chart(line, "time-wide", WIDE), timeline_chart(line, "time-narrow", NARROW), caption)
    return join(chart, _more("The same in figures", figures.timeline_table(line)))


def _where(tables: Tables) -> Markup:
    countries = country_points()
    nowhere = f" {plural(tables.n_unplaced, 'event')} without a known place." if tables.n_unplaced else ""
    drawable = [place for place in tables.places if place.exact or place.country in countries]
    if not drawable:
        return _note(f"No event that took place has a known place.{nowhere}")
    caption = join(
        tag(
            "p",
            "Events that happened or are under way. The mark's shape is the quad class of most of a place's events, "
            "its size their number. An open, broken circle: somewhere in the country, drawn where most of its people "
            f"live.{nowhere} Small grey dots: countries, for orientation; there is no base map.",
        ),
        quad_legend(marks=True),
    )
    chart = _figure(
        place_map(drawable, countries, "map-wide", WIDE, 0.6),
        place_map(drawable, countries, "map-narrow", NARROW, 1.0),
        caption,
    )
    return join(chart, _more("The same in figures", figures.places_table(tables.places, countries)))


def _who(tables: Tables) -> Markup:
    if tables.actors.is_empty() and tables.dyads.is_empty():
        return _note("No event has a named side.")
    countries = country_points()
    legend = tag(
        "ul",
        tag("li", tag("span", class_="swatch acts"), " as actor"),
        tag("li", tag("span", class_="swatch meets"), " as recipient"),
        class_="legend",
    )
    return join(
        tag("div", figures.actors_table(tables, countries), legend, class_="block"),
        tag("div", figures.dyads_table(tables, countries), quad_legend(marks=False), class_="block")
        if not tables.dyads.is_empty()
        else None,
        _note(
            "Pairs count events that happened or are under way, by the countries or groups of both sides. A coalition "
            "gives a row for each member, so rows of pairs do not add up."
        ),
    )


def _together(tables: Tables) -> Markup:
    if not tables.edges:
        return _note("No two names stand in the same dated article, places with places aside.")
    wide, narrow = choose(tables.edges, 26, 60), choose(tables.edges, 11, 18)
    kinds = {tables.people[one][1] for one in wide.nodes}
    caption = join(
        tag(
            "p",
            "The pairs of names that stand in most articles together, copies not counted, two places aside. The wider "
            "the line, the more articles.",
        ),
        kind_legend(kinds),
    )
    chart = _figure(
        network_chart(wide, tables.people, "network-wide", WIDE, 600),
        network_chart(narrow, tables.people, "network-narrow", NARROW, 440),
        caption,
    )
    return join(chart, _more("The same in figures", figures.pairs_table(wide, tables.people)))


def _told(tables: Tables) -> Markup:
    if not tables.stories:
        return _note("No story has an event.")
    shown, events = len(tables.stories), sum(len(story.events) for story in tables.stories)
    whole = tables.totals.events
    parts = [
        f"{plural(shown, 'story', 'stories')} of {tables.n_stories_with_events:,} that have events, those with most "
        f"articles first; {events:,} of {plural(whole, 'event')}."
    ]
    if not tables.has_text:
        parts.append(" The words were left out of these tables: events open to their cells only.")
    others: list[Child] = []
    if events < whole:
        others = [
            tag("code", 'dateline query "SELECT event_id, event_type, event_date FROM events"'),
            " lists all events, ",
            tag("code", "dateline show EVENT_ID"),
            " opens one.",
        ]
    return join(tag("p", *parts, " ", *others), story_section(tables.stories))


def _reading(tables: Tables) -> Markup:
    definitions = type_definitions()
    types = [join(tag("dt", name), tag("dd", definitions[name])) for name in tables.types]
    status = (
        "An event is what texts report, not what is known to be true. Its status tells whether it happened, is "
        "planned, negated or cancelled; its assertion whether the reporter tells it (reported, not shown), somebody is "
        "quoted for it (attributed), it is alleged or denied. Contested: somebody denies it."
    )
    cells = (
        "What no text says stays empty. Dates come from the words, never from the clock. A code such as RUSGOV is a "
        "country or group and PLOVER's sector; three dashes are an unknown country. Confidence is a share: of the rows "
        "at 0.8, 8 in 10 are right."
    )
    return join(
        tag("p", status),
        tag("p", cells),
        tag("dl", *types, class_="cells types") if types else None,
    )


def _footer(tables: Tables) -> Markup:
    parts: list[Child] = []
    if tables.run is not None:
        row = tables.run.row
        parts.append(
            tag(
                "p",
                f"dateline {row['code_version']}, schema {row['schema_version']}, model {row['model']}, "
                f"settings {row['config_sha256'][:16]}, inputs {row['inputs_sha256'][:16]}.",
            )
        )
    parts.append(
        tag(
            "p",
            "Place names and points: GeoNames (CC BY 4.0). Event types and codes: PLOVER manual (CC BY-SA 4.0). The "
            "words of articles belong to their publishers.",
        )
    )
    return join(*parts)
