"""The table of settings in `docs/operating.md`, made from the settings: `python -m flows.settings_page --write`."""

from __future__ import annotations

import inspect
import sys

from flows.cli import run
from flows.settings import RunConfig
from tasks.pages import DOCS, table, write_sections

# Settings that the command line gives in another way than by an option of their name.
ELSEWHERE = {"inputs": "INPUT…", "withdraw": "`dateline withdraw --ids`"}


def settings_table() -> str:
    """Each setting with its default, its option, whether it shapes the tables, and its meaning."""
    options = inspect.signature(run).parameters
    rows = []
    for name, field in RunConfig.model_fields.items():
        default = field.get_default(call_default_factory=True)
        option = f"`--{name.replace('_', '-')}`" if name in options else ""
        rows.append(
            (
                f"`{name}`",
                "" if default is None or default in ((), {}) else f"`{_told(default)}`",
                ELSEWHERE.get(name, option),
                "yes" if field.json_schema_extra else "",
                field.description or "",
            )
        )
    return table(("setting", "default", "option of `run`", "shapes the tables", "meaning"), rows)


def _told(default: object) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, tuple):
        return ",".join(map(str, default))
    return str(default)


SECTIONS = {(DOCS / "operating.md", "settings"): settings_table}

if __name__ == "__main__":
    write_sections(SECTIONS, sys.argv[1:])
