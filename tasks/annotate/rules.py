"""Decisions of language as ladders: named rules in order, the first that has something to say decides.

A rule is a small function with a text beside it in which it decides; `docs/rules.md` lists them all and a test runs
every example. Whoever asks a ladder gets the verdict with the name of its rule. Inside `traced()` every decision is
also written down with its place in the text, which is what `dateline show --why` and `dateline lexicon --refused` read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

Case = TypeVar("Case")
Verdict = TypeVar("Verdict")


@dataclass(frozen=True, slots=True)
class Rule(Generic[Case, Verdict]):
    """One rule: `decide` gives its verdict of a case, None where it has nothing to say.

    `example` is a text in which this rule decides; a blank line parts a title from the text.
    """

    name: str
    decide: Callable[[Case], Verdict | None]
    example: str


@dataclass(frozen=True, slots=True)
class Decision(Generic[Verdict]):
    """A verdict and the name of the rule that gave it."""

    rule: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Trace:
    """A decision as it was written down: which ladder, which rule, what it decided, at which character of the text."""

    ladder: str
    rule: str
    verdict: object
    at: int


@dataclass(frozen=True, slots=True)
class Ladder(Generic[Case, Verdict]):
    """Rules about one question, in the order in which they are asked. `question` says in words what they decide."""

    name: str
    question: str
    rules: tuple[Rule[Case, Verdict], ...]

    def decide(self, case: Case, at: int) -> Decision[Verdict] | None:
        """Ask the rules in order; None where none of them has anything to say.

        Parameters
        ----------
        case
            What the rules look at.
        at
            Character offset in the text of the word in question, for whoever traces.
        """
        for rule in self.rules:
            verdict = rule.decide(case)
            if verdict is not None:
                if _traces:
                    _traces[-1].append(Trace(self.name, rule.name, verdict, at))
                return Decision(rule.name, verdict)
        return None


# Lists that decisions are written to, innermost last. A worker annotates one Doc at a time, on one thread.
_traces: list[list[Trace]] = []


@contextmanager
def traced() -> Iterator[list[Trace]]:
    """Write down every decision made inside the block."""
    found: list[Trace] = []
    _traces.append(found)
    try:
        yield found
    finally:
        _traces.pop()


def note(ladder: str, rule: str, verdict: object, at: int) -> None:
    """Write down a decision that no ladder made, for whoever traces."""
    if _traces:
        _traces[-1].append(Trace(ladder, rule, verdict, at))


def when(name: str, holds: Callable[[Case], bool], verdict: Verdict, example: str) -> Rule[Case, Verdict]:
    """Make a rule of a predicate: where it holds, the verdict is always the same."""
    return Rule(name, lambda case: verdict if holds(case) else None, example)
