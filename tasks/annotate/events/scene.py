"""What the records of one Doc have in common: its dates, triggers, home country and the facts of its entities."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from tasks.annotate.events.cells.contexts import article_contexts, told_contexts
from tasks.annotate.events.cells.where import dateline_place
from tasks.annotate.events.frames.match import Match
from tasks.annotate.events.sides.home import Home, find_home
from tasks.annotate.events.sides.identities import Identity, identities
from tasks.annotate.events.sides.several import has_two_sides
from tasks.annotate.events.typer.model import Typer
from tasks.annotate.events.view import Facts, View, article_facts
from tasks.annotate.events.when.dates import date_index
from tasks.annotate.layers import Mention
from tasks.annotate.places.origin import origin_of
from tasks.annotate.syntax.clauses import sentence_of
from tasks.annotate.syntax.parse import Word

# What these are about happened at another time than they did.
ACTS_ABOUT_EVENTS = frozenset({"ACCUSE", "SUPPORT", "REJECT", "REQUEST", "THREATEN", "AGREE", "CONCEDE", "SANCTION"})


@dataclass(frozen=True, slots=True)
class Scene:
    """What the records of one Doc need in common: facts of its entities, its dates, the triggers found, its country.

    `told` are the contexts that sentences tell, by their first token, as far as they were read.
    """

    view: View
    facts: dict[str, Facts]
    dates: dict[int, Mention]
    triggers: frozenset[int]
    outer: frozenset[int]
    meetings: tuple[Match, ...]
    home: Home
    identities: dict[str, Identity]
    published: dt.datetime | None
    genre: str
    contexts: frozenset[str]
    told: dict[int, frozenset[str]]
    dateline: Mention | None
    weights: Mapping[str, float] | None


def make_scene(view: View, matches: list[Match], typer: Typer | None) -> Scene:
    """Gather it from a Doc's mentions, matches and article context."""
    mentions: tuple[Mention, ...] = view.doc._.mentions
    facts = article_facts(mentions)
    context = view.doc._.article
    outer = frozenset(match.trigger.i for match in matches if match.frame.type in ACTS_ABOUT_EVENTS)
    return Scene(
        view,
        facts,
        date_index(mentions),
        frozenset(match.trigger.i for match in matches),
        outer,
        tuple(match for match in matches if match.frame.type == "CONSULT" and has_two_sides(view, match)),
        find_home(view.parse, mentions, origin_of(view.doc), outer),
        identities(view, facts),
        context.published_at if context else None,
        context.genre if context else "news",
        article_contexts(view.parse),
        {},
        dateline_place(view.parse, mentions),
        typer.model.meta["confidence"] if typer is not None else None,
    )


def told_around(scene: Scene, trigger: Word) -> frozenset[str]:
    """The contexts that a trigger's sentence tells, read once a sentence."""
    sentence = sentence_of(trigger)
    if sentence.start not in scene.told:
        scene.told[sentence.start] = told_contexts(sentence)
    return scene.told[sentence.start]
