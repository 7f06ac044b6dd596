"""Who did what to whom: PLOVER events from frames over the parse and a learned coder (component `dateline_events`).

One pass over the tokens finds triggers through the lexicon's index; each frame that fits gives a match; the matches
of a sentence are then resolved against one another. Where an encoder has read the article (`doc._.reading`), one
decision is made of both; else the typer judges the matches and adds what no frame takes. What is left becomes
records with arguments, status, assertion, date and place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate.events import decision
from tasks.annotate.events.confidence import FACTORS, factors
from tasks.annotate.events.elsewhere.anaphora import inherit_status, ordinal_events
from tasks.annotate.events.elsewhere.days import with_days
from tasks.annotate.events.encoder.reading import ArticleReading
from tasks.annotate.events.frames.match import Match, best_noun_match, best_verb_match
from tasks.annotate.events.lexicon.load import Lexicon, load_lexicon
from tasks.annotate.events.record import record
from tasks.annotate.events.resolve.not_events import SPORT_SHARE, refused, topic_share
from tasks.annotate.events.resolve.overlaps import resolve
from tasks.annotate.events.scene import make_scene
from tasks.annotate.events.sides.implied import with_implied
from tasks.annotate.events.standing.status import Standing, standing_of
from tasks.annotate.events.typer.judge import Verdict, judge
from tasks.annotate.events.typer.model import Typer, bind, load_model_file
from tasks.annotate.events.view import View, make_view
from tasks.annotate.layers import EventMention

COMPONENT = "dateline_events"


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
    for token in view.parse:
        if token.pos_ == "VERB" or (token.pos_ == "AUX" and token.lemma_ == "be"):
            match = best_verb_match(view, token)
            if match is not None:
                verbal.append(match)
        elif token.pos_ == "NOUN":
            match = best_noun_match(view, token)
            if match is not None:
                nominal.append(match)
    return [
        with_implied(view, match) for match in resolve(view, verbal, nominal) if refused(view, match, sport) is None
    ]


def coded(
    doc: Doc, lexicon: Lexicon, typer: Typer | None = None, *, frames: bool = True
) -> list[tuple[EventMention, list[float]]]:
    """The event mentions of a Doc, each with the factors of its confidence (see `event_mentions`)."""
    view = make_view(doc, lexicon)
    sport = topic_share(view.parse, lexicon, "sport")
    matches = frame_matches(view, sport) if frames else []
    verdicts = verdicts_on(view, typer, matches, doc._.reading, sport=sport > SPORT_SHARE)
    scene = make_scene(view, [verdict.match for verdict in verdicts], typer)
    events: list[EventMention] = []
    known: dict[tuple[int, int, str], list[float]] = {}
    weak: set[int] = set()
    for verdict in verdicts:
        standing = standing_of(verdict.match)
        if isinstance(verdict, decision.Decided):
            standing = with_status(standing, verdict.status)
        event = record(scene, verdict, standing)
        if event is not None:
            events.append(event)
            if isinstance(verdict, Verdict):
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


def verdicts_on(
    view: View, typer: Typer | None, matches: Sequence[Match], reading: ArticleReading | None, *, sport: bool
) -> Sequence[Verdict | decision.Decided]:
    """Which events there are: in an article that was read by frames and encoder, else by frames and typer.

    Of a sentence or two frames and typer know more than an encoder of articles: it adds what they have no word of.
    """
    if reading is not None and decision.is_article(view):
        return decision.decide(view, reading, matches, sport=sport)
    known = judge(view, typer, matches, quiet=sport)
    if reading is None:
        return known
    taken = {word for verdict in known for word in decision.words_of(verdict.match)}
    added = [one for one in decision.decide(view, reading, (), sport=sport) if one.match.trigger.i not in taken]
    return sorted((*known, *added), key=lambda one: (one.match.trigger.i, one.match.frame.type))


def with_status(standing: Standing, status: str | None) -> Standing:
    """The standing with the status that the learned coder is sure of.

    It was taught no `cancelled`, and to call negated what somebody denies or what came to nothing: what rules say of
    those stands.
    """
    told_by_rules = standing.status == "cancelled" or (standing.firm and standing.status == "happened")
    if status is None or standing.assertion == "denied" or (status == "negated" and told_by_rules):
        return standing
    return replace(standing, status=status, firm=True)


@Language.factory(COMPONENT, default_config={"lexicon": None})
def dateline_events(nlp: Language, name: str, lexicon: str | None) -> Callable[[Doc], Doc]:
    """Set `doc._.events`; `lexicon` is the path of the user's frames."""
    frames = load_lexicon(lexicon)
    model = load_model_file()
    typer = bind(model, nlp.vocab, frames) if model is not None else None

    def annotate(doc: Doc) -> Doc:
        doc._.events = event_mentions(doc, frames, typer)
        # Of a long article it is as large as all else together.
        doc._.reading = None
        return doc

    return annotate


__all__ = ["dateline_events", "event_mentions"]
