"""The weights of an encoder under one set of names, whichever of two families it is of, with what training changed.

BERT (Devlin et al. 2019) and MPNet (Song et al. 2020) differ here in their names, in the place of the first position,
and in MPNet's table of how near two pieces stand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tasks.errors import UserError

Floats = npt.NDArray[np.float32]
# Of every layer: a linear map or a norm, each with `weight` and `bias`; in the order in which they are applied.
PARTS = ("query", "key", "value", "attended", "attention_norm", "inner", "outer", "output_norm")
NAMES = {
    "bert": (
        "attention.self.query",
        "attention.self.key",
        "attention.self.value",
        "attention.output.dense",
        "attention.output.LayerNorm",
        "intermediate.dense",
        "output.dense",
        "output.LayerNorm",
    ),
    "mpnet": (
        "attention.attn.q",
        "attention.attn.k",
        "attention.attn.v",
        "attention.attn.o",
        "attention.LayerNorm",
        "intermediate.dense",
        "output.dense",
        "output.LayerNorm",
    ),
}
# MPNet's positions begin behind that of the padding piece.
FIRST_POSITION = {"bert": 0, "mpnet": 2}
NEARNESS = "encoder.relative_attention_bias.weight"
# How what was learned of the encoder, not of the heads, begins.
ENCODER = "encoder."
NEEDED = "the large coder needs more packages: pip install 'dateline[large]'"


@dataclass(frozen=True, slots=True)
class EncoderWeights:
    """All weights of an encoder.

    Parameters
    ----------
    pieces
        The table of pieces, shape (vocabulary, width).
    positions
        That of positions from the first on, with what is added to every piece. Shape (positions, width).
    norm
        Scale and shift of the norm over both, each of shape (width,).
    layers
        Of each layer `weight` and `bias` of `PARTS`; a weight has shape (out, in), a norm's (width,).
    near
        How much nearness counts, by bucket and head: shape (buckets, heads). None where the family has none.
    heads
        How many heads the attention has.
    small
        What the norms add to a variance.
    """

    pieces: Floats
    positions: Floats
    norm: tuple[Floats, Floats]
    layers: Sequence[Mapping[str, tuple[Floats, Floats]]]
    near: Floats | None
    heads: int
    small: float


def base_weights(folder: Path) -> tuple[dict[str, Floats], dict[str, object]]:
    """The tensors of a public encoder by their names, and its configuration."""
    config = json.loads((folder / "config.json").read_text("utf-8"))
    return tensors_of((folder / "model.safetensors").read_bytes()), config


def tensors_of(content: bytes) -> dict[str, Floats]:
    """The tensors of a file of weights by their names.

    Raises
    ------
    UserError
        Where the package `safetensors` is not installed.
    """
    try:
        from safetensors.numpy import load
    except ImportError as error:
        raise UserError(NEEDED) from error
    return dict(load(content))


def encoder_weights(
    tensors: Mapping[str, Floats],
    config: Mapping[str, object],
    learned: Mapping[str, Floats] | None = None,
    layers: Sequence[int] | None = None,
) -> EncoderWeights:
    """The weights of the layers that are kept, with what was learned put in.

    Parameters
    ----------
    tensors, config
        What `base_weights` gave.
    learned
        By the trained network's names, layers counted anew: whole tensors (`encoder.….weight`), or the two thin
        matrices of an adapter (`….down.weight`, `….up.weight`), whose product is added.
    layers
        Which are kept; None for all.
    """
    family = str(config["model_type"])
    number_of_layers = config["num_hidden_layers"]
    assert isinstance(number_of_layers, int)
    changed = {name.removeprefix(ENCODER): values for name, values in (learned or {}).items()}

    def tensor(name: str, kept: str) -> Floats:
        stem = kept.removesuffix(".weight")
        if f"{stem}.down.weight" in changed and kept.endswith(".weight"):
            # In double precision: the last bits hang on the machine, and a weight of one byte on how it is rounded.
            up, down = (changed[f"{stem}.{part}.weight"].astype(np.float64) for part in ("up", "down"))
            return (tensors[name] + up @ down).astype(np.float32)
        return np.asarray(changed.get(kept, tensors[name]), dtype=np.float32)

    def pair(name: str, kept: str) -> tuple[Floats, Floats]:
        return tensor(f"{name}.weight", f"{kept}.weight"), tensor(f"{name}.bias", f"{kept}.bias")

    def whole(name: str) -> Floats:
        return tensor(name, name)

    positions = whole("embeddings.position_embeddings.weight")[FIRST_POSITION[family] :]
    if family == "bert":
        positions = positions + whole("embeddings.token_type_embeddings.weight")[0]
    return EncoderWeights(
        pieces=whole("embeddings.word_embeddings.weight"),
        positions=positions,
        norm=pair("embeddings.LayerNorm", "embeddings.LayerNorm"),
        layers=[
            {
                part: pair(f"encoder.layer.{number}.{name}", f"encoder.layer.{place}.{name}")
                for part, name in zip(PARTS, NAMES[family], strict=True)
            }
            for place, number in enumerate(layers if layers is not None else range(number_of_layers))
        ],
        near=whole(NEARNESS) if family == "mpnet" else None,
        heads=int(str(config["num_attention_heads"])),
        small=float(str(config["layer_norm_eps"])),
    )
