"""A model file of a few thousand random weights: all that a coder has, in small."""

from __future__ import annotations

from typing import Any

import numpy as np
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from tasks.annotate.events.encoder.assembly.graph import graph_of
from tasks.annotate.events.encoder.assembly.weights import PARTS, EncoderWeights
from tasks.annotate.events.encoder.model import packed
from tasks.annotate.events.side_choice import SIDE_FACTORS
from tasks.contract.vocabulary import EVENT_TYPES

WIDTH, INNER, HEADS, SIDE_WIDTH = 16, 32, 2, 4
WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "rebels", "attacked", "the", "village", "on", "monday", ".", "minister",
         "met", "##s", "a", "of", "aid", "it", "rain", "##ing")  # fmt: skip
STATUSES = ("happened", "ongoing", "planned", "hypothetical", "negated", "historical")
MODES = (("ASSAULT", "aerial"), ("ASSAULT", "firearms"), ("PROTEST", "strike"))
SIDES = ("actor", "recipient", "place")
ARTICLE_WEIGHTS = {"read": 1.0, "exact": 1.0, "verb": 0.5, "noun": 0.5, "against": -0.5, "elsewhere": 0.0,
                   "sport": -1.0, "bias": 0.0}  # fmt: skip
# A frame is believed like words of which the encoder is .92 sure.
SIDE_WEIGHTS = dict.fromkeys((*SIDE_FACTORS, "bias"), 0.0) | {"read": 1.0, "frame": 6.5, "frame for the other": -4.0}


def weights(layers: int = 2, *, near: bool = False, seed: int = 1) -> EncoderWeights:
    """Random weights of an encoder."""
    chance = np.random.default_rng(seed)

    def random(*shape: int) -> Any:
        return chance.normal(0, 0.3, shape).astype(np.float32)

    sizes = {"inner": (INNER, WIDTH), "outer": (WIDTH, INNER)}
    return EncoderWeights(
        pieces=random(len(WORDS), WIDTH),
        positions=random(512, WIDTH),
        norm=(1 + random(WIDTH), random(WIDTH)),
        layers=[
            {
                part: (1 + random(WIDTH), random(WIDTH))
                if part.endswith("norm")
                else (random(*sizes.get(part, (WIDTH, WIDTH))), random(sizes.get(part, (WIDTH, WIDTH))[0]))
                for part in PARTS
            }
            for _ in range(layers)
        ],
        near=random(32, HEADS) if near else None,
        heads=HEADS,
        small=1e-12,
    )


def heads(seed: int = 2) -> dict[str, Any]:
    """Random weights of the heads."""
    chance = np.random.default_rng(seed)
    sizes = {
        "types": len(EVENT_TYPES) + 1,
        "status.0": 8,
        "mode": len(MODES) + 1,
        "asks": (len(SIDES) + 1) * SIDE_WIDTH,
        "answers": (len(SIDES) + 1) * SIDE_WIDTH,
    }
    found = {f"{name}.weight": chance.normal(0, 0.5, (size, WIDTH)) for name, size in sizes.items()}
    found |= {f"{name}.bias": chance.normal(0, 0.5, size) for name, size in sizes.items()}
    found["status.2.weight"], found["status.2.bias"] = chance.normal(0, 1, (len(STATUSES), 8)), np.zeros(len(STATUSES))
    found["bias"] = chance.normal(0, 1, len(SIDES) + 1)
    return {name: values.astype(np.float32) for name, values in found.items()}


def tokenizer() -> str:
    """The tokenizer of the few words; others are unknown to it."""
    made = Tokenizer(models.WordPiece({word: place for place, word in enumerate(WORDS)}, unk_token="[UNK]"))
    made.normalizer = normalizers.Lowercase()
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return made.to_str()


def meta(**changed: Any) -> dict[str, Any]:
    """What the model file says of itself."""
    return {
        "special": {"opening": 2, "ending": 3, "padding": 0},
        "types": list(EVENT_TYPES),
        "statuses": list(STATUSES),
        "modes": [list(mode) for mode in MODES],
        "sides": list(SIDES),
        "layers": [0, 1],
        "decision": {
            "weights": ARTICLE_WEIGHTS,
            "sentences": {"weights": ARTICLE_WEIGHTS, "event": 0.5},
            "sides": dict.fromkeys(("actor", "recipient"), SIDE_WEIGHTS),
            "limits": {"event": 0.5, "actor": 0.5, "recipient": 0.5, "status": 0.6, "mode": 0.5},
        },
        **changed,
    }  # fmt: skip


def model_file(**changed: Any) -> bytes:
    """The bytes of a whole model file; `changed` are fields of its `meta.json`."""
    return packed(graph_of(weights()), tokenizer(), heads(), meta(**changed))
