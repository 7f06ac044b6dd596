"""The record of one event: from a verdict on a match to a report with sides, day, place, status and assertion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from tasks.annotate.events import decision
from tasks.annotate.events.cells.contexts import event_contexts
from tasks.annotate.events.cells.instruments import instruments
from tasks.annotate.events.cells.numbers import amount_count
from tasks.annotate.events.cells.tolls import following_verbs, people_counts
from tasks.annotate.events.cells.where import DENYING, Setting, place_argument
from tasks.annotate.events.confidence import confidence
from tasks.annotate.events.frames.match import SUFFERED, Match, turned_recipients
from tasks.annotate.events.frames.trigger import carriers, trigger_name, trigger_span
from tasks.annotate.events.scene import Background, Scene, contexts_around
from tasks.annotate.events.sides.arguments import actor_argument
from tasks.annotate.events.sides.beneficiary import beneficiary
from tasks.annotate.events.sides.descriptions import taken_up
from tasks.annotate.events.sides.identities import with_identity
from tasks.annotate.events.sides.locals import with_home
from tasks.annotate.events.sides.phrases import phrase_bounds
from tasks.annotate.events.sides.several import group_arguments, those_met
from tasks.annotate.events.standing.status import Standing, status_of
from tasks.annotate.events.standing.verbs import is_habit
from tasks.annotate.events.typer.judge import Verdict
from tasks.annotate.events.view import View
from tasks.annotate.events.when.dates import NEVER, When, as_past, when_of
from tasks.annotate.events.when.search import date_by_offset, is_outer, own_date, sentence_date
from tasks.annotate.layers import EventArgument, EventMention
from tasks.annotate.rules import Ladder, Rule
from tasks.annotate.syntax.clauses import is_passive, sentence_of, surface_subjects
from tasks.annotate.syntax.parse import Word

PRIVATE = frozenset({"BUS", "UNK", None})
# What is done by force or by law is no private business, whoever does it.
PUBLIC_DEEDS = frozenset({"ASSAULT", "PROTEST", "COERCE", "ACCUSE", "SANCTION"})
RELATIVE_OR_IT = frozenset({"who", "which", "that", "whom", "it"})
OPINION_SILENT = frozenset({"REQUEST", "ACCUSE", "SUPPORT", "REJECT", "THREATEN", "AGREE"})
# Who met, worked together or was hit stands beside the word itself, never in a complement.
NEAR_RECIPIENT = frozenset({"CONSULT", "COOPERATE", "ASSAULT"})


@dataclass(frozen=True, slots=True)
class Draft:
    """A match that may become a report, with the status that its words give it and the sides found."""

    article: Background
    match: Match
    status: str
    sides: Sequence[EventArgument]


def is_opinion(draft: Draft) -> bool:
    """Whether it is what an author asks, blames or favours, not what somebody did."""
    return draft.article.genre == "opinion" and draft.match.frame.type in OPINION_SILENT


def is_of_habit(draft: Draft) -> bool:
    """Whether a verb says what is done again and again."""
    return draft.match.trigger.pos_ == "VERB" and is_habit(draft.match.trigger)


def has_nobody(draft: Draft) -> bool:
    """Whether neither a side nor a theme was found of what does not stand alone."""
    return not draft.sides and not (draft.match.frame.bare or draft.match.themes)


def is_nobodys_possibility(draft: Draft) -> bool:
    """Whether what did not happen or only might is said of nobody."""
    return not draft.sides and draft.status in ("hypothetical", "negated")


def is_private(draft: Draft) -> bool:
    """Whether all sides of an event are firms or unknown: a sale or a board's resignation in a business report."""
    private = all(side.sector in PRIVATE for side in draft.sides)
    return draft.article.business and private and draft.match.frame.type not in PUBLIC_DEEDS


def refuse(name: str, holds: Callable[[Draft], bool], example: str) -> Rule[Draft, str]:
    """Make a rule that refuses a match; its verdict is the event type that comes to nothing."""
    return Rule(name, lambda draft: draft.match.frame.type if holds(draft) else None, example)


NO_REPORT: Ladder[Draft, str] = Ladder(
    "no report",
    "Which events get no report: the verdict is the event type that comes to nothing",
    (
        refuse(
            "an author's own demand or judgement",
            is_opinion,
            "Opinion: A budget for nobody\n\nThe unions rejected the plan of the government.",
        ),
        refuse("a habit", is_of_habit, "Rebels often attack villages near the border."),
        refuse("nobody in it", has_nobody, "It was rejected."),
        refuse("nobody in what did not happen or only might", is_nobodys_possibility, "No sanctions were imposed."),
        refuse(
            "private business",
            is_private,
            "The airline praised the manufacturer. Shares, bonds and stocks rose as quarterly earnings, revenue and "
            "profit beat the forecast of an analyst, and the index rose too.",
        ),
    ),
)


class AttributedTo(NamedTuple):
    """Whom a report is attributed to: the entity's id and the words of the phrase."""

    entity_id: str | None = None
    text: str | None = None


def record(scene: Scene, verdict: Verdict | decision.Decided, standing: Standing) -> EventMention | None:
    """The event mention of a verdict, None where it turns out to be none."""
    match, frame = verdict.match, verdict.match.frame
    found = sides(scene, match)
    draft = Draft(scene.article, match, standing.status, found)
    # What was decided by the article as a whole needs no rule against words that mislead.
    read = isinstance(verdict, decision.Decided)
    if not read and NO_REPORT.decide(draft, at=match.trigger.idx) is not None:
        return None
    when, status = day_and_status(scene, match, standing)
    arguments = [identified(scene, item) for item in (*found, *circumstances(scene, match, when, status))]
    arguments = with_home(scene.view, arguments, scene.home, frame.type, frame.mode)
    start, end = trigger_span(match)
    source = attribution(scene.view, standing.source)
    about = contexts_around(scene, match.trigger)
    return EventMention(
        start=start,
        end=end,
        trigger=trigger_name(match),
        event_type=frame.type,
        mode=frame.mode,
        cameo=frame.cameo,
        status=status,
        assertion=standing.assertion,
        coder=verdict.coder,
        confidence=confidence(verdict, standing, arguments, scene.weights),
        attributed_to=source.entity_id,
        attributed_text=source.text,
        event_date=when.first,
        event_date_end=when.last,
        date_precision=when.precision,
        date_basis=when.basis,
        timex=when.timex,
        arguments=tuple(arguments),
        contexts=event_contexts(about, scene.article.contexts, frame.type, frame.mode, arguments),
    )


def day_and_status(scene: Scene, match: Match, standing: Standing) -> tuple[When, str]:
    """The event's day, and its status by that day or by the day before which it was over."""
    published = scene.article.published
    when = as_past(standing.status, dated(scene, match), published, scene.view.text)
    latest = no_later(scene, match) if when is NEVER else NEVER
    return when, status_of(standing, when, published, latest, at=match.trigger.idx)


def attribution(view: View, source: Word | None) -> AttributedTo:
    """Whom a report is attributed to by the word that it is attributed to; an "it" that stands for nobody is nobody."""
    if source is None or (source.lower_ in ("it", "there") and source.i not in view.mentions):
        return AttributedTo()
    first, last = phrase_bounds(view, source)
    mention = view.mentions.get(source.i)
    return AttributedTo(mention.entity_id if mention is not None else None, view.text[first:last])


def sides(scene: Scene, match: Match) -> list[EventArgument]:
    """Actors and recipients, each span once."""
    actors = tuple(met for token in match.actors for met in (those_met(scene.view, token, scene.meetings) or (token,)))
    found: list[EventArgument] = []
    for role, words in (("actor", actors), ("recipient", recipients_of(scene.view, match, actors))):
        for word in words:
            for argument in side_arguments(scene, match, word, role):
                if not any(argument.start < other.end and other.start < argument.end for other in found):
                    found.append(argument)
    return without_reflexive(found)


def recipients_of(view: View, match: Match, actors: Sequence[Word]) -> tuple[Word, ...]:
    """The words of the recipients; where none stands in its place, whom the complement or the theme concerns."""
    recipients = turned_recipients(view, match)
    if recipients:
        return recipients
    taken = {item.i for item in (*actors, match.trigger)} | threatened_doers(match)
    if may_lie_in_complement(match):
        return beneficiary(view, (*match.recipients, *match.complements, *match.themes), taken)
    return beneficiary(view, match.recipients, taken) if match.recipients and wants_recipient(match) else ()


def threatened_doers(match: Match) -> set[int]:
    """Who does what is threatened, by index.

    "The leader said the party would boycott the vote": it does what is threatened, nobody threatens it.
    """
    if match.frame.type != "THREATEN":
        return set()
    doing = [verb for verb in match.complements if not is_passive(verb) and verb.lemma_.lower() not in SUFFERED]
    return {item.i for verb in doing for item in surface_subjects(verb)}


def wants_recipient(match: Match) -> bool:
    """Whether the frame itself asks for a recipient."""
    return any(part.role == "recipient" and not part.optional for part in match.frame.parts)


def may_lie_in_complement(match: Match) -> bool:
    """Whether a recipient that the frame does not ask for may stand in what is demanded, promised or refused."""
    if wants_recipient(match) or match.frame.type in NEAR_RECIPIENT:
        return False
    return bool(match.complements) or not match.frame.nominal


def side_arguments(scene: Scene, match: Match, word: Word, role: str) -> Sequence[EventArgument]:
    """The arguments of one word: each member of a group; none of a relative or "it" that stands for nobody known."""
    view = scene.view
    if word.lower_ in RELATIVE_OR_IT and word.i not in view.mentions and taken_up(view, word) is None:
        return ()
    several = group_arguments(view, scene.facts, word, role)
    return several or (actor_argument(view, scene.facts, word, role, match.frame.type),)


def identified(scene: Scene, item: EventArgument) -> EventArgument:
    """A side with the country of the person whom the article means by such a description: the gunman, the victim."""
    if item.country is not None or item.role not in ("actor", "recipient"):
        return item
    identity = with_identity(scene.view, item, scene.identities)
    return replace(item, country=identity.country, country_method=identity.method) if identity is not None else item


def dated(scene: Scene, match: Match) -> When:
    """The date that hangs on the event, else the sentence's only one where no other event can claim it."""
    outcomes = following_verbs(match.trigger, match.themes)[1:] if match.frame.nominal else []
    anchors = (*carriers(match), *outcomes)
    own = [token for token in anchors if token == match.trigger or not is_outer(token, scene.outer)]
    mention = own_date(own, scene.dates, scene.triggers, scene.outer)
    if mention is None:
        when = date_by_offset(own, scene.dates, scene.view.text)
        if when is not NEVER:
            return when
        sentence = sentence_of(match.trigger)
        words = range(sentence.start, sentence.end)
        alone = not any(i in scene.triggers and i != match.trigger.i for i in words)
        mention = sentence_date(match.trigger, scene.dates) if alone else None
    return when_of(mention, scene.view.text, scene.dates) if mention is not None else NEVER


def no_later(scene: Scene, match: Match) -> When:
    """The day by which an event without one was over: that of the clause which it is told to lie before."""
    mention = own_date([match.trigger], scene.dates, scene.triggers, scene.outer, earlier=True)
    return when_of(mention, scene.view.text, scene.dates)


def circumstances(scene: Scene, match: Match, when: When, status: str) -> list[EventArgument]:
    """Place, date, instrument and number arguments."""
    view, frame = scene.view, match.frame
    found: list[EventArgument] = []
    carrying = carriers(match)
    # "In Paris the minister condemned the killing of …": condemned where it was not done.
    where = [token for token in carrying if token == match.trigger or not is_about(scene, token)]
    place = place_argument(Setting(view, match, tuple(where), scene.outer, status, scene.article.dateline))
    if place is not None:
        found.append(place)
    if when.mention is not None:
        found.append(EventArgument("date", when.mention.start, when.mention.end))
    found.extend(instruments(view, frame.type, carrying))
    if match.frame.type in ("ASSAULT", "COERCE", "PROTEST", "RETREAT"):
        found.extend(people_counts(match.trigger, match.themes, match.recipients))
    if match.frame.type in ("AID", "COOPERATE", "SANCTION", "AGREE"):
        found.extend(amount_count(match.themes))
    return found


def is_about(scene: Scene, verb: Word) -> bool:
    """Whether a verb is an act about an event, or denies it."""
    return verb.i in scene.outer or verb.lemma_.lower() in DENYING


def without_reflexive(arguments: list[EventArgument]) -> list[EventArgument]:
    """Nobody is recipient of his own deed: drop recipients that are an actor's entity."""
    actors = [item for item in arguments if item.role == "actor"]
    entities = {item.entity_id for item in actors if item.entity_id is not None}
    return [
        item
        for item in arguments
        if item.role != "recipient" or item.entity_id is None or item.entity_id not in entities
    ]
