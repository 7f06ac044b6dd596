"""Write a trained network as a model file (`tasks.annotate.events.encoder.model`).

    python -m tasks.annotate.training.encoder.export RUN OUT --base FOLDER

RUN is what `fit` was given as OUT.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from tasks.annotate.events.encoder.assembly.graph import graph_of
from tasks.annotate.events.encoder.assembly.large import large_shipped
from tasks.annotate.events.encoder.assembly.weights import ENCODER, base_weights, encoder_weights
from tasks.annotate.events.encoder.model import GATE, packed
from tasks.annotate.training.encoder.articles import SIDES
from tasks.annotate.training.encoder.fit import CHECKPOINT, digest_of, gate_of, special_pieces
from tasks.annotate.training.encoder.labels import STATUSES
from tasks.contract.vocabulary import EVENT_TYPES
from tasks.errors import UserError


def main() -> None:
    """Write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--base", type=Path, required=True, help="folder of the pretrained encoder")
    parser.add_argument("--whole", action="store_true", help="in full precision, to see what bytes cost")
    parser.add_argument("--adapter", action="store_true", help="what the repository holds of the large coder")
    parser.add_argument("--gate", type=Path, help="which sentences are read, as `fit` was given it")
    given = parser.parse_args()
    meta = json.loads((given.run / "meta.json").read_text("utf-8"))
    learned = trained(given.run)
    said = description(given.base, meta)
    if digest_of(given.gate) != meta["plan"].get("gate"):
        raise UserError(f"{given.run}: give the --gate that it was trained with, or none where it had none")
    if given.adapter:
        if given.gate is not None:
            parser.error("an adapter has no gate")
        given.out.write_bytes(large_shipped(learned, said))
        return
    tensors, config = base_weights(given.base)
    body = {name: values for name, values in learned.items() if name.startswith(ENCODER)}
    heads = {name: values for name, values in learned.items() if not name.startswith(ENCODER)}
    gate = gate_of(given.gate)
    if gate is not None:
        heads[GATE] = gate.weights.astype(np.int16)
        said["gate_least"] = gate.least
    graph = graph_of(encoder_weights(tensors, config, body, meta["layers"]), whole=given.whole)
    tokenizer = (given.base / "tokenizer.json").read_text("utf-8")
    given.out.write_bytes(packed(graph, tokenizer, heads, said))


def trained(run: Path) -> dict[str, Any]:
    """The weights of a run as its last checkpoint has them."""
    found = torch.load(run / CHECKPOINT, weights_only=True)["mean"]
    return {name: values.numpy().astype(np.float32) for name, values in found.items()}


def description(base: Path, meta: dict[str, Any]) -> dict[str, Any]:
    """What a model file says of itself."""
    return {
        "special": asdict(special_pieces(base)),
        "types": list(EVENT_TYPES),
        "statuses": list(STATUSES),
        "modes": list(meta["modes"]),
        "sides": list(SIDES),
        "base": base.name,
        "base_sha256": hashlib.sha256((base / "model.safetensors").read_bytes()).hexdigest(),
        "layers": meta["layers"],
        "plan": meta["plan"],
    }


if __name__ == "__main__":
    main()
