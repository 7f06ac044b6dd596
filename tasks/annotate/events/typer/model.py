"""The typer's model: a multinomial log-linear model over hashed features and word vectors, applied with NumPy alone.

The file is an uncompressed zip of arrays, as `numpy.savez` writes it, but with fixed order and dates, so that the same
training gives the same bytes. Weights are stored in 8 bits with one scale a label (hashed features) or in 16 bits.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.vocab import Vocab

from tasks.annotate.events.lexicon.load import Lexicon
from tasks.annotate.events.typer.features import BUCKETS, VECTOR_GROUPS, PairFeatures, WordTable, word_table
from tasks.contract.vocabulary import EVENT_TYPES
from tasks.reference.files import DATA

Floats = npt.NDArray[np.float32]
MODEL_FILE = DATA / "events" / "typer.npz"
NONE = "NONE"
LABELS = (*EVENT_TYPES, NONE)
VECTOR_WIDTH = 300
FORMAT = 1
STALE = "typer.npz is of another format than this code reads; delete it and build it anew with `make model`"
# The date zip files give where none is known: a real one would change the bytes.
NO_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class TyperModel:
    """A trained typer.

    Parameters
    ----------
    meta
        Format, version, licence, digest of the training data, calibration and thresholds.
    rows
        Which row of `weights` a bucket has; row 0 is all zero, for buckets never seen. Shape (BUCKETS,).
    weights
        Shape (rows, labels).
    vectors
        Shape (VECTOR_GROUPS * VECTOR_WIDTH, labels).
    """

    meta: Mapping[str, Any]
    rows: npt.NDArray[np.int32]
    weights: Floats
    vectors: Floats

    @property
    def version(self) -> str:
        """The first eight digits of the digest of its weights and training data."""
        return str(self.meta["version"])


@dataclass(frozen=True, slots=True)
class Typer:
    """A model bound to the vectors of a vocabulary: what each word adds to each label, worked out once."""

    model: TyperModel
    vocab: Vocab
    table: WordTable
    projected: Floats

    def logits(self, pairs: Sequence[PairFeatures]) -> Floats:
        """Unnormalised log-probabilities, shape (pairs, labels), at the temperature that makes them calibrated."""
        model = self.model
        if not pairs:
            return np.zeros((0, len(LABELS)), dtype=np.float32)
        ids = np.fromiter(chain.from_iterable(pair.ids for pair in pairs), dtype=np.int64)
        values = np.fromiter(chain.from_iterable(pair.values for pair in pairs), dtype=np.float32)
        starts = list(accumulate((len(pair.ids) for pair in pairs[:-1]), initial=0))
        found = np.add.reduceat(model.weights[model.rows[ids]] * values[:, None], starts, axis=0)
        table = self.vocab.vectors.key2row
        for group, projected in enumerate(self.projected):
            counts = [max(1, len(pair.vectors[group])) for pair in pairs]
            # Words without a vector point at the last row, which is all zero.
            rows = [table.get(key, -1) for pair in pairs for key in (pair.vectors[group] or (0,))]
            starts = list(accumulate(counts[:-1], initial=0))
            found += np.add.reduceat(projected[rows], starts, axis=0) / np.asarray(counts, np.float32)[:, None]
        return np.asarray(found / float(model.meta["temperature"]), dtype=np.float32)


def bind(model: TyperModel, vocab: Vocab, lexicon: Lexicon) -> Typer:
    """Work out what every vector of a vocabulary adds; a vocabulary without fitting vectors adds nothing."""
    words, table = word_table(lexicon), normalised(vocab)
    if table is None:
        return Typer(model, vocab, words, np.zeros((0, 0, len(LABELS)), dtype=np.float32))
    parts = model.vectors.reshape(VECTOR_GROUPS, VECTOR_WIDTH, len(LABELS))
    nothing = np.zeros((1, VECTOR_WIDTH), dtype=np.float32)
    return Typer(model, vocab, words, np.stack([np.concatenate([table, nothing]) @ part for part in parts]))


def normalised(vocab: Vocab) -> Floats | None:
    """The vocabulary's vectors at length one, shape (rows, VECTOR_WIDTH); None where there are none of that width."""
    data = np.asarray(vocab.vectors.data, dtype=np.float32)
    if data.ndim != 2 or data.shape[1] != VECTOR_WIDTH or not len(data):
        return None
    length = np.linalg.norm(data, axis=1, keepdims=True)
    return np.asarray(data / np.maximum(length, 1e-6), dtype=np.float32)


def probabilities(logits: Floats) -> Floats:
    """Softmax over the labels."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), dtype=np.float32)


def model_bytes(model: TyperModel) -> bytes:
    """The model as the bytes of its file: what `read_model` reads back, up to the rounding of the weights."""
    used = np.flatnonzero(model.rows).astype(np.uint32)
    kept = model.weights[model.rows[used]]
    scale = np.maximum(np.abs(kept).max(axis=0, initial=0.0), 1e-12) / 127
    arrays: dict[str, npt.NDArray[Any]] = {
        "meta": np.frombuffer(json.dumps(model.meta, sort_keys=True, indent=0).encode(), dtype=np.uint8),
        "buckets": used,
        "scale": scale.astype(np.float32),
        "weights": np.rint(kept / scale).astype(np.int8),
        "vectors": model.vectors.astype(np.float16),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=NO_DATE)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            body = io.BytesIO()
            np.lib.format.write_array(body, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
            archive.writestr(entry, body.getvalue())
    return out.getvalue()


def read_model(data: bytes) -> TyperModel:
    """Read a model file's bytes.

    Raises
    ------
    ValueError
        Where the file is of another format or for other labels.
    """
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        meta = json.loads(arrays["meta"].tobytes())
        if meta.get("format") != FORMAT or tuple(meta.get("labels", ())) != LABELS:
            raise ValueError(STALE)
        if arrays["vectors"].shape != (VECTOR_GROUPS * VECTOR_WIDTH, len(LABELS)):
            raise ValueError(STALE)
        buckets = arrays["buckets"]
        rows = np.zeros(BUCKETS, dtype=np.int32)
        rows[buckets] = np.arange(1, len(buckets) + 1, dtype=np.int32)
        weights = np.zeros((len(buckets) + 1, len(LABELS)), dtype=np.float32)
        weights[1:] = arrays["weights"].astype(np.float32) * arrays["scale"]
        return TyperModel(meta, rows, weights, arrays["vectors"].astype(np.float32))


@lru_cache(maxsize=2)
def load_model_file(path: Path = MODEL_FILE) -> TyperModel | None:
    """The shipped model; None where none has been built yet (frames then work alone)."""
    try:
        return read_model(path.read_bytes())
    except FileNotFoundError:
        return None
