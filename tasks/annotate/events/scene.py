"""What the records of one Doc have in common: its dates, triggers, home country and the facts of its entities."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tasks.annotate.events.cells.contexts import article_contexts, told_contexts
from tasks.annotate.events.cells.where import dateline_place
from tasks.annotate.events.frames.match import Match
from tasks.annotate.events.resolve.not_events import topic_share
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


# Above this share of market words an article is about business: only what a public body does or suffers counts there.
MARKET_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Background:
    """What an article as a whole says of its events: its day, its form, what it is about, where it was written."""

    published: dt.datetime | None
    genre: str
    business: bool
    contexts: frozenset[str]
    dateline: Mention | None


@dataclass(frozen=True, slots=True)
class Scene:
    """What the records of one Doc need in common: facts of its entities, its dates, the triggers found, its country.

    `spoken_of` are the contexts that the sentences with a trigger speak of, by their first token.
    """

    view: View
    facts: dict[str, Facts]
    dates: dict[int, Mention]
    triggers: frozenset[int]
    outer: frozenset[int]
    meetings: tuple[Match, ...]
    home: Home
    identities: dict[str, Identity]
    article: Background
    spoken_of: Mapping[int, frozenset[str]]
    weights: Mapping[str, float] | None


def make_scene(view: View, matches: Sequence[Match], typer: Typer | None) -> Scene:
    """Gather it from a Doc's mentions, matches and article context."""
    mentions: tuple[Mention, ...] = view.doc._.mentions
    facts = article_facts(mentions)
    outer = frozenset(match.trigger.i for match in matches if match.frame.type in ACTS_ABOUT_EVENTS)
    return Scene(
        view=view,
        facts=facts,
        dates=date_index(mentions),
        triggers=frozenset(match.trigger.i for match in matches),
        outer=outer,
        meetings=tuple(match for match in matches if match.frame.type == "CONSULT" and has_two_sides(view, match)),
        home=find_home(view.parse, mentions, origin_of(view.doc), outer),
        identities=identities(view, facts),
        article=background(view, mentions),
        spoken_of=contexts_by_sentence(matches),
        weights=typer.model.meta["confidence"] if typer is not None else None,
    )


def background(view: View, mentions: Sequence[Mention]) -> Background:
    """What a Doc's article says as a whole."""
    context = view.doc._.article
    return Background(
        published=context.published_at if context else None,
        genre=context.genre if context else "news",
        business=topic_share(view.parse, view.lexicon, "market") > MARKET_SHARE,
        contexts=article_contexts(view.parse),
        dateline=dateline_place(view.parse, mentions),
    )


def contexts_by_sentence(matches: Sequence[Match]) -> dict[int, frozenset[str]]:
    """The contexts of each sentence with a trigger, by its first token: each sentence is read once."""
    sentences = {sentence.start: sentence for sentence in (sentence_of(match.trigger) for match in matches)}
    return {start: told_contexts(sentence) for start, sentence in sentences.items()}


def contexts_around(scene: Scene, trigger: Word) -> frozenset[str]:
    """The contexts that a trigger's sentence speaks of."""
    return scene.spoken_of[sentence_of(trigger).start]
