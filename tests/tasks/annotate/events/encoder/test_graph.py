"""The graph computes what the published architectures say, worked out here once more in NumPy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from tiny_encoder import HEADS, weights

from tasks.annotate.events.encoder.assembly.graph import buckets, graph_of
from tasks.annotate.events.encoder.assembly.weights import EncoderWeights, encoder_weights
from tasks.annotate.events.encoder.model import session_of

PIECES = np.array([2, 4, 5, 6, 7, 8, 9, 10, 3], dtype=np.int64)


def norm(states: Any, scale: Any, shift: Any, small: float) -> Any:
    spread = states.var(axis=-1, keepdims=True) + small
    return (states - states.mean(axis=-1, keepdims=True)) / np.sqrt(spread) * scale + shift


def forward(encoder: EncoderWeights, pieces: Any) -> Any:
    n = len(pieces)
    states = norm(encoder.pieces[pieces] + encoder.positions[:n], *encoder.norm, encoder.small)
    width = states.shape[1] // HEADS
    for layer in encoder.layers:
        query, key, value = (states @ layer[part][0].T + layer[part][1] for part in ("query", "key", "value"))
        mixed = np.zeros_like(states)
        for head in range(HEADS):
            own = slice(head * width, (head + 1) * width)
            scores = query[:, own] @ key[:, own].T / math.sqrt(width)
            if encoder.near is not None:
                scores = scores + encoder.near[buckets(np.arange(n)[None, :] - np.arange(n)[:, None]), head]
            shares = np.exp(scores - scores.max(axis=1, keepdims=True))
            mixed[:, own] = shares / shares.sum(axis=1, keepdims=True) @ value[:, own]
        attended = mixed @ layer["attended"][0].T + layer["attended"][1]
        states = norm(attended + states, *layer["attention_norm"], encoder.small)
        inner = states @ layer["inner"][0].T + layer["inner"][1]
        inner = inner * 0.5 * (1 + np.vectorize(math.erf)(inner / math.sqrt(2)))
        states = norm(inner @ layer["outer"][0].T + layer["outer"][1] + states, *layer["output_norm"], encoder.small)
    return states


@pytest.mark.parametrize("near", [False, True], ids=["bert", "mpnet"])
def test_the_graph_computes_the_encoder(near: bool) -> None:
    encoder = weights(near=near)
    session = session_of(graph_of(encoder, whole=True))
    for pieces in (PIECES, PIECES[:1], np.resize(PIECES, 256)):
        states = session.run(None, {"pieces": pieces})[0]
        assert np.allclose(states, forward(encoder, pieces), atol=1e-4)


@pytest.mark.parametrize("near", [False, True], ids=["bert", "mpnet"])
def test_in_bytes_the_states_hardly_change_even_where_one_number_is_far_larger(near: bool) -> None:
    encoder = weights(near=near)
    encoder.layers[0]["output_norm"][0][3] = 10.0
    whole, small = (session_of(graph_of(encoder, whole=how)).run(None, {"pieces": PIECES})[0] for how in (True, False))
    likeness = (whole * small).sum(axis=1) / np.linalg.norm(whole, axis=1) / np.linalg.norm(small, axis=1)
    assert likeness.min() > 0.97


def test_a_state_hangs_on_no_other_window_and_the_same_graph_has_the_same_bytes() -> None:
    graph = graph_of(weights())
    assert graph == graph_of(weights())
    session = session_of(graph)
    before = session.run(None, {"pieces": PIECES})[0]
    session.run(None, {"pieces": np.resize(PIECES[::-1].copy(), 40)})
    assert (session.run(None, {"pieces": PIECES})[0] == before).all()


def test_distances_are_counted_as_mpnet_counts_them() -> None:
    # Near ones one by one, behind and before apart, then wider and wider, the last without an end.
    assert buckets(np.array([0, -1, -7, 1, 7])).tolist() == [0, 1, 7, 17, 23]
    assert buckets(np.array([-8, -16, -127, -5000, 8, 127, 5000])).tolist() == [8, 10, 15, 15, 24, 31, 31]


def tensors(layers: int) -> dict[str, Any]:
    chance = np.random.default_rng(3)
    made = {
        "embeddings.word_embeddings.weight": chance.normal(size=(20, 8)),
        "embeddings.position_embeddings.weight": chance.normal(size=(514, 8)),
        "embeddings.LayerNorm.weight": np.ones(8),
        "embeddings.LayerNorm.bias": np.zeros(8),
        "encoder.relative_attention_bias.weight": chance.normal(size=(32, 2)),
    }
    for number in range(layers):
        for name in ("attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o",
                     "attention.LayerNorm", "intermediate.dense", "output.dense", "output.LayerNorm"):  # fmt: skip
            made[f"encoder.layer.{number}.{name}.weight"] = chance.normal(size=8 if "Norm" in name else (8, 8))
            made[f"encoder.layer.{number}.{name}.bias"] = chance.normal(size=8)
    return {name: values.astype(np.float32) for name, values in made.items()}


def test_what_was_learned_is_put_into_the_layers_that_are_kept() -> None:
    config = {"model_type": "mpnet", "num_hidden_layers": 4, "num_attention_heads": 2, "layer_norm_eps": 1e-5}
    base = tensors(4)
    down, up = np.ones((1, 8), dtype=np.float16), np.full((8, 1), 2, dtype=np.float16)
    learned: dict[str, Any] = {
        "encoder.encoder.layer.1.attention.attn.q.down.weight": down,
        "encoder.encoder.layer.1.attention.attn.q.up.weight": up,
        "encoder.encoder.layer.0.output.dense.weight": np.zeros((8, 8), dtype=np.float32),
    }
    kept = encoder_weights(base, config, learned, layers=(1, 3))
    assert len(kept.layers) == 2
    assert np.allclose(kept.layers[1]["query"][0], base["encoder.layer.3.attention.attn.q.weight"] + 2)
    assert (kept.layers[1]["key"][0] == base["encoder.layer.3.attention.attn.k.weight"]).all()
    assert (kept.layers[0]["outer"][0] == 0).all()
    # Positions are counted from behind the padding piece.
    assert (kept.positions[0] == base["embeddings.position_embeddings.weight"][2]).all()
    assert len(encoder_weights(base, config).layers) == 4
