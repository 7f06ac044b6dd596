"""The network: a pretrained encoder with low-rank adapters, and a head for each thing that is to be said.

The base weights stay as they are. What is learned are the heads and, for every linear map of the upper layers, the
product of two thin matrices (Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models"): some megabytes,
which can be kept where the base cannot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoModel

from tasks.annotate.training.encoder.articles import SIDES
from tasks.annotate.training.encoder.labels import STATUSES
from tasks.contract.vocabulary import EVENT_TYPES

SIDE_WIDTH = 96
STATUS_WIDTH = 128
DROPOUT = 0.1


@dataclass(frozen=True, slots=True)
class Shape:
    """What a network is made from.

    Parameters
    ----------
    base
        Folder of the pretrained encoder.
    layers
        Which of its layers are kept, by number.
    frozen
        How many of the lowest are left as they are, the embeddings with them.
    rank
        Of the adapters; 0 trains the upper layers themselves.
    modes
        How many modes there are, none not counted.
    """

    base: Path
    layers: tuple[int, ...]
    frozen: int
    rank: int
    modes: int


class Adapted(nn.Module):
    """A linear map that stays as it is, and a learned one of low rank beside it, zero at first."""

    def __init__(self, base: nn.Linear, rank: int) -> None:
        super().__init__()
        self.base = base
        self.down = nn.Linear(base.in_features, rank, bias=False)
        self.up = nn.Linear(rank, base.out_features, bias=False)
        nn.init.zeros_(self.up.weight)

    def forward(self, values: Tensor) -> Tensor:
        """The sum of both maps; shapes as of the base."""
        mapped: Tensor = self.base(values) + self.up(self.down(values))
        return mapped


class Coder(nn.Module):
    """Encoder and heads. `lower` and `upper` make hidden states, the heads read them."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        # Dropout inside the encoder costs a seventh of the time; over so few passes it is not needed.
        off = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
        encoder = AutoModel.from_pretrained(str(shape.base), add_pooling_layer=False, **off)
        stack = encoder.encoder
        stack.layer = nn.ModuleList([stack.layer[number] for number in shape.layers])
        for weights in encoder.parameters():
            weights.requires_grad_(not shape.rank)
        for part in (encoder.embeddings, *stack.layer[: shape.frozen]):
            for weights in part.parameters():
                weights.requires_grad_(False)
        if shape.rank:
            for layer in stack.layer[shape.frozen :]:
                adapt(layer, shape.rank)
        width = encoder.config.hidden_size
        self.shape, self.encoder = shape, encoder
        self.types = nn.Linear(width, len(EVENT_TYPES) + 1)
        self.status = nn.Sequential(nn.Linear(width, STATUS_WIDTH), nn.GELU(), nn.Linear(STATUS_WIDTH, len(STATUSES)))
        self.mode = nn.Linear(width, shape.modes + 1)
        self.asks = nn.Linear(width, (len(SIDES) + 1) * SIDE_WIDTH)
        self.answers = nn.Linear(width, (len(SIDES) + 1) * SIDE_WIDTH)
        self.bias = nn.Parameter(torch.tensor([2.0] + [0.0] * len(SIDES)))
        self.dropout = nn.Dropout(DROPOUT)

    def lower(self, pieces: Tensor, mask: Tensor) -> Tensor:
        """Hidden states below the layers that learn, shape (windows, pieces, width)."""
        states: Tensor = self.encoder.embeddings(input_ids=pieces)
        return self._through(states, mask, 0, self.shape.frozen)

    def upper(self, states: Tensor, mask: Tensor) -> Tensor:
        """The last hidden states from those that `lower` gave, shapes alike."""
        return self._through(states, mask, self.shape.frozen, len(self.shape.layers))

    def _through(self, states: Tensor, mask: Tensor, first: int, end: int) -> Tensor:
        stack: Any = self.encoder.encoder
        # Added to the attention's scores: nothing where a piece stands, very little where none does.
        shut = (1.0 - mask[:, None, None, :].to(states.dtype)) * torch.finfo(states.dtype).min
        near = (stack.compute_position_bias(states),) if hasattr(stack, "compute_position_bias") else ()
        for layer in stack.layer[first:end]:
            given = layer(states, shut, position_bias=near[0]) if near else layer(states, shut)
            states = given[0] if isinstance(given, tuple) else given
        return states

    def triggers(self, states: Tensor, windows: Sequence[int], pieces: Sequence[Tensor]) -> Tensor:
        """The mean state of each trigger's pieces, shape (triggers, width)."""
        return torch.stack([states[window, own].mean(0) for window, own in zip(windows, pieces, strict=True)])

    def sides(self, triggers: Tensor, states: Tensor, windows: Sequence[int], around: Sequence[Tensor]) -> list[Tensor]:
        """Of each trigger the scores of its sentence's pieces for none and each side, each (pieces, sides + 1)."""
        parts = len(SIDES) + 1
        asked = self.asks(triggers).view(len(triggers), parts, SIDE_WIDTH)
        told = self.answers(states)
        return [
            (told[window, own].view(len(own), parts, SIDE_WIDTH) * asked[number]).sum(-1) / SIDE_WIDTH**0.5 + self.bias
            for number, (window, own) in enumerate(zip(windows, around, strict=True))
        ]


def adapt(part: nn.Module, rank: int) -> None:
    """Put an adapter beside every linear map in a part of a network."""
    for name, child in part.named_children():
        if isinstance(child, nn.Linear):
            setattr(part, name, Adapted(child, rank))
        else:
            adapt(child, rank)


def learned(network: Coder) -> dict[str, Tensor]:
    """What training has changed: adapters (or the upper layers) and heads, by name."""
    changed = {name for name, weights in network.named_parameters() if weights.requires_grad}
    return {name: values.detach() for name, values in network.state_dict().items() if name in changed}
