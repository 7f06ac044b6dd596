"""An output that dateline 0.1.0 wrote, and the articles it was made of: `tests/golden/output-0.1.0.tar.xz`.

Nine articles in English, German and broken JSON: a copy, a later toll of the same event, one without a date that was
withdrawn, records refused; three runs, two of them with changes. It was made by the code of that release and is never
made anew: `output/` are the tables, `inputs/` what was read.
"""

from __future__ import annotations

import hashlib
import tarfile
from pathlib import Path

ARCHIVE = Path(__file__).resolve().parent.parent / "golden" / "output-0.1.0.tar.xz"


def unpack(folder: Path) -> Path:
    """Lay out `output` and `inputs` below a folder and give the first."""
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    return folder / "output"


def files_below(folder: Path) -> dict[str, str]:
    """Every file below a folder with its digest."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
