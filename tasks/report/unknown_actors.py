"""The actors that nobody knows: the most frequent ones without country or sector, as an authority file to fill in."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl

from tasks.annotate.actors.authority import COLUMNS
from tasks.errors import UserError
from tasks.store.layout import Store, open_tables, scan

_ACTORS = ("person", "org", "group")
_HEADER = (
    "# Actors that the tables know no country or no sector of, the most frequent first.",
    "# Fill in country (ISO 3166-1 alpha-3, or UNO EUR IGO NGO IMG MNC) and sector (PLOVER: GOV MIL COP ...), remove",
    "# the rows you do not need, and give it to `dateline run --actors FILE`. Lines that start with # are left out.",
)


def write_unknown_actors(output: str, file: str | None, limit: int = 200) -> str:
    """Write the actors that the tables of an output lack something of as an authority file, and give its text.

    Parameters
    ----------
    file
        Where to write it; None to give the text alone.

    Raises
    ------
    UserError
        There are no tables, or the file cannot be written.
    """
    text = authority_csv(unknown_actors(open_tables(output, shared=True, option="--unknown"), limit))
    if file is not None:
        try:
            Path(file).write_text(text, encoding="utf-8")
        except OSError as error:
            raise UserError(f"--out {file}: {error.strerror}; name a file that can be written") from error
    return text


def unknown_actors(store: Store, limit: int = 200) -> pl.DataFrame:
    """Give the most frequent people, organisations and groups that lack a country or a sector.

    Frequent is who does or suffers most in events and is quoted most; of equals, who is mentioned more, then the first
    by id.

    Parameters
    ----------
    store
        Where the tables are.
    limit
        How many at most.

    Returns
    -------
    pl.DataFrame
        The columns of an authority file, all of them text. `aliases` holds the further forms that cannot be taken for
        somebody else: a single word (a family name) never stands for a person.
    """
    sides = (
        scan(store, "event_args", ["role", "entity_id"])
        .filter(pl.col("role").is_in(("actor", "recipient")) & pl.col("entity_id").is_not_null())
        .select("entity_id")
    )
    speakers = (
        scan(store, "quotes", ["speaker_id"])
        .filter(pl.col("speaker_id").is_not_null())
        .select(pl.col("speaker_id").alias("entity_id"))
    )
    uses = pl.concat([sides, speakers]).group_by("entity_id").agg(pl.len().alias("uses"))
    frame = (
        scan(store, "entities")
        .filter(pl.col("kind").is_in(_ACTORS) & (pl.col("country").is_null() | pl.col("sector").is_null()))
        .join(uses, on="entity_id", how="inner")
        .sort("uses", "n_mentions", "entity_id", descending=[True, True, False])
        .head(limit)
        .collect()
    )
    rows = [
        {
            "id": row["entity_id"],
            "name": row["name"],
            "aliases": "|".join(_aliases(row["kind"], row["name"], row["aliases"])),
            "kind": row["kind"],
            "country": row["country"],
            "sector": row["sector"],
            "valid_from": None,
            "valid_to": None,
        }
        for row in frame.iter_rows(named=True)
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String))


def _aliases(kind: str, name: str, forms: list[str]) -> list[str]:
    """Give the forms worth listing: one line each, no separator inside, for people full names only."""
    kept = []
    for form in forms:
        plain = " ".join(form.split())
        if plain and plain != name and "|" not in plain and (kind != "person" or " " in plain) and plain not in kept:
            kept.append(plain)
    return kept


def authority_csv(actors: pl.DataFrame) -> str:
    """Write an authority file: a header that says what to do, then the rows as CSV."""
    out = io.StringIO()
    out.write("\n".join(_HEADER) + "\n")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in actors.select(COLUMNS).iter_rows():
        writer.writerow("" if value is None else " ".join(str(value).split()) for value in row)
    return out.getvalue()
