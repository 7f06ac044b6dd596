"""Resolve time expressions to TIMEX3 values against their anchors: publication, dateline, the narrative so far.

Nothing is guessed: without an anchor a value keeps its unknown parts as X ("XXXX-04-26", "XXXX-WXX-4").
"""

from __future__ import annotations

from itertools import accumulate

from tasks.annotate.timex_grammar import Found
from tasks.annotate.timex_lexer import Lexeme
from tasks.annotate.timex_points import POINT_RESOLVERS
from tasks.annotate.timex_spans import SPAN_RESOLVERS, combine
from tasks.annotate.timex_state import Resolver, State, Timex
from tasks.annotate.timex_units import UNIT_RESOLVERS

RESOLVERS: dict[str, Resolver] = {**POINT_RESOLVERS, **UNIT_RESOLVERS, **SPAN_RESOLVERS}


def resolve(found: list[Found], lexemes: list[Lexeme], state: State) -> list[Timex]:
    """Give the values of a text's time expressions, in order.

    Parameters
    ----------
    found
        What the grammar found and the caller did not refuse.
    lexemes
        All lexemes of the text.
    state
        Anchor and tense; it is read and written from left to right.
    """
    blocks = list(accumulate(lexeme.kind == "break" for lexeme in lexemes))
    resolved: list[Timex] = []
    for item in found:
        state.block = blocks[item.first]
        resolved.extend(RESOLVERS[item.rule](item, state))
    return combine(resolved, state, lexemes)
