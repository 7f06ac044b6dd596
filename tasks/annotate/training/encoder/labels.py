"""Windows of annotated articles with what the encoder is to say of them.

A word of a trigger has the trigger's type. Words of debatable reports (`sure` .4) are neither right nor wrong: they are
masked. The title is read before every window and labelled in the first one alone, so that it counts once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from tasks.annotate.events.encoder.gate import SentenceGate
from tasks.annotate.events.encoder.windows import Ints, SpecialPieces, Window, title_offsets, windows_of
from tasks.annotate.training.encoder.articles import SIDES, MarkedArticle, MarkedReport
from tasks.contract.vocabulary import EVENT_TYPES

NO_TYPE = 0
MASKED = -100
STATUSES = ("happened", "ongoing", "planned", "hypothetical", "negated", "historical")
DEBATABLE = 0.5
# A mode with fewer examples is not learned.
FEWEST_OF_MODE = 10
Mode = tuple[str, str]


@dataclass(frozen=True, slots=True)
class MarkedTrigger:
    """What is to be said of one trigger.

    Parameters
    ----------
    pieces
        Its pieces in the window.
    status, mode
        Places in `STATUSES` (`MASKED` where nobody has said) and the modes, where 0 is none; its type is the label of
        its pieces.
    weight
        How much it counts.
    around
        The pieces of its sentence in the window.
    sides
        Of each of them 0 for none, the place in `SIDES` plus 1, or `MASKED`.
    """

    pieces: Ints
    status: int
    mode: int
    weight: float
    around: Ints
    sides: Ints


@dataclass(frozen=True, slots=True)
class MarkedWindow:
    """A window with a label a piece (0 none, else the place in `EVENT_TYPES` plus 1, or `MASKED`) and its triggers.

    `soft` is a teacher's probability of no type and each type for every piece, shape (pieces, types + 1); None where a
    person has labelled.
    """

    window: Window
    labels: Ints
    triggers: tuple[MarkedTrigger, ...]
    soft: npt.NDArray[np.float16] | None = None


def modes_of(articles: Iterable[MarkedArticle]) -> dict[Mode, int]:
    """The modes that are learned, numbered from 1 in the order of their names."""
    counted = Counter((report.type, report.mode) for article in articles for report in article.reports if report.mode)
    often = sorted((type_, mode) for (type_, mode), times in counted.items() if mode and times >= FEWEST_OF_MODE)
    return {mode: number for number, mode in enumerate(often, 1)}


def marked_windows(
    tokenizer: Tokenizer,
    special: SpecialPieces,
    articles: Sequence[MarkedArticle],
    modes: Mapping[Mode, int],
    gate: SentenceGate | None = None,
) -> list[MarkedWindow]:
    """Cut and label articles, in their order; of a sentence that the gate leaves out nothing is learned."""
    found: list[MarkedWindow] = []
    for article in articles:
        for place, window in enumerate(windows_of(tokenizer, special, article.text, article.title, gate)):
            title = title_offsets(tokenizer, article.title) if not place else np.empty((0, 2), dtype=np.int64)
            found.append(_marked(article, window, title, modes))
    return found


def _marked(article: MarkedArticle, window: Window, title: Ints, modes: Mapping[Mode, int]) -> MarkedWindow:
    """Label one window; `title` are the offsets of the title's pieces where the title is labelled here."""
    where = {False: window.offsets, True: np.full_like(window.offsets, -1)}
    where[True][1 : 1 + len(title)] = title
    labels = np.full(len(window.pieces), MASKED, dtype=np.int64)
    for offsets in where.values():
        labels[offsets[:, 0] >= 0] = NO_TYPE
    triggers: list[MarkedTrigger] = []
    # The surest last: of two reports with one trigger it has the label.
    for report in sorted(article.reports, key=lambda report: report.sure):
        offsets = where[report.in_title]
        pieces = _pieces_in(offsets, report.trigger)
        if len(pieces):
            kind = EVENT_TYPES.index(report.type)
            labels[pieces] = MASKED if report.sure < DEBATABLE else kind + 1
            triggers.append(_trigger(report, offsets, pieces, modes, article.not_learned))
    return MarkedWindow(window, labels, tuple(triggers))


def _trigger(
    report: MarkedReport, offsets: Ints, pieces: Ints, modes: Mapping[Mode, int], not_learned: Sequence[str]
) -> MarkedTrigger:
    around = _pieces_in(offsets, report.sentence)
    sides = np.zeros(len(around), dtype=np.int64)
    for place, side in enumerate(SIDES, 1):
        if side in report.sides:
            here = np.isin(around, _pieces_in(offsets, report.sides[side]))
            sides[here] = MASKED if side in not_learned else place
    return MarkedTrigger(
        pieces=pieces,
        status=STATUSES.index(report.status),
        mode=modes.get((report.type, report.mode or ""), 0),
        weight=report.sure if report.sure < DEBATABLE else 1.0,
        around=around,
        sides=sides,
    )


def _pieces_in(offsets: Ints, span: tuple[int, int]) -> Ints:
    """The pieces that stand in a stretch of characters, half-open."""
    start, end = span
    return np.nonzero((offsets[:, 0] >= 0) & (offsets[:, 0] < end) & (offsets[:, 1] > start))[0]
