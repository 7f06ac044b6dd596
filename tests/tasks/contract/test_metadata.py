"""The descriptions beside the tables, checked by the formats' own libraries on real tables.

For: tasks.contract.metadata.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path

import frictionless
import mlcroissant
import polars as pl
import pytest

from tasks.contract.metadata import CROISSANT, DATAPACKAGE, datapackage
from tasks.contract.tables import TABLES
from tasks.report.export import export_tables


def test_datapackage_is_valid_and_names_every_file_and_column(seed_output: Path) -> None:
    descriptor = json.loads((seed_output / DATAPACKAGE).read_text("utf-8"))
    frictionless.Package.from_descriptor(descriptor)  # raises where it is not valid
    package = frictionless.Package(str(seed_output / DATAPACKAGE))
    listed: set[str] = set()
    for resource in descriptor["resources"]:
        paths = resource["path"] if isinstance(resource["path"], list) else [resource["path"]]
        listed.update(paths)
        columns = [field["name"] for field in resource["schema"]["fields"]]
        assert columns == list(TABLES[resource["name"]].names)
        assert package.get_resource(resource["name"]).schema.field_names == columns
    on_disk = {
        str(file.relative_to(seed_output))
        for file in seed_output.rglob("*.parquet")
        if file.relative_to(seed_output).parts[0] in TABLES
    }
    assert listed == on_disk


def test_croissant_is_valid_and_gives_the_rows(seed_output: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.CRITICAL):
        dataset = mlcroissant.Dataset(jsonld=str(seed_output / CROISSANT))
    assert dataset.metadata.issues.errors == set()
    assert {record_set.name for record_set in dataset.metadata.record_sets} == set(TABLES)
    given = {record["events/event_id"].decode() for record in dataset.records("events")}
    assert given == set(pl.read_parquet(f"{seed_output}/events/**/*.parquet")["event_id"])


def test_a_copy_without_words_describes_itself(seed_output: Path, tmp_path: Path) -> None:
    export_tables(str(seed_output), str(tmp_path / "copy"), with_text=False)
    descriptor = json.loads((tmp_path / "copy" / DATAPACKAGE).read_text("utf-8"))
    frictionless.Package.from_descriptor(descriptor)  # raises where it is not valid
    names = {resource["name"] for resource in descriptor["resources"]}
    assert "texts" not in names
    assert "events" in names


def test_several_files_are_one_resource_and_foreign_keys_name_their_tables() -> None:
    files = {name: [f"{name}/month=2024-0{n}/part-0.parquet" for n in (1, 2)] for name in TABLES}
    descriptor = json.loads(datapackage(TABLES, files, "1"))
    frictionless.Package.from_descriptor(descriptor)  # raises where it is not valid
    events = next(resource for resource in descriptor["resources"] if resource["name"] == "events")
    assert events["path"] == files["events"]
    keys = {key["fields"][0]: key["reference"] for key in events["schema"]["foreignKeys"]}
    assert keys["story_id"] == {"resource": "stories", "fields": ["story_id"]}
    assert keys["fulfilled_by"] == {"resource": "", "fields": ["event_id"]}
    assert "actor_ids" not in keys  # the items of a list have no place in the standard
