"""The record of one event: from a verdict on a match to a report with sides, day, place, status and assertion."""

from __future__ import annotations

from dataclasses import replace

from tasks.annotate.events.cells.contexts import event_contexts
from tasks.annotate.events.cells.instruments import instruments
from tasks.annotate.events.cells.numbers import amount_count
from tasks.annotate.events.cells.tolls import following_verbs, people_counts
from tasks.annotate.events.cells.where import DENYING, Setting, place_argument
from tasks.annotate.events.confidence import confidence
from tasks.annotate.events.frames.match import SUFFERED, Match, turned_recipients
from tasks.annotate.events.frames.trigger import carriers, trigger_name, trigger_span
from tasks.annotate.events.scene import Scene, told_around
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
from tasks.annotate.events.when.dates import NEVER, When, as_past, when_of
from tasks.annotate.events.when.search import date_by_offset, is_outer, own_date, sentence_date
from tasks.annotate.layers import EventArgument, EventMention
from tasks.annotate.syntax.clauses import is_passive, sentence_of, surface_subjects
from tasks.annotate.syntax.parse import Word

# Above this share of market words an article is about business: only what a public body does or suffers counts there.
MARKET_SHARE = 0.05
PRIVATE = frozenset({"BUS", "UNK", None})
RELATIVE_OR_IT = frozenset({"who", "which", "that", "whom", "it"})
OPINION_SILENT = frozenset({"REQUEST", "ACCUSE", "SUPPORT", "REJECT", "THREATEN", "AGREE"})


def record(scene: Scene, verdict: Verdict, standing: Standing) -> EventMention | None:
    """The event mention of a verdict, None where it turns out to be none."""
    match, view = verdict.match, scene.view
    frame = match.frame
    if scene.genre == "opinion" and frame.type in OPINION_SILENT:
        return None
    if match.trigger.pos_ == "VERB" and is_habit(match.trigger):
        return None
    arguments = sides(scene, match)
    if not arguments and not (frame.bare or match.themes):
        return None
    if not arguments and standing.status in ("hypothetical", "negated"):
        return None
    when = as_past(standing.status, dated(scene, match), scene.published, view.text)
    latest = no_later(scene, match) if when is NEVER else NEVER
    status = status_of(standing, when, scene.published, latest, at=match.trigger.idx)
    arguments.extend(circumstances(scene, match, when, status))
    arguments = [identified(scene, item) for item in arguments]
    arguments = with_home(view, arguments, scene.home, frame.type, frame.mode)
    start, end = trigger_span(match)
    source = standing.source
    if source is not None and source.lower_ in ("it", "there") and source.i not in view.mentions:
        source = None
    attributed_to = attributed_text = None
    if source is not None:
        first, last = phrase_bounds(view, source)
        attributed_text = view.text[first:last]
        mention = view.mentions.get(source.i)
        attributed_to = mention.entity_id if mention is not None else None
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
        attributed_to=attributed_to,
        attributed_text=attributed_text,
        event_date=when.first,
        event_date_end=when.last,
        date_precision=when.precision,
        date_basis=when.basis,
        timex=when.timex,
        arguments=tuple(arguments),
        contexts=event_contexts(told_around(scene, match.trigger), scene.contexts, frame.type, frame.mode, arguments),
    )


def is_private(event: EventMention) -> bool:
    """Whether all sides of an event are firms or unknown: a sale or a board's resignation in a business report."""
    sides = [item for item in event.arguments if item.role in ("actor", "recipient")]
    deeds = event.event_type in ("ASSAULT", "PROTEST", "COERCE", "ACCUSE", "SANCTION")
    return not deeds and all(item.sector in PRIVATE for item in sides)


def sides(scene: Scene, match: Match) -> list[EventArgument]:
    """Actors and recipients, each span once; a recipient found nowhere in its place is looked for in the complement."""
    frame, view = match.frame, scene.view
    recipients = turned_recipients(view, match)
    actors = tuple(met for token in match.actors for met in (those_met(view, token, scene.meetings) or (token,)))
    taken = {item.i for item in (*actors, *recipients, match.trigger)}
    if frame.type == "THREATEN":
        # "The leader said the party would boycott the vote": it does what is threatened, nobody threatens it.
        doing = [verb for verb in match.complements if not is_passive(verb) and verb.lemma_.lower() not in SUFFERED]
        taken.update(item.i for verb in doing for item in surface_subjects(verb))
    if not recipients and not any(part.role == "recipient" and not part.optional for part in frame.parts):
        if frame.type not in ("CONSULT", "COOPERATE", "ASSAULT") and (match.complements or not frame.nominal):
            recipients = beneficiary(view, (*match.recipients, *match.complements, *match.themes), taken)
    elif not recipients and match.recipients:
        recipients = beneficiary(view, match.recipients, taken)
    found: dict[tuple[int, int], EventArgument] = {}
    for role, tokens in (("actor", actors), ("recipient", recipients)):
        for token in tokens:
            if token.lower_ in RELATIVE_OR_IT and token.i not in view.mentions and taken_up(view, token) is None:
                continue
            several = group_arguments(view, scene.facts, token, role)
            for argument in several or (actor_argument(view, scene.facts, token, role, frame.type),):
                if not any(argument.start < other.end and other.start < argument.end for other in found.values()):
                    found[argument.start, argument.end] = argument
    return without_reflexive(list(found.values()))


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
        alone = not any(sentence.start <= i < sentence.end and i != match.trigger.i for i in scene.triggers)
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
    place = place_argument(Setting(view, match, tuple(where), scene.outer, status, scene.dateline))
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
