"""News articles in, entity and event tables out, from Python: `dateline.run` makes tables, `open_tables` reads them.

Only re-exports, each loaded when it is first used: importing the package costs next to nothing. `docs/python.md` has
examples.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flows.api import RunSummary as RunSummary
    from flows.api import run as run
    from tasks import __version__ as __version__
    from tasks.errors import RunFailed as RunFailed
    from tasks.errors import UserError as UserError
    from tasks.report.frames import open_tables as open_tables

_HOMES = {
    "RunFailed": "tasks.errors",
    "RunSummary": "flows.api",
    "UserError": "tasks.errors",
    "open_tables": "tasks.report.frames",
    "run": "flows.api",
    "__version__": "tasks",
}
__all__ = ["RunFailed", "RunSummary", "UserError", "__version__", "open_tables", "run"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
