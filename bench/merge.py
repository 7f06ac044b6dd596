"""A run into a large corpus: time and peak memory of merging one new article into millions of mentions and reports.

    python -m bench.merge [--articles 200000]

A first real run makes the folder; invented articles with 25 mentions and 5 event reports each go in through the store
(so that every row passes the contract's check); a second real run brings one more article and has to merge it with all
of them. With the default that is 5 million mentions and 1 million reports. Linux only (memory is read from /proc).
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from bench.load import run
from tasks.contract.schema import conform, polars_schema
from tasks.contract.vocabulary import EVENT_TYPES
from tasks.jobs.partitions import put_by_month
from tasks.store.layout import find_table, open_store, scan
from tasks.store.publish import Publication

MENTIONS, REPORTS, ENTITIES_HERE = 25, 5, 12
MONTHS = 36
N_PEOPLE, N_PLACES, N_SOURCES = 30_000, 3_000, 300
FIRST_DAY = dt.date(2021, 1, 1)
COUNTRIES = ("USA", "RUS", "CHN", "IRN", "ISR", "UKR", "FRA", "DEU", "IND", "NGA", "KEN", "SYR", "TUR", "BRA", "MEX")
SECTORS = ("GOV", "MIL", "CVL", "COP", "REB", "LEG", "BUS", None)
ARTICLES = (
    "The minister met union leaders in Paris on Friday, his office said. Police arrested two protesters.\n",
    "France and Iran signed an accord in Geneva on Monday. The army shelled a village near Goma.\n",
)


def ids(kind: int, numbers: np.ndarray) -> pl.Series:
    """Sixteen hex digits, spread as hashes are: the numbers times an odd constant."""
    spread = (numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) ^ np.uint64(kind * 0x51ED270B)
    return pl.Series([f"{value:016x}" for value in spread.tolist()])


def filled(name: str, columns: dict[str, object]) -> pl.DataFrame:
    """A frame of a table with these columns; the rest null, empty or zero."""
    table = find_table(name)
    schema = polars_schema(table)
    frame = pl.DataFrame(dict(columns))
    zero = {pl.String: "", pl.Boolean: False}
    for column in table.columns:
        if column.name not in frame.columns:
            dtype = schema[column.name]
            value: object = None
            if not column.nullable:
                value = [] if isinstance(dtype, pl.List) else zero.get(type(dtype), 0)
            frame = frame.with_columns(pl.lit(value, dtype=dtype).alias(column.name))
    frame = frame.select(pl.col(key).cast(dtype) for key, dtype in schema.items())
    return conform(table, frame.unique(table.primary_key, maintain_order=True) if table.primary_key else frame)


def synthetic(n_articles: int) -> dict[str, pl.DataFrame]:
    """The invented rows, by table or partial."""
    rng = np.random.default_rng(1)
    article_ids = ids(1, np.arange(n_articles))
    days = rng.integers(0, MONTHS * 30, n_articles)
    dates = pl.Series([FIRST_DAY + dt.timedelta(days=int(day)) for day in days])
    sources = pl.Series([f"paper{n}.example" for n in rng.integers(0, N_SOURCES, n_articles)])
    people = [f"x:{one}" for one in ids(2, np.arange(N_PEOPLE)).to_list()]
    places = [f"gn:{1_000_000 + n}" for n in range(N_PLACES)]
    country_of = [COUNTRIES[n % len(COUNTRIES)] for n in range(N_PEOPLE)]
    # A few are in everything, most in little: ranks by a power law.
    person = np.minimum(rng.zipf(1.3, n_articles * ENTITIES_HERE), N_PEOPLE) - 1
    frames = {
        "articles": filled("articles", {
            "article_id": article_ids, "version": [1] * n_articles, "origin": ["synthetic"] * n_articles,
            "source": sources, "lang": ["en"] * n_articles, "genre": ["news"] * n_articles,
            "title": [f"Report number {n}" for n in range(n_articles)],
            "published_at": dates.cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
            "published_basis": ["meta"] * n_articles, "pub_date": dates, "n_words": [200] * n_articles,
            "text_sha256": article_ids + article_ids + article_ids + article_ids,
            "annotated": [True] * n_articles, "story_id": article_ids,
        }),
    }  # fmt: skip
    here = np.repeat(np.arange(n_articles), MENTIONS)
    which = person.reshape(n_articles, ENTITIES_HERE)[:, np.arange(MENTIONS) % ENTITIES_HERE].reshape(-1)
    number = np.tile(np.arange(MENTIONS), n_articles)
    frames["mentions"] = filled("mentions", {
        "article_id": article_ids.gather(here), "char_start": number * 20, "char_end": number * 20 + 8,
        "pub_date": dates.gather(here), "sent_idx": number // 5, "text": ["Somebody"] * len(here),
        "label": ["PERSON"] * len(here), "form": ["name"] * len(here), "link_method": ["self"] * len(here),
        "entity_id": pl.Series(people).gather(which),
    })  # fmt: skip
    evidence = np.repeat(np.arange(n_articles), ENTITIES_HERE)
    entity = filled("entity_evidence", {
        "article_id": article_ids.gather(evidence), "pub_date": dates.gather(evidence),
        "entity_id": pl.Series(people).gather(person), "kind": ["person"] * len(evidence),
        "name": ["Somebody"] * len(evidence), "form_text": [f"Somebody {n % 7}" for n in range(len(evidence))],
        "n": [2] * len(evidence),
    })  # fmt: skip
    report = np.repeat(np.arange(n_articles), REPORTS)
    # Two reports an event on average, the second anywhere in the corpus.
    event = rng.integers(0, max(len(report) // 2, 1), len(report))
    place_of = rng.integers(0, N_PLACES, len(report))[event]
    entity_places = filled("entity_evidence", {
        "article_id": article_ids.gather(report), "pub_date": dates.gather(report),
        "entity_id": pl.Series(places).gather(place_of), "kind": ["place"] * len(report),
        "name": pl.Series([f"Town {n}" for n in range(N_PLACES)]).gather(place_of),
        "form_text": ["Town"] * len(report), "n": [1] * len(report), "place_type": ["city"] * len(report),
        "country": pl.Series([COUNTRIES[n % len(COUNTRIES)] for n in range(N_PLACES)]).gather(place_of),
        "lat": [10.0] * len(report), "lon": [20.0] * len(report),
    })  # fmt: skip
    frames["entity_evidence"] = pl.concat([entity, entity_places])
    roles = np.arange(0, n_articles * ENTITIES_HERE, 6)
    frames["role_evidence"] = filled("role_evidence", {
        "article_id": article_ids.gather(roles // ENTITIES_HERE), "pub_date": dates.gather(roles // ENTITIES_HERE),
        "entity_id": pl.Series(people).gather(person[roles]), "title": ["President"] * len(roles),
        "country": pl.Series(country_of).gather(person[roles]), "sector": ["GOV"] * len(roles),
        "method": ["title"] * len(roles),
    })  # fmt: skip
    mention_ids = ids(3, np.arange(len(report)))
    types = pl.Series(EVENT_TYPES).gather(rng.integers(0, len(EVENT_TYPES), len(report))[event])
    event_days = rng.integers(0, MONTHS * 30, len(report))[event]
    when = pl.Series([FIRST_DAY + dt.timedelta(days=int(day)) for day in event_days])
    position = np.tile(np.arange(REPORTS), n_articles)
    frames["event_mentions"] = filled("event_mentions", {
        "event_mention_id": mention_ids, "event_id": mention_ids, "article_id": article_ids.gather(report),
        "pub_date": dates.gather(report), "sent_idx": position, "char_start": position * 100 + 30,
        "char_end": position * 100 + 36, "trigger": ["strike"] * len(report), "event_type": types,
        "status": ["happened"] * len(report), "assertion": ["reported"] * len(report), "event_date": when,
        "date_precision": ["day"] * len(report), "date_basis": ["relative"] * len(report),
        "evidence": [f"Somebody did something to somebody else in some town, number {n}." for n in range(len(report))],
        "coder": ["frame:synthetic@0"] * len(report), "confidence": [0.7] * len(report),
    })  # fmt: skip
    parts = []
    for shift, role in enumerate(("actor", "recipient")):
        them = person[(event * 2 + shift) % len(person)]
        parts.append(filled("event_args", {
            "event_mention_id": mention_ids, "event_id": mention_ids, "pub_date": dates.gather(report),
            "role": [role] * len(report), "char_start": position * 100 + 40 * shift,
            "char_end": position * 100 + 40 * shift + 8, "text": ["Somebody"] * len(report),
            "entity_id": pl.Series(people).gather(them), "country": pl.Series(country_of).gather(them),
            "country_method": ["name"] * len(report), "sector": pl.Series(SECTORS).gather(them % len(SECTORS)),
            "method": ["dep"] * len(report),
        }))  # fmt: skip
    parts.append(filled("event_args", {
        "event_mention_id": mention_ids, "event_id": mention_ids, "pub_date": dates.gather(report),
        "role": ["place"] * len(report), "char_start": position * 100 + 60, "char_end": position * 100 + 64,
        "text": ["Town"] * len(report), "entity_id": pl.Series(places).gather(place_of),
        "method": ["dep"] * len(report),
    }))  # fmt: skip
    frames["event_args"] = pl.concat(parts)
    return frames


def fill(output: str, n_articles: int) -> dict[str, int]:
    """Put the invented rows beside those of the first run."""
    store = open_store(output)
    publication = Publication(store, "synthetic")
    rows = {}
    for name, frame in synthetic(n_articles).items():
        rows[name] = frame.height
        put_by_month(store, publication, name, pl.concat([scan(store, name).collect(), frame]))
    publication.commit()
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=200_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        output, inputs = str(Path(folder, "output")), Path(folder, "in")
        inputs.mkdir()
        (inputs / "0.txt").write_text(ARTICLES[0])
        alone, small, _ = run(str(inputs), output, 1)
        started = time.monotonic()
        rows = fill(output, given.articles)
        print(", ".join(f"{name} {n:,}" for name, n in rows.items()), f"({time.monotonic() - started:.0f} s to make)")
        sys.stdout.flush()
        (inputs / "1.txt").write_text(ARTICLES[1])
        seconds, total, _ = run(str(inputs), output, 1)
        last = pl.read_parquet(f"{output}/runs/*.parquet").sort("started_at").row(-1, named=True)
        print(f"mentions, events     {last['n_mentions']:,}, {last['n_events']:,}")
        print(f"one more article     {seconds:,.0f} s, {seconds / alone:.1f} times a run into an empty folder")
        print(f"peak memory          {total / 2**30:.2f} GiB (an empty folder: {small / 2**30:.2f} GiB)")


if __name__ == "__main__":
    main()
