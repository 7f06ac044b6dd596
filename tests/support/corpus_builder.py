"""Build small corpora of reports by hand: articles, what they report, and the entities they name."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from tasks.aggregate.events.merge import TypeReports, merge
from tasks.contract.partials import PARTIALS
from tasks.contract.schema import conform, empty, polars_schema
from tasks.contract.tables import TABLES
from tasks.ids import hash_id

CITY, COUNTRY, ADMIN1, POINT = "city", "country", "admin1", "facility"
# name: (kind, country, sector, place_type, admin1, lat, lon)
WORLD: dict[str, tuple[str, str | None, str | None, str | None, str | None, float | None, float | None]] = {
    "Russia": ("place", "RUS", None, COUNTRY, None, 60.0, 100.0),
    "Moscow": ("place", "RUS", None, CITY, "Moscow", 55.75, 37.62),
    "Vladivostok": ("place", "RUS", None, CITY, "Primorye", 43.1, 131.9),
    "Primorye": ("place", "RUS", None, ADMIN1, "Primorye", 45.0, 135.0),
    "United States": ("place", "USA", None, COUNTRY, None, 39.8, -98.6),
    "United Kingdom": ("place", "GBR", None, COUNTRY, None, 54.0, -2.0),
    "France": ("place", "FRA", None, COUNTRY, None, 46.0, 2.0),
    "Iran": ("place", "IRN", None, COUNTRY, None, 32.0, 53.0),
    "Syria": ("place", "SYR", None, COUNTRY, None, 35.0, 38.0),
    "North Korea": ("place", "PRK", None, COUNTRY, None, 40.0, 127.0),
    "Iraq": ("place", "IRQ", None, COUNTRY, None, 33.0, 44.0),
    "Singapore": ("place", "SGP", None, CITY, None, 1.29, 103.85),
    "Hanoi": ("place", "VNM", None, CITY, "Hanoi", 21.03, 105.85),
    "Baghdad": ("place", "IRQ", None, CITY, "Baghdad", 33.34, 44.4),
    "Mosul": ("place", "IRQ", None, CITY, "Nineveh", 36.34, 43.13),
    "Tal Afar": ("place", "IRQ", None, CITY, "Nineveh", 36.38, 42.45),
    "Lyon": ("place", "FRA", None, CITY, "Rhone", 45.75, 4.85),
    "Paris": ("place", "FRA", None, CITY, "Ile-de-France", 48.85, 2.35),
    "Putin": ("person", "RUS", "GOV", None, None, None, None),
    "Lavrov": ("person", "RUS", "GOV", None, None, None, None),
    "Kremlin": ("org", "RUS", "GOV", None, None, None, None),
    "Kim": ("person", "PRK", "GOV", None, None, None, None),
    "Trump": ("person", "USA", "GOV", None, None, None, None),
    "Musk": ("person", "USA", "BUS", None, None, None, None),
    "Amnesty": ("org", None, "NGO", None, None, None, None),
    "European Union": ("org", "EUR", "IGO", None, None, None, None),
    "Brussels": ("place", "BEL", None, CITY, "Brussels", 50.85, 4.35),
    "Nineveh": ("place", "IRQ", None, ADMIN1, "Nineveh", 36.0, 42.5),
    "Islamic State": ("org", "IMG", "REB", None, None, None, None),
    "Ansar": ("org", "IRQ", "REB", None, None, None, None),
}
# Where a rule knows a place by its GeoNames id.
IDS = {"Brussels": "gn:2800866"}
# Descriptions without an entity: (country, sector), and how the country is known where no word tells it.
UNNAMED: dict[str, tuple[str | None, str | None] | tuple[str | None, str | None, str]] = {
    "gunmen": (None, "UAF"),
    "protesters": ("FRA", "CVL"),
    "police": ("FRA", "COP"),
    "a policeman": ("IRQ", "COP"),
    "a nurse": ("IRQ", "MED"),
    "civilians": ("IRQ", "CVL"),
    "the two men": (None, None),
    "students": ("FRA", "EDU"),
    "teachers": ("FRA", "EDU"),
    "five people": ("IRQ", "CVL", "place"),
    "nine people": ("FRA", "CVL", "place"),
    "14 nurses": ("FRA", "MED", "place"),
    "three officers": ("IRQ", "COP", "place"),
    "residents of the town": ("IRQ", "CVL", "place"),
    "rebels": ("IRQ", "REB", "place"),
    "Kurdish militants": ("SYR", "REB", "place"),
    "militants in Mosul": ("IRQ", "REB", "place"),
    "a court": ("FRA", "JUD"),
    "the army": ("IRQ", "MIL"),
    "a camp": (None, None),
    "the displacement camp": (None, None),
    "none of our vessels": (None, None),
}


def entity_id(name: str) -> str:
    if name in IDS:
        return IDS[name]
    prefix = "gn:" if WORLD[name][0] == "place" else "x:"
    return prefix + (str(1000 + sorted(WORLD).index(name)) if prefix == "gn:" else hash_id(name))


def entities_frame() -> pl.DataFrame:
    rows: list[dict[str, Any]] = [
        {
            "entity_id": entity_id(name), "kind": kind, "name": name, "aliases": [], "country": country,
            "sector": sector, "admin1": admin1, "place_type": place_type, "lat": lat, "lon": lon, "n_mentions": 1,
            "n_articles": 1, "first_seen": None, "last_seen": None,
        }
        for name, (kind, country, sector, place_type, admin1, lat, lon) in WORLD.items()
    ]  # fmt: skip
    table = TABLES["entities"]
    return conform(table, pl.DataFrame(rows, schema=polars_schema(table)))


def day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


@dataclass
class Corpus:
    """Articles and reports in the order they are told; `frames()` gives them as tables."""

    articles: dict[str, dict[str, Any]] = field(default_factory=dict)
    mentions: list[dict[str, Any]] = field(default_factory=list)
    args: list[dict[str, Any]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def article(
        self,
        key: str,
        published: str | None = None,
        *,
        story: str | None = None,
        source: str | None = None,
        copy_of: str | None = None,
        annotated: bool = True,
    ) -> Corpus:
        article_id = hash_id("article", key)
        at = dt.datetime.fromisoformat(published).replace(tzinfo=dt.UTC) if published else None
        self.articles[key] = {
            "article_id": article_id, "version": 1, "external_id": key, "origin": f"{key}.txt", "url": None,
            "source": source, "lang": "en", "lang_score": 1.0, "genre": "news", "title": key, "authors": [],
            "published_at": at, "published_basis": "meta" if at else "none", "pub_date": at.date() if at else None,
            "fetched_at": None, "n_words": 100, "text_sha256": "0" * 64,
            "dup_of": hash_id("article", copy_of) if copy_of else None, "dup_kind": "exact" if copy_of else None,
            "annotated": annotated, "story_id": hash_id("story", story or copy_of or key), "boilerplate_chars": 0,
        }  # fmt: skip
        return self

    def report(
        self,
        key: str,
        name: str,
        event_type: str,
        *,
        actor: list[str] | str = (),  # type: ignore[assignment]
        recipient: list[str] | str = (),  # type: ignore[assignment]
        place: list[str] | str = (),  # type: ignore[assignment]
        place_method: str = "dep",
        date: str | None = None,
        until: str | None = None,
        precision: str = "day",
        timex: str | None = None,
        status: str = "happened",
        mode: str | None = None,
        cameo: str | None = None,
        assertion: str = "reported",
        by: str | None = None,
        evidence: str | None = None,
        trigger: str = "happen",
        confidence: float = 0.8,
        killed: tuple[float | None, float | None] | None = None,
        arrested: tuple[float | None, float | None] | None = None,
        scope: str = "event",
        sentence: int | None = None,
    ) -> Corpus:
        """One report under a name of its own, by which the tests ask for its event."""
        article = self.articles[key]
        start = 100 * sum(m["article_id"] == article["article_id"] for m in self.mentions)
        mention_id = hash_id("mention", key, name)
        self.names[name] = mention_id
        self.mentions.append({
            "event_mention_id": mention_id, "event_id": mention_id, "article_id": article["article_id"],
            "pub_date": article["pub_date"], "sent_idx": start // 100 if sentence is None else sentence,
            "char_start": start, "char_end": start + 5, "trigger": trigger, "event_type": event_type, "mode": mode,
            "cameo": cameo, "status": status, "assertion": assertion, "attributed_to": None, "attributed_text": by,
            "event_date": day(date), "event_date_end": day(until) or day(date),
            "date_precision": precision if date else None, "date_basis": "explicit" if date else "none",
            "timex": timex, "evidence": evidence or f"Sentence {name}.", "coder": "hand", "confidence": confidence,
        })  # fmt: skip
        offset = start + 10
        for role, values in (("actor", actor), ("recipient", recipient), ("place", place)):
            for value in [values] if isinstance(values, str) else values:
                named = value in WORLD
                own: tuple[str | None, ...] = WORLD[value][1:3] if named else UNNAMED[value]
                how = own[2] if len(own) > 2 else "name"
                self._arg(article, mention_id, role, offset, value,
                          entity_id=entity_id(value) if named else None,
                          country=None if role == "place" else own[0], sector=None if role == "place" else own[1],
                          country_method=how if own[0] and role != "place" else None,
                          method=place_method if role == "place" else "dep")  # fmt: skip
                offset += 10
        for role, bounds in (("killed", killed), ("arrested", arrested)):
            if bounds is not None:
                self._arg(article, mention_id, role, offset, "n", value_low=bounds[0], value_high=bounds[1],
                          value_scope=scope)  # fmt: skip
                offset += 10
        return self

    def _arg(self, article: dict[str, Any], mention_id: str, role: str, start: int, text: str, **facts: Any) -> None:
        row = dict.fromkeys(TABLES["event_args"].names)
        row |= {
            "event_mention_id": mention_id, "event_id": mention_id, "pub_date": article["pub_date"], "role": role,
            "char_start": start, "char_end": start + len(text), "text": text, "method": "dep",
        } | facts  # fmt: skip
        self.args.append(row)

    def frames(self) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        """event_mentions, event_args and articles, as the contract has them."""
        rows = (self.mentions, self.args, list(self.articles.values()))
        return tuple(  # type: ignore[return-value]
            conform(TABLES[name], pl.DataFrame(part, schema=polars_schema(TABLES[name])))
            for name, part in zip(("event_mentions", "event_args", "articles"), rows, strict=True)
        )


@dataclass(frozen=True)
class MergedTables:
    """The tables that the product's merge gives of a corpus, whole."""

    events: pl.DataFrame
    event_mentions: pl.DataFrame
    event_args: pl.DataFrame
    joins: pl.DataFrame


def merge_tables(
    event_mentions: pl.DataFrame,
    event_args: pl.DataFrame,
    articles: pl.DataFrame,
    entities: pl.DataFrame,
    role_evidence: pl.DataFrame | None = None,
) -> MergedTables:
    """Merge whole tables as a run merges what it reads of a store; the rows keep their order."""
    types = [
        TypeReports(
            reports,
            event_args.join(reports, on="event_mention_id", how="semi"),
            empty(PARTIALS["event_contexts"]),
        )
        for _, reports in sorted(event_mentions.partition_by("event_type", as_dict=True).items())
    ]
    known = empty(PARTIALS["role_evidence"]) if role_evidence is None else role_evidence
    merged = merge(types, articles, entities, known)
    return MergedTables(
        events=merged.events,
        event_mentions=merged.event_mentions(event_mentions).select(event_mentions.columns),
        event_args=merged.event_args(event_args).select(event_args.columns),
        joins=merged.joins.sort("event_id", "event_mention_id"),
    )
