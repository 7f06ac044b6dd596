"""Who did what to whom: PLOVER events from frames over the parse and a learned typer (component `dateline_events`).

One pass over the tokens finds triggers through the lexicon's index; each frame that fits gives a match; the matches
of a sentence are then resolved against one another, and the typer judges them and adds what no frame takes. What is
left becomes records with arguments, status, assertion, date and place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate.article_origin import origin_of
from tasks.annotate.event_anaphora import inherit_status, ordinal_events
from tasks.annotate.event_arguments import Facts, actor_argument, article_facts, beneficiary, phrase_bounds
from tasks.annotate.event_circumstances import (
    dateline_place,
    instruments,
    place_of_dateline,
    place_of_site,
    place_of_victims,
)
from tasks.annotate.event_confidence import FACTORS, confidence, factors
from tasks.annotate.event_contexts import article_contexts, event_contexts, told_contexts
from tasks.annotate.event_dates import (
    NEVER,
    When,
    as_told,
    date_by_offset,
    date_index,
    is_historical,
    is_outer,
    own_date,
    sentence_date,
    status_on,
    when_of,
)
from tasks.annotate.event_days import with_days
from tasks.annotate.event_descriptions import taken_up
from tasks.annotate.event_groups import group_arguments, has_two_sides, those_met
from tasks.annotate.event_home import Home, find_home, with_home
from tasks.annotate.event_identities import Identity, identities, with_identity
from tasks.annotate.event_implied import with_implied
from tasks.annotate.event_lexicon import Lexicon, load_lexicon
from tasks.annotate.event_match import SUFFERED, Match, best_noun_match, best_verb_match
from tasks.annotate.event_numbers import amount_count, following_verbs, people_counts
from tasks.annotate.event_places import DENYING, place_argument, place_record
from tasks.annotate.event_rules import SPORT_SHARE, is_event, resolve, topic_share, turned_recipients
from tasks.annotate.event_status import Standing, is_habit, standing_of
from tasks.annotate.event_syntax import is_passive, sentence_of, surface_subjects
from tasks.annotate.event_triggers import carriers, trigger_name, trigger_span
from tasks.annotate.event_typing import Verdict, judge
from tasks.annotate.event_view import View
from tasks.annotate.layers import EventArgument, EventMention, Mention, register_extensions
from tasks.annotate.parse import Token, parse_of
from tasks.annotate.places import PLACE_LABELS
from tasks.annotate.typer_model import Typer, bind, load_model_file

register_extensions()

# Above this share of market words an article is about business: only what a public body does or suffers counts there.
MARKET_SHARE = 0.05
# What these are about happened at another time than they did.
ACTS_ABOUT_EVENTS = frozenset({"ACCUSE", "SUPPORT", "REJECT", "REQUEST", "THREATEN", "AGREE", "CONCEDE", "SANCTION"})
PRIVATE = frozenset({"BUS", "UNK", None})
RELATIVE_OR_IT = frozenset({"who", "which", "that", "whom", "it"})
OPINION_SILENT = frozenset({"REQUEST", "ACCUSE", "SUPPORT", "REJECT", "THREATEN", "AGREE"})


def event_mentions(
    doc: Doc, lexicon: Lexicon, typer: Typer | None = None, *, frames: bool = True
) -> tuple[EventMention, ...]:
    """Find the event mentions of an annotated Doc.

    Parameters
    ----------
    doc
        With parse, `doc._.mentions` (names, roles, pronouns, dates) and its context in `doc._.article`.
    lexicon
        What `load_lexicon` gave.
    typer
        The learned typer bound to the Doc's vocabulary; None leaves all to the frames.
    frames
        False leaves all to the typer, to measure what it does alone.

    Returns
    -------
    tuple of EventMention
        In the order of the text; every offset slices to the stored words.
    """
    return tuple(event for event, _ in coded(doc, lexicon, typer, frames=frames))


def frame_matches(view: View, sport: float) -> list[Match]:
    """What the frames find in a Doc, resolved, in the order of the text; `sport` is the share of words of sport."""
    verbal: list[Match] = []
    nominal: list[Match] = []
    for token in view.doc:
        if token.pos_ == "VERB" or (token.pos_ == "AUX" and token.lemma_ == "be"):
            match = best_verb_match(view, token)
            if match is not None:
                verbal.append(match)
        elif token.pos_ == "NOUN":
            match = best_noun_match(view, token)
            if match is not None:
                nominal.append(match)
    return [with_implied(view, match) for match in resolve(view, verbal, nominal) if is_event(view, match, sport)]


def coded(
    doc: Doc, lexicon: Lexicon, typer: Typer | None = None, *, frames: bool = True
) -> list[tuple[EventMention, list[float]]]:
    """The event mentions of a Doc, each with the factors of its confidence (see `event_mentions`)."""
    view = make_view(doc, lexicon)
    sport = topic_share(view.doc, lexicon, "sport")
    matches = frame_matches(view, sport) if frames else []
    verdicts = judge(view, typer, matches, quiet=sport > SPORT_SHARE)
    scene = make_scene(view, [verdict.match for verdict in verdicts], typer)
    business = topic_share(view.doc, lexicon, "market") > MARKET_SHARE
    events: list[EventMention] = []
    known: dict[tuple[int, int, str], list[float]] = {}
    weak: set[int] = set()
    for verdict in verdicts:
        standing = standing_of(view, verdict.match)
        event = record(scene, verdict, standing)
        if event is not None and not (business and is_private(event)):
            events.append(event)
            known[event.start, event.end, event.event_type] = factors(verdict, standing, event.arguments)
            if not standing.firm and event.status != "planned":
                weak.add(event.start)
    events.extend(ordinal_events(view, events, scene.dates))
    events.sort(key=lambda event: (event.start, event.end, event.event_type))
    nothing = [0.0] * len(FACTORS)
    return [
        (event, known.get((event.start, event.end, event.event_type), nothing))
        for event in with_days(view, inherit_status(tuple(events), weak))
    ]


def make_view(doc: Doc, lexicon: Lexicon) -> View:
    """Index the Doc's mentions by token; where two cover a token the shorter wins, of equals the first."""
    index: dict[int, Mention] = {}
    for mention in doc._.mentions:
        for token in range(mention.token_start, mention.token_end):
            old = index.get(token)
            if old is None or mention.token_end - mention.token_start < old.token_end - old.token_start:
                index[token] = mention
    facts = article_facts(doc._.mentions)
    sectors = {entity: fact.sector for entity, fact in facts.items() if fact.sector is not None}
    parse = parse_of(doc)
    return View(parse, doc, parse.text, lexicon, index, sectors)


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
    mentions: tuple[Mention, ...] = view.source._.mentions
    facts = article_facts(mentions)
    context = view.source._.article
    outer = frozenset(match.trigger.i for match in matches if match.frame.type in ACTS_ABOUT_EVENTS)
    return Scene(
        view,
        facts,
        date_index(mentions),
        frozenset(match.trigger.i for match in matches),
        outer,
        tuple(match for match in matches if match.frame.type == "CONSULT" and has_two_sides(view, match)),
        find_home(view.doc, mentions, origin_of(view.source), outer),
        identities(view, facts),
        context.published_at if context else None,
        context.genre if context else "news",
        article_contexts(view.doc),
        {},
        dateline_place(view.doc, mentions),
        typer.model.meta["confidence"] if typer is not None else None,
    )


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
    when = as_told(standing.status, dated(scene, match), scene.published, view.text)
    status = status_on(standing.status, when, scene.published)
    dateless = when is NEVER and status == "happened" and scene.published is not None
    if dateless and is_historical(no_later(scene, match), scene.published):
        status = "historical"
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


def told_around(scene: Scene, trigger: Token) -> frozenset[str]:
    """The contexts that a trigger's sentence tells, read once a sentence."""
    sentence = sentence_of(trigger)
    if sentence.start not in scene.told:
        scene.told[sentence.start] = told_contexts(sentence)
    return scene.told[sentence.start]


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
    place = (
        host_place(view, match)
        or place_argument(view, where, sentence_fallback=False)
        or place_of_victims(view, frame.type, match.recipients)
        or place_of_site(view, frame.type, where)
        or place_argument(view, where, outer=scene.outer)
        or place_of_dateline(view, match.trigger, frame.type, status, scene.dateline)
    )
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


def is_about(scene: Scene, verb: Token) -> bool:
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


def host_place(view: View, match: Match) -> EventArgument | None:
    """Where a visit is: the place visited."""
    if match.frame.mode != "visit":
        return None
    for token in match.recipients:
        mention = view.mentions.get(token.i)
        if mention is not None and mention.label in PLACE_LABELS and mention.form == "name":
            return place_record(mention, "dep")
    return None


@Language.factory("dateline_events", default_config={"lexicon": None})
def dateline_events(nlp: Language, name: str, lexicon: str | None) -> Callable[[Doc], Doc]:
    """Set `doc._.events`; `lexicon` is the path of the user's frames."""
    frames = load_lexicon(lexicon)
    model = load_model_file()
    typer = bind(model, nlp.vocab, frames) if model is not None else None

    def annotate(doc: Doc) -> Doc:
        doc._.events = event_mentions(doc, frames, typer)
        return doc

    return annotate


__all__ = ["dateline_events", "event_mentions"]
