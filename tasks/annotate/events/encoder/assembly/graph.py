"""Write an encoder as an ONNX graph, in full precision or with weights and states of one byte.

Input `pieces`, int64, shape (n,); output `states`, float32, shape (n, width). One window at a time: nothing is padded.

Quantised, each row of states has a scale of its own, and each column of weights. A scale for all states together, as
onnxruntime's own quantisation takes it, leaves little of MPNet, some of whose states are far larger than the others.
Weights have seven bits: with eight the sum of two products overflows on CPUs without VNNI, and the same model gives
other scores there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tasks.annotate.events.encoder.assembly.weights import NEEDED, EncoderWeights, Floats
from tasks.annotate.events.encoder.windows import MAX_PIECES
from tasks.errors import UserError

OPSET = 17
ONNXRUNTIME = "com.microsoft"
IR_VERSION = 9
NEAR_BUCKETS, FAR = 32, 128
LARGEST_WEIGHT, LARGEST_STATE = 63, 127
# Of the bytes without a sign: onnxruntime multiplies those by signed ones fastest.
MIDDLE = 128
TINY = 1e-9


@dataclass(slots=True)
class Graph:
    """Nodes and constants, as they are added."""

    onnx: Any
    whole: bool
    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)

    def constant(self, name: str, values: Any) -> str:
        """Add a constant; gives its name."""
        self.constants.append(self.onnx.numpy_helper.from_array(np.asarray(values, order="C"), name))
        return name

    def node(self, kind: str, inputs: Sequence[str], name: str, **settings: Any) -> str:
        """Add a node with one output; gives its name."""
        self.nodes.append(self.onnx.helper.make_node(kind, list(inputs), [name], name=name, **settings))
        return name

    def linear(self, states: str, weights: tuple[Floats, Floats], name: str) -> str:
        """`states` times a map of shape (out, in), and its bias."""
        weight, bias = weights
        if self.whole:
            product = self.node("MatMul", [states, self.constant(f"{name}.weight", weight.T)], f"{name}.product")
        else:
            product = self._in_bytes(states, weight, name)
        return self.node("Add", [product, self.constant(f"{name}.bias", bias)], name)

    def _in_bytes(self, states: str, weight: Floats, name: str) -> str:
        """The product of states and a map, both in whole numbers of one byte."""
        scales = np.maximum(np.abs(weight).max(axis=1), TINY) / LARGEST_WEIGHT
        whole = np.rint(weight / scales[:, None]).astype(np.int8)
        far = self.node("ReduceMax", [self.node("Abs", [states], f"{name}.far")], f"{name}.farthest", axes=[-1])
        some = self.node("Max", [far, self.constant(f"{name}.tiny", np.float32(TINY))], f"{name}.some")
        most = self.constant(f"{name}.most", np.float32(LARGEST_STATE))
        rows = self.node("Div", [some, most], f"{name}.rows")
        each = self.node("Reshape", [rows, self.constant(f"{name}.each.shape", np.array([-1]))], f"{name}.each")
        zeros = self.node("Expand", [self.constant(f"{name}.zero", np.uint8(MIDDLE)), "length"], f"{name}.zeros")
        byte = self.node("QuantizeLinear", [states, each, zeros], f"{name}.byte", axis=0)
        # onnxruntime's own operator: the product and the columns' scales in one go.
        by_column = self.node(
            "MatMulIntegerToFloat",
            [
                byte,
                self.constant(f"{name}.weight", whole.T),
                self.constant(f"{name}.one", np.float32(1)),
                self.constant(f"{name}.columns", scales.astype(np.float32)),
                self.constant(f"{name}.middle", np.uint8(MIDDLE)),
            ],
            f"{name}.by_column",
            domain=ONNXRUNTIME,
        )
        return self.node("Mul", [by_column, rows], f"{name}.product")

    def rows_of(self, table: Floats, places: str, name: str) -> str:
        """The rows of a table at given places."""
        if self.whole:
            return self.node("Gather", [self.constant(f"{name}.table", table), places], name)
        scales = np.maximum(np.abs(table).max(axis=1, keepdims=True), TINY) / LARGEST_STATE
        bytes_ = self.constant(f"{name}.table", np.rint(table / scales).astype(np.int8))
        number = self.node(
            "Cast", [self.node("Gather", [bytes_, places], f"{name}.byte")], f"{name}.number",
            to=self.onnx.TensorProto.FLOAT,
        )  # fmt: skip
        rows = self.node("Gather", [self.constant(f"{name}.scales", scales.astype(np.float32)), places], f"{name}.rows")
        return self.node("Mul", [number, rows], name)

    def norm(self, states: str, weights: tuple[Floats, Floats], small: float, name: str) -> str:
        """Each state normed over its width; `weights` are scale and shift."""
        parts = [states, self.constant(f"{name}.scale", weights[0]), self.constant(f"{name}.shift", weights[1])]
        return self.node("LayerNormalization", parts, name, axis=-1, epsilon=small)

    def gelu(self, states: str, name: str) -> str:
        """Hendrycks and Gimpel 2016, with the error function."""
        scaled = self.node("Div", [states, self.constant(f"{name}.root", np.float32(math.sqrt(2)))], f"{name}.scaled")
        one_more = self.node(
            "Add",
            [self.node("Erf", [scaled], f"{name}.erf"), self.constant(f"{name}.one", np.float32(1))],
            f"{name}.more",
        )
        product = self.node("Mul", [states, one_more], f"{name}.product")
        return self.node("Mul", [product, self.constant(f"{name}.half", np.float32(0.5))], name)


def graph_of(weights: EncoderWeights, *, whole: bool = False) -> bytes:
    """The graph of an encoder, in bytes or in full precision (`whole`).

    Raises
    ------
    UserError
        Where the package `onnx` is not installed.
    """
    try:
        import onnx
    except ImportError as error:
        raise UserError(NEEDED) from error
    graph = Graph(onnx, whole)
    width = weights.pieces.shape[1]
    states = _embedded(graph, weights)
    near = _nearness(graph, weights.near) if weights.near is not None else None
    for number, layer in enumerate(weights.layers):
        name = f"layer{number}"
        mixed = _attention(graph, states, layer, weights.heads, near, name)
        states = graph.norm(
            graph.node("Add", [mixed, states], f"{name}.with_input"),
            layer["attention_norm"], weights.small, f"{name}.attention_norm",
        )  # fmt: skip
        inner = graph.gelu(graph.linear(states, layer["inner"], f"{name}.inner"), f"{name}.gelu")
        outer = graph.linear(inner, layer["outer"], f"{name}.outer")
        last = "states" if number == len(weights.layers) - 1 else f"{name}.output_norm"
        states = graph.norm(
            graph.node("Add", [outer, states], f"{name}.with_attended"), layer["output_norm"], weights.small, last
        )
    helper = onnx.helper
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "encoder",
            [helper.make_tensor_value_info("pieces", onnx.TensorProto.INT64, ["n"])],
            [helper.make_tensor_value_info("states", onnx.TensorProto.FLOAT, ["n", width])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(ONNXRUNTIME, 1)],
        ir_version=IR_VERSION,
    )
    written: bytes = model.SerializeToString(deterministic=True)
    return written


def _embedded(graph: Graph, weights: EncoderWeights) -> str:
    """The states of pieces and positions."""
    found = graph.rows_of(weights.pieces, "pieces", "words")
    shape = graph.node("Shape", ["pieces"], "length")
    graph.constant("start", np.array([0], dtype=np.int64))
    table = graph.constant("positions.table", weights.positions[:MAX_PIECES])
    places = graph.node("Slice", [table, "start", shape], "positions.states")
    return graph.norm(graph.node("Add", [found, places], "placed"), weights.norm, weights.small, "embedded")


def _nearness(graph: Graph, table: Floats) -> str:
    """What is added to the scores of two pieces by how far they are apart, shape (heads, n, n)."""
    apart = np.arange(MAX_PIECES)[None, :] - np.arange(MAX_PIECES)[:, None]
    rows = graph.constant("near.table", table[buckets(apart)].transpose(2, 0, 1))
    graph.constant("near.axes", np.array([1, 2], dtype=np.int64))
    graph.constant("near.start", np.array([0, 0], dtype=np.int64))
    end = graph.node("Concat", ["length", "length"], "near.end", axis=0)
    return graph.node("Slice", [rows, "near.start", end, "near.axes"], "near")


def buckets(apart: Any) -> Any:
    """The buckets of distances between pieces, as MPNet counts them (T5's: Raffel et al. 2020): near ones exact.

    Parameters
    ----------
    apart
        Place of the other piece less that of one's own, whole numbers of any shape.
    """
    half = NEAR_BUCKETS // 2
    exact = half // 2
    side = np.where(apart > 0, half, 0)
    distance = np.abs(apart)
    far = np.log(np.maximum(distance, 1).astype(np.float32) / exact) / math.log(FAR / exact) * (half - exact)
    return side + np.where(distance < exact, distance, np.minimum(exact + far.astype(np.int64), half - 1))


def _attention(graph: Graph, states: str, layer: Any, heads: int, near: str | None, name: str) -> str:
    """What each piece takes from the others, shape (n, width)."""
    width = layer["query"][0].shape[0]
    together = [np.concatenate([layer[part][kind] for part in ("query", "key", "value")]) for kind in (0, 1)]
    mapped = graph.linear(states, (together[0], together[1]), f"{name}.asked")
    split = graph.constant(f"{name}.split", np.array([-1, 3, heads, width // heads], dtype=np.int64))
    by_part = graph.node("Transpose", [graph.node("Reshape", [mapped, split], f"{name}.split_asked")],
                         f"{name}.by_part", perm=[1, 2, 0, 3])  # fmt: skip
    parts = [
        graph.node(
            "Gather", [by_part, graph.constant(f"{name}.{part}.place", np.int64(place))], f"{name}.{part}", axis=0
        )
        for place, part in enumerate(("query", "key", "value"))
    ]
    keys = graph.node("Transpose", [parts[1]], f"{name}.key.turned", perm=[0, 2, 1])
    scores = graph.node("MatMul", [parts[0], keys], f"{name}.scores")
    root = graph.constant(f"{name}.root", np.float32(math.sqrt(width // heads)))
    scores = graph.node("Div", [scores, root], f"{name}.scaled")
    if near is not None:
        scores = graph.node("Add", [scores, near], f"{name}.near")
    shares = graph.node("Softmax", [scores], f"{name}.shares", axis=-1)
    mixed = graph.node("Transpose", [graph.node("MatMul", [shares, parts[2]], f"{name}.mixed")],
                       f"{name}.mixed.pieces", perm=[1, 0, 2])  # fmt: skip
    joined = graph.node("Reshape", [mixed, graph.constant(f"{name}.join", np.array([-1, width], dtype=np.int64))],
                        f"{name}.joined")  # fmt: skip
    return graph.linear(joined, layer["attended"], f"{name}.attended")
