"""The learned coder's file: an encoder's graph, its tokenizer, and the heads that read its states.

A model file is a zip of `encoder.onnx`, `tokenizer.json`, `heads.npz` and `meta.json` (docs/model-card.md). Its digest
names the coder in the tables.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tasks.annotate.events.encoder.gate import SentenceGate
from tasks.annotate.events.encoder.windows import SpecialPieces, Window, windows_of
from tasks.errors import UserError
from tasks.reference.files import DATA

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

Doubles = npt.NDArray[np.float64]
FOLDER = DATA / "events" / "encoder"
FORMAT = 1
GRAPH, TOKENIZER, HEADS, META = "encoder.onnx", "tokenizer.json", "heads.npz", "meta.json"
# The array of the gate's weights among those of the heads.
GATE = "gate"
ONLY_ERRORS = 3


@dataclass(frozen=True, slots=True)
class Encoder:
    """A model that is ready to run.

    Parameters
    ----------
    version
        The first 8 hex digits of the SHA-256 of what the repository holds of it.
    session
        Gives the states of a window's pieces.
    tokenizer, special
        What cuts a text into pieces, and the ids of those that are no words.
    heads
        Weights of the heads, by name.
    meta
        Types, statuses, modes and sides that the heads tell, and how their scores become decisions.
    gate
        Which sentences it reads; None for all.
    """

    version: str
    session: InferenceSession
    tokenizer: Tokenizer
    special: SpecialPieces
    heads: Mapping[str, Doubles]
    meta: Mapping[str, Any]
    gate: SentenceGate | None

    def windows(self, text: str, title: str | None) -> list[Window]:
        """An article as it is read."""
        return windows_of(self.tokenizer, self.special, text, title, self.gate)

    def states(self, pieces: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """The states of a window's pieces, shape (pieces, width)."""
        return np.asarray(self.session.run(None, {"pieces": pieces})[0], dtype=np.float32)


def packed(graph: bytes, tokenizer: str, heads: Mapping[str, npt.NDArray[Any]], meta: Mapping[str, Any]) -> bytes:
    """The bytes of a model file; the same parts, the same bytes."""
    return zipped({GRAPH: graph, TOKENIZER: tokenizer.encode(), HEADS: arrays_file(heads), META: told(meta)})


def with_meta(content: bytes, meta: Mapping[str, Any]) -> bytes:
    """A model file, or what the repository holds of one, with another `meta.json`."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**parts, META: told(meta)})


def told(meta: Mapping[str, Any]) -> bytes:
    """The content of `meta.json`."""
    return json.dumps({"format": FORMAT, **meta}, indent=1, sort_keys=True).encode()


def arrays_file(arrays: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """The content of a file of arrays by name."""
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """A zip of files by name, without a clock in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


@lru_cache(maxsize=2)
def load_encoder(path: Path) -> Encoder:
    """Read a model file, once per process.

    Raises
    ------
    UserError
        Where it is of another format than this version reads, or its parts do not belong together.
    """
    content = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        meta = json.loads(archive.read(META))
        if meta["format"] != FORMAT:
            raise UserError(
                f"{path}: of format {meta['format']}, this version of dateline reads {FORMAT}; export it again"
            )
        graph, words = archive.read(GRAPH), archive.read(TOKENIZER)
        with np.load(io.BytesIO(archive.read(HEADS)), allow_pickle=False) as arrays:
            heads = {name: arrays[name].astype(np.float64) for name in arrays.files}
    tokenizer = whole_tokenizer(words.decode())
    gate = heads.pop(GATE, None)
    if gate is not None and len(gate) != tokenizer.get_vocab_size():
        raise UserError(f"{path}: its gate is of another vocabulary than its tokenizer; export it again")
    return Encoder(
        version=meta.get("version") or hashlib.sha256(content).hexdigest()[:8],
        session=session_of(graph),
        tokenizer=tokenizer,
        special=SpecialPieces(**meta["special"]),
        heads=heads,
        meta=meta,
        gate=SentenceGate(gate.astype(np.int64), meta["gate_least"]) if gate is not None else None,
    )


def session_of(graph: bytes) -> InferenceSession:
    """A graph on one thread: a run has its own workers. Nobody is told of it."""
    # From 1.29 on onnxruntime reports its use to its maker unless it is told before it is loaded.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = ONLY_ERRORS
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def whole_tokenizer(words: str) -> Tokenizer:
    """A tokenizer as windows need it: of a whole article, however long."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(words)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
