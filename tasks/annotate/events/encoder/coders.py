"""Which coders there are, and the model file of each: `frames` has none, `small` is in the repository, `large` is built
when first asked for.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import zipfile
from collections.abc import Callable
from pathlib import Path

from tasks.annotate.events.encoder.model import FOLDER, FORMAT
from tasks.errors import UserError
from tasks.reference.gazetteer import cache_folder

FRAMES, SMALL, LARGE = "frames", "small", "large"
# How much longer than with the frames alone an article may take: the large one reads it with a hundred million weights.
TIMES_AS_LONG = {FRAMES: 1.0, SMALL: 1.5, LARGE: 10.0}
SMALL_FILE = FOLDER / "small.zip"
SHIPPED = FOLDER / "large.zip"


def large_path() -> Path:
    """Where this installation's large coder lies, built or not."""
    digest = hashlib.sha256(SHIPPED.read_bytes()).hexdigest()[:16]
    return cache_folder() / f"coder-large-{FORMAT}-{digest}.zip"


def check_installed(coder: str) -> None:
    """See that a coder can be had, without building it.

    Raises
    ------
    UserError
        Where the large coder's packages are not installed, or the small one's file is gone.
    """
    if coder == SMALL and not SMALL_FILE.is_file():
        raise UserError(f"{SMALL_FILE}: is missing; install dateline anew, or choose --coder frames")
    if coder == LARGE and not zipfile.is_zipfile(large_path()):
        from tasks.annotate.events.encoder.assembly.large import PARTS
        from tasks.annotate.events.encoder.assembly.weights import NEEDED

        for name in (*PARTS, "onnx", "safetensors"):
            try:
                importlib.metadata.version(name)
            except importlib.metadata.PackageNotFoundError as error:
                raise UserError(NEEDED) from error


def model_path(coder: str, tell: Callable[[int, int], None] = lambda _done, _of: None) -> Path | None:
    """The model file of a coder, built first where it must be; None for `frames`.

    Parameters
    ----------
    coder
        Its name; or the path of a model file that is not shipped, to measure it.
    tell
        Called with the steps done and those there are while it is built (about a minute, once).

    Raises
    ------
    UserError
        Where the large coder's packages are not installed, or the cache folder cannot be written.
    """
    if coder == FRAMES:
        return None
    if coder == SMALL:
        return SMALL_FILE
    if coder != LARGE:
        return Path(coder)
    path = large_path()
    if not zipfile.is_zipfile(path):
        from tasks.annotate.events.encoder.assembly.large import build_large

        build_large(SHIPPED, path, tell)
    return path
