"""Descriptions of the tables for other programs, made from the contract: `datapackage.json` and `croissant.json`.

Sources: Data Package standard (Frictionless, datapackage.org), Croissant format specification 1.0 (MLCommons).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tasks.contract.schema import Column, Table

# The folder beside the tables with what the pipeline itself has to know, and in it the journal of a publication.
META = "_meta"
JOURNAL = "publish.json"
GENERATION = "generation"
MANIFEST = "manifest.json"
LOCK = "lock.json"
DATAPACKAGE = "datapackage.json"
CROISSANT = "croissant.json"
TITLE = "Entity and event tables made from news articles by dateline"
DESCRIPTION = (
    "Who did what to whom, where and when, as news articles report it: one row an article, mention, quotation, event "
    "report and event, every cell with the words that say so. Event types are PLOVER's (Open Event Data Alliance, CC "
    "BY-SA 4.0); place names and points are GeoNames' (CC BY 4.0). The rights in the articles' words stay with their "
    "publishers."
)

_FRICTIONLESS: dict[str, dict[str, Any]] = {
    "str": {"type": "string"},
    "i16": {"type": "integer"},
    "i32": {"type": "integer"},
    "i64": {"type": "integer"},
    "f32": {"type": "number"},
    "f64": {"type": "number"},
    "bool": {"type": "boolean"},
    "date": {"type": "date"},
    "ts": {"type": "datetime"},
    "list<str>": {"type": "array", "arrayItem": {"type": "string"}},
    "list<i32>": {"type": "array", "arrayItem": {"type": "integer"}},
    "list<i64>": {"type": "array", "arrayItem": {"type": "integer"}},
}
_CROISSANT: dict[str, str] = {
    "str": "sc:Text",
    "i16": "sc:Integer",
    "i32": "sc:Integer",
    "i64": "sc:Integer",
    "f32": "sc:Float",
    "f64": "sc:Float",
    "bool": "sc:Boolean",
    "date": "sc:Date",
    "ts": "sc:DateTime",
}
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def describe(tables: Mapping[str, Table], files: Mapping[str, Sequence[str]], version: str) -> dict[str, bytes]:
    """Both descriptions by file name; the same tables and files give the same bytes."""
    return {DATAPACKAGE: datapackage(tables, files, version), CROISSANT: croissant(tables, version)}


def datapackage(tables: Mapping[str, Table], files: Mapping[str, Sequence[str]], version: str) -> bytes:
    """Give the Data Package descriptor of a folder of tables.

    Parameters
    ----------
    tables
        The tables by name.
    files
        Each table's files, as paths below the folder, sorted.
    version
        Version of the contract.
    """
    package = {
        "name": "dateline-tables",
        "title": TITLE,
        "description": DESCRIPTION,
        "version": version,
        "resources": [_resource(table, files[name], tables) for name, table in tables.items()],
    }
    return _json(package)


def _resource(table: Table, files: Sequence[str], tables: Mapping[str, Table]) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(column) for column in table.columns]}
    if table.primary_key:
        schema["primaryKey"] = list(table.primary_key)
    keys = [_foreign_key(table, column) for column in table.columns if _followed(column, tables)]
    if keys:
        schema["foreignKeys"] = keys
    return {
        "name": table.name,
        "type": "table",
        "description": table.description,
        "path": files[0] if len(files) == 1 else list(files),
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    field = {"name": column.name, **_FRICTIONLESS[column.dtype], "description": column.description}
    constraints: dict[str, Any] = {}
    if not column.nullable:
        constraints["required"] = True
    if column.values is not None and not column.dtype.startswith("list"):
        constraints["enum"] = list(column.values)
    if column.pattern is not None and not column.dtype.startswith("list"):
        constraints["pattern"] = column.pattern
    return field | ({"constraints": constraints} if constraints else {})


def _followed(column: Column, tables: Mapping[str, Table]) -> bool:
    """Whether a foreign key can be told: the standard knows none of a list's items, and the table must be there."""
    if column.references is None or column.dtype.startswith("list"):
        return False
    name, _, key = column.references.partition(".")
    return name in tables and key in tables[name].names


def _foreign_key(table: Table, column: Column) -> dict[str, Any]:
    assert column.references is not None
    name, _, key = column.references.partition(".")
    # A table that points into itself names itself by an empty string.
    return {
        "fields": [column.name],
        "reference": {"resource": "" if name == table.name else name, "fields": [key]},
    }


def croissant(tables: Mapping[str, Table], version: str) -> bytes:
    """Give the Croissant description of a folder of tables: a file set and a record set each.

    Foreign keys are left to the Data Package: the format's library reads one as a join and takes no circle of them (a
    report's event, an event's best report).
    """
    dataset = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": "dateline-tables",
        "description": f"{TITLE}. {DESCRIPTION}",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "version": f"{version}.0.0",
        "isLiveDataset": True,
        "distribution": [_file_set(table) for table in tables.values()],
        "recordSet": [_record_set(table) for table in tables.values()],
    }
    return _json(dataset)


def _file_set(table: Table) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet",
        "@id": f"{table.name}-files",
        "name": f"{table.name}-files",
        "description": f"Parquet files of {table.name}.",
        "encodingFormat": "application/x-parquet",
        "includes": f"{table.path}/**/*.parquet" if table.partitioned else f"{table.path}/*.parquet",
    }


def _record_set(table: Table) -> dict[str, Any]:
    records: dict[str, Any] = {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.description,
        "field": [_croissant_field(table, column) for column in table.columns],
    }
    if table.primary_key:
        records["key"] = [{"@id": f"{table.name}/{name}"} for name in table.primary_key]
    return records


def _croissant_field(table: Table, column: Column) -> dict[str, Any]:
    inner = column.dtype.removeprefix("list<").removesuffix(">")
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}",
        "name": f"{table.name}/{column.name}",
        "description": column.description,
        "dataType": _CROISSANT[inner],
        "source": {"fileSet": {"@id": f"{table.name}-files"}, "extract": {"column": column.name}},
    }
    if inner != column.dtype:
        field["repeated"] = True
    return field


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()
