"""`dateline report`: read the tables once, in one state, and write the page."""

from __future__ import annotations

from pathlib import Path

from tasks.errors import UserError
from tasks.report.page.page import make_page
from tasks.report.page.reading import read_tables
from tasks.report.page.records import Tables
from tasks.store.layout import Store, open_tables, read_generation

DEFAULT_FILE = "dateline-report.html"
TRIES = 3


def write_report(output: str, run_id: str | None, file: str | None) -> tuple[Path, int]:
    """Write the page about the tables and a run; give its path and its size in bytes.

    Parameters
    ----------
    output
        Folder or URL of the tables.
    run_id
        The run whose intake the page tells; None is the last one.
    file
        Where the page goes; None is `dateline-report.html` in the working folder. A page there before is replaced.

    Raises
    ------
    UserError
        Where there are no tables or no such run, a run keeps publishing, or the file cannot be written.
    """
    store = open_tables(output, shared=True)
    page = make_page(_read(store, run_id)).encode("utf-8")
    path = Path(file or DEFAULT_FILE)
    try:
        path.write_bytes(page)
    except OSError as error:
        raise UserError(f"--out {path}: {error.strerror}; name a file that can be written") from error
    return path, len(page)


def _read(store: Store, run_id: str | None) -> Tables:
    """The tables in one state: where a run published meanwhile, they are read again."""
    for _ in range(TRIES):
        before = read_generation(store)
        try:
            found = read_tables(store, run_id)
        except KeyError as error:
            if error.args != (run_id,):
                raise
            raise UserError(f"--run {run_id}: no such run; `dateline query 'FROM runs'` lists them") from error
        except FileNotFoundError:
            if read_generation(store) == before:
                raise
            continue
        if before % 2 == 0 and read_generation(store) == before:
            return found
    raise UserError(f"{store.name}: a run is publishing; make the report when it is done")
