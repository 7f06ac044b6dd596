"""`dateline verify`: does an output folder keep every promise of the contract?

It reads with Polars and PyArrow alone, not through the store that wrote the files, and shares nothing with what made
the rows but the contract's declarations and the published data, so that one mistake cannot hide in both. Each check is
a function that gives findings; no findings, no flaw.

- `tasks.verify.files`: layout, schemas, an unfinished publish, the four readers
- `tasks.verify.manifest`: every published file, partials too, byte for byte
- `tasks.verify.rows`: keys, references, closed lists, numbers, order, months
- `tasks.verify.texts`: every offset against the text, every sentence, every hash
- `tasks.verify.articles`, `stories`, `mentions` (and quotes), `entities`, `events` (with their reports and cells),
  `runs`: what the cells of a row, and rows that belong together, tell of one thing (`checks`: how they ask)
- `tasks.verify.daily`: the daily tables against their GROUP BY
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tasks.errors import UserError
from tasks.verify.articles import check_articles
from tasks.verify.daily import check_daily
from tasks.verify.entities import check_entities
from tasks.verify.events import check_events
from tasks.verify.files import DAMAGE, Tables, check_files, check_readers, check_state, sound_tables
from tasks.verify.finding import Finding
from tasks.verify.manifest import check_manifest
from tasks.verify.mentions import check_mentions
from tasks.verify.rows import check_months, check_references, check_rows
from tasks.verify.runs import check_runs
from tasks.verify.stories import check_stories
from tasks.verify.texts import check_texts

TABLE_CHECKS = (check_articles, check_stories, check_mentions, check_entities, check_events, check_runs)
CONTENT_CHECKS = (check_rows, check_references, check_months, check_texts, *TABLE_CHECKS, check_daily)


def verify(output_url: str) -> list[Finding]:
    """Check everything that has to hold after a run.

    Parameters
    ----------
    output_url
        The output folder: a local path or a `file://` URL.

    Returns
    -------
    list of Finding
        What does not hold, in the order of the checks; empty when all is well. Rows of a table whose files are
        damaged or of another schema are not looked at: the damage itself is the finding.

    Raises
    ------
    UserError
        There is no such folder, or the URL is not a local one.
    """
    root = local_folder(output_url)
    findings = check_state(root) + check_manifest(root) + check_files(root)
    findings += check_readers(sound_tables(root, findings))
    changed = {finding.table for finding in findings if finding.check == "manifest"}
    return findings + check_contents(sound_tables(root, findings), changed)


def check_contents(tables: Tables, changed: Collection[str] = ()) -> list[Finding]:
    """Check the rows of the tables that are sound as files.

    Parameters
    ----------
    changed
        Tables that hold other bytes than were published. Where a check cannot read them they are left out: that they
        are damaged is known, and the others are still to be looked at.
    """
    try:
        return [finding for check in CONTENT_CHECKS for finding in check(tables)]
    except DAMAGE:
        if not tables.keys() & set(changed):
            raise
    return check_contents({name: sound for name, sound in tables.items() if name not in changed})


def local_folder(output_url: str) -> Path:
    """The local folder that a path or a `file://` URL names; UserError where there is none."""
    parts = urlsplit(output_url)
    if parts.scheme not in ("", "file"):
        raise UserError(f"--output {output_url}: verify reads local folders only; give a path or a file:// URL")
    root = Path(unquote(parts.path)) if parts.scheme == "file" else Path(output_url)
    if not root.is_dir():
        raise UserError(f"--output {output_url}: no such folder; name the folder that `dateline run --output` wrote")
    return root
