"""For: tasks.report.unknown_actors.

The file of actors that nobody knows: right ones first, read back as an authority.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
import pytest
import spacy
from typer.testing import CliRunner

from flows.cli import app
from tasks.annotate.actors.authority import COLUMNS, load_authority
from tasks.contract.schema import conform, polars_schema
from tasks.contract.tables import TABLES
from tasks.errors import UserError
from tasks.report.unknown_actors import authority_csv, unknown_actors, write_unknown_actors
from tasks.store.layout import open_store

ENTITIES = [
    # entity_id, kind, name, aliases, country, sector, n_mentions
    ("x:aaaaaaaaaaaaaaaa", "person", "Ana Lima", ["Lima", "Ana Maria Lima"], None, "GOV", 9),
    ("x:bbbbbbbbbbbbbbbb", "org", "Blue Scarves, the", ["Scarves"], "XKX", None, 3),
    ("x:cccccccccccccccc", "person", "Known One", [], "FRA", "GOV", 50),
    ("x:dddddddddddddddd", "person", "Never Acting", [], None, None, 99),
    ("x:eeeeeeeeeeeeeeee", "group", "Quoted \"Q\" Group", ["Q|Group"], None, None, 1),
    ("gn:1", "place", "Somewhere", [], None, None, 70),
]  # fmt: skip
ACTING = ["x:bbbbbbbbbbbbbbbb"] * 3 + ["x:aaaaaaaaaaaaaaaa"] * 2 + ["x:cccccccccccccccc"] * 9 + ["gn:1"] * 5
SPEAKING = ["x:aaaaaaaaaaaaaaaa"] * 4 + ["x:eeeeeeeeeeeeeeee"]


def write(folder: Path, table: str, rows: Sequence[Mapping[str, object]]) -> None:
    declared = TABLES[table]
    full = [{**dict.fromkeys(declared.names), **row} for row in rows]
    frame = conform(declared, pl.DataFrame(full, schema=polars_schema(declared)))
    target = folder / table / ("month=undated" if declared.partitioned else "")
    target.mkdir(parents=True)
    frame.write_parquet(target / "part-0.parquet")


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    folder = tmp_path / "output"
    names = ("entity_id", "kind", "name", "aliases", "country", "sector", "n_mentions")
    write(folder, "articles", [])
    write(folder, "entities", [dict(zip(names, row, strict=True)) | {"n_articles": 1} for row in ENTITIES])
    write(
        folder,
        "event_args",
        [
            {"event_mention_id": f"{n:016x}", "event_id": f"{n:016x}", "role": "actor", "char_start": 0, "char_end": 1,
             "text": "x", "entity_id": entity, "method": "dep"}
            for n, entity in enumerate(ACTING)
        ],
    )  # fmt: skip
    write(
        folder,
        "quotes",
        [
            {"article_id": f"{n:016x}", "char_start": 0, "char_end": 1, "quote_id": f"{n:016x}", "sent_idx": 0,
             "text": "x", "kind": "direct", "speaker_id": entity, "speaker_method": "dep"}
            for n, entity in enumerate(SPEAKING)
        ],
    )  # fmt: skip
    return folder


def test_the_most_used_come_first_and_places_and_known_ones_never(tables: Path) -> None:
    found = unknown_actors(open_store(str(tables)))
    assert found["id"].to_list() == ["x:aaaaaaaaaaaaaaaa", "x:bbbbbbbbbbbbbbbb", "x:eeeeeeeeeeeeeeee"]
    assert found.columns == list(COLUMNS)
    assert found.row(0, named=True)["sector"] == "GOV", "what is known is kept"


def test_a_family_name_alone_is_no_alias(tables: Path) -> None:
    found = unknown_actors(open_store(str(tables)))
    assert found["aliases"].to_list() == ["Ana Maria Lima", "Scarves", ""]


def test_the_limit_counts(tables: Path) -> None:
    assert unknown_actors(open_store(str(tables)), 1)["id"].to_list() == ["x:aaaaaaaaaaaaaaaa"]


def test_the_filled_in_file_is_an_authority(tables: Path, tmp_path: Path) -> None:
    path = tmp_path / "actors.csv"
    done = CliRunner().invoke(app, ["actors", "--unknown", str(tables), "-o", str(path)])
    assert done.exit_code == 0, done.output
    text = path.read_text("utf-8")
    assert text == authority_csv(unknown_actors(open_store(str(tables))))
    header = [line for line in text.splitlines() if line.startswith("#")]
    rows = list(csv.DictReader(io.StringIO("\n".join(text.splitlines()[len(header) :]))))
    for row in rows:
        row["country"], row["sector"], row["valid_from"] = "PRT", "LEG", "2020-01-31"
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    path.write_text("\n".join(header) + "\n" + out.getvalue(), "utf-8")
    nlp = spacy.blank("en")
    authority = load_authority(str(path), nlp)
    import datetime as dt

    doc = nlp('Ana Lima met Scarves and the Quoted "Q" Group.')
    found = authority.find(doc, dt.date(2021, 1, 1))
    assert [(entry.id, entry.country, entry.sector) for _, _, entry in found] == [
        ("x:aaaaaaaaaaaaaaaa", "PRT", "LEG"),
        ("x:bbbbbbbbbbbbbbbb", "PRT", "LEG"),
        ("x:eeeeeeeeeeeeeeee", "PRT", "LEG"),
    ]
    assert authority.find(doc, dt.date(2019, 1, 1)) == []


def test_the_untouched_file_reads_back_too(tables: Path, tmp_path: Path) -> None:
    path = tmp_path / "actors.csv"
    path.write_text(authority_csv(unknown_actors(open_store(str(tables)))), "utf-8")
    load_authority(str(path), spacy.blank("en"))


def test_a_folder_without_tables_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"--unknown .*: no tables here"):
        write_unknown_actors(str(tmp_path), None)
