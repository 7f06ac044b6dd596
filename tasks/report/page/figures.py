"""The page's tables: each a caption, headers and rows, with bars in cells where a length helps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tasks.contract.plover import plover
from tasks.contract.vocabulary import REJECT_REASONS
from tasks.reference.gazetteer import Place as Point
from tasks.report.page.flow_chart import refusals
from tasks.report.page.markup import Child, Markup, join, shorten, tag
from tasks.report.page.names import country_name
from tasks.report.page.network import KIND_NAMES, OTHER_KIND, Network
from tasks.report.page.records import PlaceOnPage, Run, Tables
from tasks.report.page.svg import QUAD_NAMES, share_bar
from tasks.report.page.timeline import Timeline, name_of

LONGEST_NAME = 60
MOST_ROWS = 30
COPY_KINDS = {
    "exact": "the same words",
    "near": "the same words but for a few",
    "contained": "cut from a longer article, or part of one",
    "update": "nearly the same, but numbers, names or dates differ; read as well",
}


@dataclass(frozen=True, slots=True)
class Head:
    """A column's header; numbers stand to the right, wide columns take the room that is left."""

    name: str
    look: str | None = None


def table(caption: str, heads: Sequence[Head], rows: Sequence[Sequence[Child]], class_: str | None = None) -> Markup:
    """A table whose rows have their first cell as header."""
    head = tag("tr", [tag("th", one.name, scope="col", class_=one.look) for one in heads])
    body = [
        tag(
            "tr",
            tag("th", row[0], scope="row", class_=heads[0].look),
            [tag("td", cell, class_=one.look) for one, cell in zip(heads[1:], row[1:], strict=True)],
        )
        for row in rows
    ]
    return tag("table", tag("caption", caption), tag("thead", head), tag("tbody", body), class_=class_)


def count(value: int) -> str:
    """A number with thousands set apart; a dash for none."""
    return f"{value:,}" if value else "–"


def run_table(run: Run) -> Markup:
    """What became of the records of a run, in figures, each line with what it means."""
    row, whole = run.row, run.row["n_inputs"]
    kept = row["n_new"] + row["n_superseded"]
    lines = [
        (0, "records in", whole, "flow-in", "articles, feed entries, posts or pages found in the input files"),
        (1, "new", row["n_new"], "flow-new", "became an article that was not there"),
        (1, "superseded", row["n_superseded"], "flow-new", "replaced, or gave way to, another text under their id"),
        (2, "of these, copies", min(row["n_duplicates"], kept), "flow-copy", "found to be copies of another article"),
        (1, "unchanged", row["n_unchanged"], "flow-same", "were in already, word for word"),
        (1, "refused", row["n_rejects"], "flow-reject", "could not become an article"),
        *((2, name, n, "flow-reject", _reason(name)) for name, n in refusals(run)),
    ]
    cells: list[Sequence[Child]] = [
        (
            tag("span", name, class_=f"level-{level}"),
            f"{n:,}",
            share_bar([(look, n)], whole),
            meaning,
        )
        for level, name, n, look, meaning in lines
    ]
    heads = (Head("record"), Head("number", "n"), Head("share", "share"), Head("meaning", "meaning"))
    return table("Every record of the run and what became of it", heads, cells, "run")


def _reason(name: str) -> str:
    known = {reason.replace("_", " "): meaning for reason, meaning in REJECT_REASONS.items()}
    return known.get(name, "")


def copies_table(tables: Tables) -> Markup:
    """Copies by kind, over all articles of the tables."""
    totals = tables.totals
    unique = totals.articles - sum(totals.copies.values())
    lines = [
        ("no copy", unique, "flow-new", "the only or the earliest of its wording"),
        *((kind, n, "flow-copy", COPY_KINDS[kind]) for kind, n in totals.copies.items()),
    ]
    rows: list[Sequence[Child]] = [
        (name, f"{n:,}", share_bar([(look, n)], totals.articles), meaning) for name, n, look, meaning in lines
    ]
    heads = (Head("kind"), Head("articles", "n"), Head("share", "share"), Head("meaning", "meaning"))
    return table("Articles in the tables, and copies by kind", heads, rows)


def sources_table(tables: Tables, most: int) -> Markup:
    """Sources with most articles."""
    rows: list[Sequence[Child]] = [
        (
            shorten(source, LONGEST_NAME) if source is not None else tag("i", "not told"),
            count(articles),
            count(articles - unique),
            count(rejects),
        )
        for source, articles, unique, rejects in tables.sources.head(most).rows()
    ]
    heads = (Head("source"), Head("articles", "n"), Head("copies", "n"), Head("refused", "n"))
    return table(f"Sources with most articles{_of(len(rows), tables.sources.height)}", heads, rows)


def _of(shown: int, whole: int) -> str:
    return f" ({shown:,} of {whole:,})" if shown < whole else ""


def timeline_table(line: Timeline) -> Markup:
    """The numbers of the strips; the units with most events where there are many, in their order."""
    sums = {
        start: sum(counts.get((start, quad), 0) for counts in (line.done, line.planned) for quad in QUAD_NAMES)
        for start in line.starts
    }
    used = [start for start in line.starts if sums[start]]
    best = sorted(sorted(used, key=lambda start: (-sums[start], start))[:MOST_ROWS])
    rows: list[Sequence[Child]] = [
        (
            name_of(start, line.unit),
            *(count(line.done.get((start, quad), 0)) for quad in QUAD_NAMES),
            count(sum(line.planned.get((start, quad), 0) for quad in QUAD_NAMES)),
        )
        for start in best
    ]
    heads = (Head(line.unit), *(Head(name, "n") for name in QUAD_NAMES.values()), Head("planned", "n"))
    many = f"{line.unit.capitalize()}s with most events" if len(best) < len(used) else f"Events by {line.unit}"
    return table(f"{many}{_of(len(best), len(used))}", heads, rows)


def places_table(places: Sequence[PlaceOnPage], countries: Mapping[str, Point]) -> Markup:
    """Places with most events."""
    rows: list[Sequence[Child]] = [
        (
            shorten(place.name, LONGEST_NAME) if place.exact else tag("i", "somewhere in"),
            country_name(place.country or "", countries),
            count(place.events),
            *(count(place.quads.get(quad, 0)) for quad in QUAD_NAMES),
            count(place.killed),
        )
        for place in places[:MOST_ROWS]
    ]
    heads = (
        Head("place"),
        Head("country"),
        Head("events", "n"),
        *(Head(name, "n") for name in QUAD_NAMES.values()),
        Head("killed, at least", "n"),
    )
    return table(f"Places with most events{_of(len(rows), len(places))}", heads, rows)


def actors_table(tables: Tables, countries: Mapping[str, Point]) -> Markup:
    """Entities that are a side of most events."""
    most = max((acts + meets for acts, meets in tables.actors.select("acts", "meets").rows()), default=1)
    rows: list[Sequence[Child]] = []
    for row in tables.actors.to_dicts():
        about = [row["place_type"] or KIND_NAMES.get(row["kind"], OTHER_KIND)]
        if row["country"] and country_name(row["country"], countries) != row["name"]:
            about.append(country_name(row["country"], countries))
        if row["sector"]:
            about.append(plover().sectors.get(row["sector"], row["sector"]))
        name = _named(shorten(row["name"], LONGEST_NAME), ", ".join(about))
        bar = share_bar([("acts", row["acts"]), ("meets", row["meets"])], most)
        rows.append((name, count(row["acts"]), count(row["meets"]), bar))
    heads = (Head("who"), Head("as actor", "n"), Head("as recipient", "n"), Head("events", "share"))
    return table(f"Who is a side of most events{_of(len(rows), tables.n_actors)}", heads, rows)


def _named(name: str, facts: str) -> Markup:
    return join(tag("span", name, class_="name"), " ", tag("span", facts, class_="facts"))


def dyads_table(tables: Tables, countries: Mapping[str, Point]) -> Markup:
    """Pairs of countries or groups with most events."""
    most = max(tables.dyads["total"].to_list(), default=1)
    rows: list[Sequence[Child]] = []
    for row in tables.dyads.to_dicts():
        actor, recipient = (country_name(row[side], countries) for side in ("actor", "recipient"))
        pair = f"within {actor}" if row["actor"] == row["recipient"] else f"{actor} → {recipient}"
        told = ", ".join(f"{row[quad]:,} {name}" for quad, name in QUAD_NAMES.items() if row[quad])
        bar = share_bar([(quad, row[quad]) for quad in QUAD_NAMES if row[quad]], most)
        rows.append((_named(pair, told), count(row["total"]), count(row["planned"]), bar))
    heads = (Head("from → to"), Head("events", "n"), Head("planned", "n"), Head("by quad class", "share"))
    return table(f"Pairs with most events{_of(len(rows), tables.n_dyads)}", heads, rows)


def pairs_table(network: Network, people: Mapping[str, tuple[str, str]]) -> Markup:
    """The pairs of the network in figures."""
    rows: list[Sequence[Child]] = [
        (
            f"{shorten(people[edge.a][0], LONGEST_NAME)} and {shorten(people[edge.b][0], LONGEST_NAME)}",
            count(edge.n_articles),
            count(edge.n_sentences),
        )
        for edge in network.edges[:MOST_ROWS]
    ]
    heads = (Head("names"), Head("articles", "n"), Head("sentences", "n"))
    return table(f"Pairs with most articles{_of(len(rows), len(network.edges))}", heads, rows)


def changes_table(run: Run) -> Markup:
    """What the run changed of what was there before it."""
    rows: list[Sequence[Child]] = [(name, op, f"{n:,}") for name, op, n in run.changes]
    return table("Rows the run changed", (Head("table"), Head("change"), Head("rows", "n")), rows)
