"""Child processes import what this process imports: nothing from the folder a run is started in, nor its script.

Python puts the working folder first on the path of `python -m` and `python -c`, and so of every process that
`multiprocessing` spawns: a `tasks/` or a `click.py` of the user's, lying there, would be taken for ours.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping
from importlib.machinery import ModuleSpec

# Options of an interpreter that keeps the working folder off its path.
SAFE_PATH = ("-P",)


@contextlib.contextmanager
def variables(values: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables while the context lasts."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def safe_children() -> Iterator[None]:
    """Let what is spawned inside the block start with a safe path, and not run the caller's script again.

    A spawned process gets our path once it has read what its parent sends; what it imports before that, the variable
    keeps safe. It also runs the parent's main script, for the functions that may be defined there; ours never are, and
    a script without `if __name__ == "__main__"` would start a run in every worker. `multiprocessing` leaves a
    `__main__.py` alone, so the script is called one for as long as workers may start.
    """
    main = sys.modules["__main__"]
    spec = main.__spec__
    main.__spec__ = ModuleSpec("dateline.__main__", None)
    try:
        with variables({"PYTHONSAFEPATH": "1"}):
            yield
    finally:
        main.__spec__ = spec
