"""What a teacher said of texts (`tasks.annotate.training.encoder.teach`), by places in them, for a coder that learns.

Pieces are found again by where they begin: the coder that learns may read other windows, or leave sentences out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tasks.annotate.events.encoder.windows import Ints, Window
from tasks.annotate.training.encoder.labels import MarkedTrigger, MarkedWindow, Mode
from tasks.errors import UserError

Halves = npt.NDArray[np.float16]
# The file of a folder of labels that says whose they are.
TEACHER = "teacher.json"


@dataclass(frozen=True, slots=True)
class Teacher:
    """Who labelled: the coder's version, and its modes in the order of their numbers, from 1."""

    version: str
    modes: tuple[Mode, ...]


@dataclass(frozen=True, slots=True)
class SoftTrigger:
    """A likely trigger: its pieces and those of its sentence by where they begin, and what the heads say of it.

    Parameters
    ----------
    starts, around
        Where its pieces and those of its sentence begin.
    sides
        Of each piece of the sentence 0 for none, or the place in `SIDES` plus 1.
    status, mode
        Places in `STATUSES` and the teacher's modes, where 0 is none.
    """

    starts: Ints
    around: Ints
    sides: Ints
    status: int
    mode: int


@dataclass(frozen=True, slots=True)
class SoftLabels:
    """What a teacher said of a text.

    Parameters
    ----------
    source
        Where it is kept.
    starts
        Where each piece begins, in characters, ascending.
    types
        Its probability of no type and each type, shape (pieces, types + 1).
    triggers
        The likely ones.
    """

    source: str
    starts: Ints
    types: Halves
    triggers: tuple[SoftTrigger, ...]


def teacher_of(folder: Path) -> Teacher:
    """Whose labels a folder holds.

    Raises
    ------
    UserError
        Where it holds none.
    """
    try:
        told = json.loads((folder / TEACHER).read_text("utf-8"))
    except FileNotFoundError as error:
        raise UserError(f"{folder}: holds no labels of a teacher; make them with `teach`") from error
    return Teacher(told["version"], tuple((type_, mode) for type_, mode in told["modes"]))


def read_soft_labels(path: Path) -> SoftLabels:
    """What `teach` kept of a text."""
    with np.load(path, allow_pickle=False) as given:
        arrays = {name: given[name] for name in given.files}
    types: list[Halves] = []
    starts: list[Ints] = []
    triggers: list[SoftTrigger] = []
    while f"types-{len(types)}" in arrays:
        place = len(types)
        where = arrays[f"starts-{place}"]
        body = where >= 0
        starts.append(where[body])
        types.append(arrays[f"types-{place}"][body])
        number = 0
        while f"pieces-{place}-{number}" in arrays:
            name = f"{place}-{number}"
            triggers.append(
                SoftTrigger(
                    starts=where[arrays[f"pieces-{name}"]],
                    around=where[arrays[f"around-{name}"]],
                    sides=arrays[f"sides-{name}"],
                    status=int(arrays[f"status-{name}"]),
                    mode=int(arrays[f"mode-{name}"]),
                )
            )
            number += 1
    return SoftLabels(path.name, np.concatenate(starts), np.concatenate(types), tuple(triggers))


def taught_windows(windows: Sequence[Window], told: SoftLabels) -> list[MarkedWindow]:
    """The windows of an article as a coder that learns will read it, with what a teacher said of their pieces.

    A window without words teaches nothing and is left out, as is a trigger that is not whole in its window.

    Raises
    ------
    ValueError
        Where the teacher cuts the text in other pieces.
    """
    return [_taught(window, told) for window in windows if (window.offsets[:, 0] >= 0).any()]


def _taught(window: Window, told: SoftLabels) -> MarkedWindow:
    starts = window.offsets[:, 0]
    body = starts >= 0
    rows = np.searchsorted(told.starts, starts[body])
    if rows[-1] >= len(told.starts) or (told.starts[rows] != starts[body]).any():
        raise ValueError(f"{told.source}: the teacher cuts the text in other pieces")
    types = np.zeros((len(starts), told.types.shape[1]), dtype=np.float16)
    types[:, 0] = 1
    types[body] = told.types[rows]
    triggers: list[MarkedTrigger] = []
    for one in told.triggers:
        own = np.flatnonzero(np.isin(starts, one.starts) & body)
        if len(own) == len(one.starts):
            here = np.isin(one.around, starts[body])
            around = np.flatnonzero(np.isin(starts, one.around[here]) & body)
            triggers.append(MarkedTrigger(own, one.status, one.mode, 1.0, around, one.sides[here]))
    return MarkedWindow(window, types.argmax(axis=1), tuple(triggers), types)
