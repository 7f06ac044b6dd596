"""Where an event happened: the place hung on its trigger or on what carries it, else the sentence's only one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tasks.annotate.events.frames.match import Match
from tasks.annotate.events.view import MODIFIERS, View, is_city
from tasks.annotate.layers import EventArgument, Mention
from tasks.annotate.places.component import PLACE_LABELS
from tasks.annotate.rules import Ladder, Rule
from tasks.annotate.syntax.clauses import MAX_CLIMB, prepositions, sentence_of
from tasks.annotate.syntax.parse import Parse, Stretch, Word
from tasks.annotate.syntax.word_lists import word_list
from tasks.reference.files import words

_WORDS = words("cells")
PLACE_PREPOSITIONS = word_list("place_prepositions")
DENYING = word_list("deny")
SITES, SETTLEMENTS, SENTENCE_PLACES = _WORDS["sites"], _WORDS["settlements"], _WORDS["sentence_places"]
# Deeds that are done on the spot: reporters go where they happen.
ON_THE_SPOT = frozenset({"ASSAULT", "PROTEST", "COERCE", "MOBILIZE"})
# How many sites may be named one in another.
SITE_DEPTH = 3


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A preposition and its noun on a word of an event."""

    view: View
    anchor: Word
    preposition: str
    noun: Word

    @property
    def place(self) -> Mention | None:
        """The place that it names."""
        mention = self.view.mentions.get(self.noun.i)
        return mention if mention is not None and mention.label in PLACE_LABELS else None


def _is_move(phrase: _Phrase) -> bool:
    moves = phrase.preposition in ("from", "to", "into") and phrase.anchor.pos_ == "VERB"
    return moves and phrase.place is not None and phrase.anchor.lemma_ not in ("visit", "travel")


def _place_of_inner(phrase: _Phrase) -> Mention | None:
    mention = phrase.view.mentions.get(phrase.noun.i)
    if mention is not None and mention.form != "nominal":
        return None
    for word, deeper in prepositions(phrase.noun):
        below = phrase.view.mentions.get(deeper.i)
        if word in ("in", "of", "near", "at") and below is not None and below.label in PLACE_LABELS:
            return below
    return None


PLACE_IN_PHRASE: Ladder[_Phrase, Mention | Literal[False]] = Ladder(
    "place in a phrase",
    "Which place a prepositional phrase on an event gives it",
    (
        Rule(
            "a preposition that is no place's",
            lambda phrase: False if phrase.preposition not in PLACE_PREPOSITIONS else None,
            "Kenya signed an accord with Uganda on Monday.",
        ),
        Rule(
            "where a move comes from or goes to",
            lambda phrase: False if _is_move(phrase) else None,
            "Kenya withdrew its troops from Mogadishu on Monday.",
        ),
        Rule("the place it names", lambda phrase: phrase.place, "Gunmen were arrested in Kano on Monday."),
        Rule(
            "the place of what it names",
            _place_of_inner,
            "Gunmen were arrested at a market in Kano on Monday.",
        ),
    ),
)


def place_on_words(view: View, anchors: Sequence[Word]) -> EventArgument | None:
    """Where it happened by what hangs on the trigger or what carries it: "the Hanoi talks", "talks in Hanoi"."""
    for anchor in anchors:
        for child in anchor.lefts:
            venue = view.mentions.get(child.i) if child.dep_ in MODIFIERS else None
            if venue is not None and is_city(venue):
                return place_record(venue, "dep")
        for word, noun in prepositions(anchor):
            decision = PLACE_IN_PHRASE.decide(_Phrase(view, anchor, word, noun), at=noun.idx)
            if decision is not None and decision.verdict:
                return place_record(decision.verdict, "dep")
    return None


def place_of_sentence(view: View, deed: Word, outer: frozenset[int]) -> EventArgument | None:
    """The only place of the sentence that hangs on a verb: "its role in Syria" is not where the news happened."""
    found: dict[int, Mention] = {}
    for token in sentence_of(deed):
        mention = view.mentions.get(token.i)
        if mention is None or mention.label not in PLACE_LABELS or token.dep_ != "pobj":
            continue
        verb = token.head.head
        verbal = verb.pos_ in ("VERB", "AUX") and not is_place_of_act(verb, deed, outer)
        if verbal and token.head.lower_ in SENTENCE_PLACES:
            found[mention.start] = mention
    return place_record(next(iter(found.values())), "sentence") if len(found) == 1 else None


def is_place_of_act(verb: Word, deed: Word, outer: frozenset[int]) -> bool:
    """Whether a verb is an act about the deed below it: "In Geneva the envoy accused them of executing civilians"."""
    if verb == deed or (verb.i not in outer and verb.lemma_.lower() not in DENYING):
        return False
    current = deed
    for _ in range(MAX_CLIMB):
        if current.head == verb:
            # What goes on at the same time, or by the same people, is told beside it.
            return current.dep_ not in ("conj", "advcl", "nsubj", "nsubjpass", "agent")
        if current.head == current:
            return False
        current = current.head
    return False


def place_record(mention: Mention, method: str) -> EventArgument:
    """The argument record of a place."""
    return EventArgument(
        "place",
        mention.start,
        mention.end,
        mention.entity_id,
        mention.country,
        mention.country_method,
        method=method,
    )


def dateline_place(parse: Parse, mentions: Sequence[Mention]) -> Mention | None:
    """The place that the article's dateline names."""
    spans = [(section.start, section.end) for section in parse.sections if section.kind == "dateline"]
    for mention in mentions:
        named = mention.label in PLACE_LABELS and mention.form == "name" and mention.entity_id is not None
        if named and any(start <= mention.start and mention.end <= end for start, end in spans):
            return mention
    return None


def place_of_victims(view: View, event_type: str, victims: Sequence[Word]) -> EventArgument | None:
    """Where those are whom a deed on the spot hits: "killed five people in Mogadishu"."""
    if event_type not in ON_THE_SPOT:
        return None
    for victim in victims:
        for word, noun in prepositions(victim):
            mention = view.mentions.get(noun.i)
            if word in ("in", "at", "near", "outside") and mention is not None and mention.label in PLACE_LABELS:
                return place_record(mention, "dep")
    return None


def place_of_site(view: View, event_type: str, carriers: Sequence[Word]) -> EventArgument | None:
    """Where the site of a deed is: "exploded at a market in the city of Kano", "the bombing of a school in Kano"."""
    if event_type not in ON_THE_SPOT:
        return None
    for carrier in carriers:
        wanted = SITES | {"of", "on", "against"} if carrier.pos_ == "NOUN" else SITES
        named = next(_places_of_sites(view, [noun for word, noun in prepositions(carrier) if word in wanted]), None)
        if named is not None:
            return place_record(named, "dep")
    return None


def _places_of_sites(view: View, nouns: list[Word]) -> Iterator[Mention]:
    """The places that some sites are called by or stand in, the nearest first."""
    queue = [(noun, 0) for noun in nouns]
    while queue:
        noun, depth = queue.pop(0)
        mention = view.mentions.get(noun.i)
        if mention is not None and mention.label in ("GPE", "LOC") and mention.form == "name":
            yield mention
        if depth < SITE_DEPTH and (mention is None or mention.label in PLACE_LABELS):
            inner = SITES | {"of"} if noun.lemma_.lower() in SETTLEMENTS else SITES
            queue.extend((deeper, depth + 1) for word, deeper in prepositions(noun) if word in inner)


def place_of_dateline(
    view: View, trigger: Word, event_type: str, status: str, dateline: Mention | None
) -> EventArgument | None:
    """The dateline's place for a deed in the first sentence behind it, where that names no place itself.

    The method is `dateline`: it says where the reporter was, so merging lets any place that is named stand before it.
    """
    if dateline is None or event_type not in ON_THE_SPOT or status not in ("happened", "ongoing"):
        return None
    sentence = sentence_of(trigger)
    if not _opens_article(view, sentence, dateline):
        return None
    mentions = (view.mentions.get(token.i) for token in sentence)
    named = any(item is not None and item.label in PLACE_LABELS and item.form == "name" for item in mentions)
    return None if named else place_record(dateline, "dateline")


def _opens_article(view: View, sentence: Stretch, dateline: Mention) -> bool:
    """Whether a sentence is the first of the first paragraph behind the dateline."""
    behind = next((s for s in view.parse.sections if s.kind == "paragraph" and s.start >= dateline.end), None)
    if behind is None or not behind.start <= sentence.start_char < behind.end:
        return False
    first = view.parse[sentence.start].idx <= behind.start
    return first or not view.text[behind.start : sentence.start_char].strip()


def host_place(view: View, match: Match) -> EventArgument | None:
    """Where a visit is: the place visited."""
    if match.frame.mode != "visit":
        return None
    for token in match.recipients:
        mention = view.mentions.get(token.i)
        if mention is not None and mention.label in PLACE_LABELS and mention.form == "name":
            return place_record(mention, "dep")
    return None


@dataclass(frozen=True, slots=True)
class Setting:
    """What the place of an event is looked for by: its match, the words that carry it, what else its article says.

    `carriers` leave out acts about other events, whose triggers are `outer`: where they are done the inner ones are
    not.
    """

    view: View
    match: Match
    carriers: tuple[Word, ...]
    outer: frozenset[int]
    status: str
    dateline: Mention | None

    @property
    def event_type(self) -> str:
        """The PLOVER type of its frame."""
        return self.match.frame.type


def _only_place(at: Setting) -> EventArgument | None:
    return place_of_sentence(at.view, at.carriers[0], at.outer) if at.carriers else None


PLACE: Ladder[Setting, EventArgument] = Ladder(
    "place",
    "Where an event happened, and from which words that is known",
    (
        Rule("the place visited", lambda at: host_place(at.view, at.match), "Xi visited Kenya on Monday."),
        Rule(
            "on its own words",
            lambda at: place_on_words(at.view, at.carriers),
            "Gunmen were arrested in Kano on Monday.",
        ),
        Rule(
            "where its victims are",
            lambda at: place_of_victims(at.view, at.event_type, at.match.recipients),
            "A car bomb killed five people in Mogadishu.",
        ),
        Rule(
            "where its site is",
            lambda at: place_of_site(at.view, at.event_type, at.carriers),
            "A bomb exploded at a market in the city of Kano on Monday.",
        ),
        Rule("the only place of its sentence", _only_place, "In Kano, officials said that gunmen had killed a guard."),
        Rule(
            "the dateline's",
            lambda at: place_of_dateline(at.view, at.match.trigger, at.event_type, at.status, at.dateline),
            "LAGOS, March 3 (Reuters) - Police arrested ten people on Sunday.",
        ),
    ),
)


def place_argument(at: Setting) -> EventArgument | None:
    """Where an event happened; None where nothing says so."""
    decision = PLACE.decide(at, at=at.match.trigger.idx)
    return decision.verdict if decision is not None else None
