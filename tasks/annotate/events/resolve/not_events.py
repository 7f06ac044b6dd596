"""Where words of violence report none: games, trade, names, qualities, talk, and what disease and weather do.

`NO_EVENT` are the rules; `refused` gives the name of the one that keeps a match from being an event.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tasks.annotate.events.frames.match import Match
from tasks.annotate.events.lexicon.load import Lexicon
from tasks.annotate.events.resolve.coreferent import CASUALTY
from tasks.annotate.events.view import MODIFIERS, View
from tasks.annotate.rules import Ladder, Rule
from tasks.annotate.syntax.clauses import children, sentence_of
from tasks.annotate.syntax.parse import Parse, Word
from tasks.reference.files import words

WORDS = words("resolve")
# Whose attack is no figure of speech.
ARMED_SECTORS = frozenset({"MIL", "REB", "UAF"})
FORCES = ARMED_SECTORS | {"COP", "CRM", "GOV", "SPY"} | WORDS["armed_person"]
TRADERS = WORDS["trader"] | {"BUS"}
# As many words of sport make a sentence one about a game.
SPORT_WORDS = 2
# An article about sport keeps only what happens to sportsmen as citizens (modes).
SPORT_SAFE = frozenset({"arrest", "allege", "convict", "investigate"})
CIVIC = frozenset({"GOV", "COP", "JUD", "LEG", "MIL", "SPY", "IGO", "OPP", "REB"})
SPORT_SHARE = 0.03
TOPIC_WORDS = 8


@dataclass(frozen=True, slots=True)
class Proposal:
    """A match that may be an event, in its Doc; `sport` is the share of the article's words that are of sport."""

    view: View
    match: Match
    sport: float

    @property
    def token(self) -> Word:
        """The match's trigger."""
        return self.match.trigger

    @property
    def nominal(self) -> bool:
        """Whether a noun reports it."""
        return self.match.frame.nominal

    @property
    def assault(self) -> bool:
        """Whether it would be violence."""
        return self.match.frame.type == "ASSAULT"

    @property
    def sides(self) -> tuple[Word, ...]:
        """Actors and recipients."""
        return (*self.match.actors, *self.match.recipients)


def refused(view: View, match: Match, sport: float) -> str | None:
    """Why a match is no event: the name of the rule that refuses it; None where it is one.

    Parameters
    ----------
    sport
        The share of the article's words that are of sport (`topic_share`).
    """
    decision = NO_EVENT.decide(Proposal(view, match, sport), at=match.trigger.idx)
    return decision.rule if decision is not None and decision.verdict else None


def topic_share(parse: Parse, lexicon: Lexicon, topic: str) -> float:
    """The share of an article's words in a topic's list; 0 where there are fewer than eight such words."""
    hits = sum(map(lexicon.words[topic].__contains__, parse.lemmas))
    return hits / len(parse) if hits >= TOPIC_WORDS and len(parse) else 0.0


def is_verbal_attack(case: Proposal) -> bool:
    """What is attacked is no body or thing: "an attack on overspending", "hit out at the plan"."""
    view, recipients = case.view, case.match.recipients
    if not case.assault or not recipients or case.token.lemma_.lower() not in WORDS["striking"]:
        return False
    if any(view.keys(item) & ARMED_SECTORS for item in case.match.actors):
        return False
    physical = view.lexicon.classes["physical"]
    return not any(view.is_actor(item) or view.keys(item) & physical for item in recipients)


def is_in_sport_report(case: Proposal) -> bool:
    """Everything in an article about sport, but what happens to sportsmen as citizens and what the state does."""
    return case.sport > SPORT_SHARE and case.match.frame.mode not in SPORT_SAFE and not is_civic(case)


def is_of_game(case: Proposal) -> bool:
    """A sentence of sport in another article: two words of sport, none of weapons or of the hurt."""
    if not case.assault or case.match.frame.mode in SPORT_SAFE:
        return False
    sentence, classes = sentence_of(case.token), case.view.lexicon.classes
    sport = case.view.lexicon.words["sport"]
    if sum(token.lemma_.lower() in sport for token in sentence if token.i != case.token.i) < SPORT_WORDS:
        return False
    return not sentence.lemmas & (classes["weapon"] | classes["bomb"] | WORDS["hurt"]) and not is_civic(case)


def is_civic(case: Proposal) -> bool:
    """Whether a side holds public office or power: in an article about sport that is no game."""
    for token in case.sides:
        mention = case.view.mentions.get(token.i)
        if mention is not None and (mention.sector or case.view.sectors.get(mention.entity_id or "")) in CIVIC:
            return True
    return False


def is_of_trade(case: Proposal) -> bool:
    """A fight of firms over goods: "a price battle between OPEC and other producers"."""
    fights = WORDS["fighting" if case.nominal else "contest"]
    if not case.assault or case.token.lemma_.lower() not in fights:
        return False
    keys = [case.view.keys(item) for item in case.sides]
    return any(found & TRADERS for found in keys) and not any(found & ARMED_SECTORS for found in keys)


def is_name_of_crime(case: Proposal) -> bool:
    """What criminals are helped with is no help: "assisting an offender" is a crime."""
    recipients = case.match.recipients
    return case.match.frame.type == "AID" and bool(recipients) and all("CRM" in case.view.keys(i) for i in recipients)


def is_part_of_name(case: Proposal) -> bool:
    """A word of an organisation's name: "Light Signatures", "Action Against Hunger"."""
    mention = case.view.mentions.get(case.token.i)
    if not case.nominal or mention is None or mention.form != "name" or mention.label not in ("ORG", "PERSON", "FAC"):
        return False
    return mention.token_end - mention.token_start > 1 and case.token.text[:1].isupper()


def is_other_sense(case: Proposal) -> bool:
    """A phrase that the lexicon lists as no deed: "heart attack", "price war"."""
    return case.nominal and bool(case.view.keys(case.token) & case.view.lexicon.classes["not_event"])


def is_modifier(case: Proposal) -> bool:
    """A noun that only describes another: "attack helicopters"."""
    return case.nominal and case.token.dep_ in ("compound", "nmod", "amod", "npadvmod")


def is_quality(case: Proposal) -> bool:
    """A noun of violence that is one's ability: "the attack was too strong for them"."""
    noun = case.token
    if not case.assault or not case.nominal or noun.dep_ != "nsubj" or noun.head.lemma_ != "be":
        return False
    return any(child.lower_ in WORDS["ability"] for child in children(noun.head, "acomp"))


def is_protest_in_general(case: Proposal) -> bool:
    """Protests without a word of which, by nobody, set off by nothing: they may be any."""
    return case.nominal and not case.sides and is_plain_protest(case.token) and not is_sparked(case.token)


def is_no_particular_deed(case: Proposal) -> bool:
    """A noun without sides that means no one deed: "attacks are wrong"."""
    noun = case.token
    return case.nominal and not case.sides and not is_plain_protest(noun) and not is_particular(case.view, noun)


def is_harmless_cause(case: Proposal) -> bool:
    """Something causes deaths otherwise than by force: "salmonella can cause death"."""
    if case.nominal or not case.assault or case.token.lemma_ != "cause":
        return False
    return not any(can_strike(case.view, item) for item in case.match.actors)


def is_casualty_of_accident(case: Proposal) -> bool:
    """Whether people came to harm in a sentence about disease or an accident, by nobody who is named."""
    if case.nominal or not case.assault or case.match.actors or case.token.lemma_ not in CASUALTY:
        return False
    classes = case.view.lexicon.classes
    causes = sentence_of(case.token).lemmas & (classes["disease"] | classes["accident"])
    return bool(causes) and not (causes == {"fire"} and is_gunfire(case.token))


def is_violent_all_the_same(case: Proposal) -> bool:
    """A weapon, an attack or a second report of the deed in the sentence: it was no accident after all."""
    if not is_casualty_of_accident(case):
        return False
    view, classes = case.view, case.view.lexicon.classes
    weapons = classes["weapon"] | classes["bomb"]
    armed = any(is_armed(view, item) or view.keys(item) & weapons for item in children(case.token, "nsubj"))
    return armed or bool(case.match.joined) or bool(sentence_of(case.token).lemmas & classes["violent_deed"])


def is_done_to_oneself(case: Proposal) -> bool:
    """Nobody else suffers it: "before killing himself"."""
    recipients = case.match.recipients
    if case.nominal or not case.assault or not recipients:
        return False
    return all(item.lower_ in WORDS["reflexive"] for item in recipients)


def is_of_misfortune(case: Proposal) -> bool:
    """A disease, the weather or an accident did it."""
    return not case.nominal and any(is_misfortune(case.view, item) for item in children(case.token, "nsubj"))


def is_of_nobody(case: Proposal) -> bool:
    """A verb without anybody or anything that its frame asks for."""
    return not case.nominal and not case.sides and not case.match.themes


def can_strike(view: View, subject: Word) -> bool:
    """Whether somebody or something that causes deaths does so by force."""
    classes = view.lexicon.classes
    keys = view.keys(subject)
    return bool(keys & (FORCES | classes["weapon"] | classes["bomb"] | classes["violent_deed"]))


def is_misfortune(view: View, subject: Word) -> bool:
    """Whether a disease, the weather or an accident did it: a fire, not rocket fire."""
    return bool(view.keys(subject) & view.lexicon.classes["disease"]) and not is_armed(view, subject)


def is_armed(view: View, noun: Word) -> bool:
    """Whether a weapon stands before the noun: rocket fire, a bomb accident."""
    return any(view.keys(child) & view.lexicon.classes["instrument"] for child in noun.lefts)


def is_gunfire(token: Word) -> bool:
    """Whether the fire of a token's sentence comes from guns: "opened fire", "came under fire"."""
    fires = [item for item in sentence_of(token) if item.lemma_.lower() == "fire" and item.pos_ == "NOUN"]
    return all(item.head.lower_ == "under" or item.head.lemma_ in ("open", "return", "exchange") for item in fires)


def is_plain_protest(noun: Word) -> bool:
    """Whether a noun speaks of protests without a word of which: they may be any."""
    return noun.lemma_.lower() in ("protest", "demonstration") and not children(noun, *MODIFIERS)


def is_sparked(noun: Word) -> bool:
    """Whether a noun is said to have been set off: "a decree that prompted protests", "sparking riots"."""
    caused = noun.dep_ == "dobj" and noun.head.lemma_.lower() in WORDS["sparking"]
    return caused and noun.head.tag_ in ("VBD", "VBN", "VBG")


def is_particular(view: View, noun: Word) -> bool:
    """Whether a deed noun without names means one deed: "the attack", "a shooting in Lyon", not "attacks are wrong"."""
    if any(child.dep_ in ("det", "poss", "nummod") and child.lower_ not in ("any", "no") for child in noun.lefts):
        return True
    if any(child.ent_type_ in ("DATE", "GPE") for child in noun.subtree if child.i != noun.i):
        return True
    return noun.tag_ == "NNS" and noun.dep_ in ("nsubj", "nsubjpass", "dobj") and noun.head.tag_ in ("VBD", "VBN")


def refuse(name: str, holds: Callable[[Proposal], bool], example: str) -> Rule[Proposal, str]:
    """Make a rule that refuses a match; its verdict is the event type that comes to nothing."""
    return Rule(name, lambda case: case.match.frame.type if holds(case) else None, example)


def keep(name: str, holds: Callable[[Proposal], bool], example: str) -> Rule[Proposal, str]:
    """Make a rule that keeps a match from the rules below it; its verdict is empty."""
    return Rule(name, lambda case: "" if holds(case) else None, example)


# The verdict is the event type that is refused, empty where the match is an event whatever the rules below say.
NO_EVENT: Ladder[Proposal, str] = Ladder(
    "no event",
    "Which matches of a frame are no event",
    (
        refuse("an attack in words", is_verbal_attack, "The senator's attack on waste drew praise."),
        refuse(
            "an article about sport",
            is_in_sport_report,
            "The team voted for the coach. The striker scored a goal and the goalkeeper saved a penalty. "
            "The team won the league title and the championship cup at the stadium, and the fans praised the players.",
        ),
        refuse("a sentence about a game", is_of_game, "Rovers launched attacks, but the goalkeeper saved a penalty."),
        refuse("a fight of firms over goods", is_of_trade, "OPEC fought a battle with rival producers over prices."),
        refuse("the name of a crime", is_name_of_crime, "He was charged with assisting a criminal."),
        refuse("part of a name", is_part_of_name, "The king's Denunciation of Traitors campaign went on."),
        refuse("a phrase with another sense", is_other_sense, "The minister died of a heart attack."),
        refuse("a noun that describes another", is_modifier, "Russia bought attack helicopters."),
        refuse("an ability", is_quality, "Their attack was too strong for the visitors."),
        refuse("protests in general", is_protest_in_general, "Protests are common there."),
        refuse("no particular deed", is_no_particular_deed, "Shootings are rare there."),
        refuse("a cause that is no force", is_harmless_cause, "Salmonella can cause deaths among children."),
        keep(
            "deaths by violence beside an accident",
            is_violent_all_the_same,
            "Ten people were killed in a fire after an attack on the station.",
        ),
        refuse("deaths in an accident or by disease", is_casualty_of_accident, "Ten people were killed in a crash."),
        refuse("a deed to oneself", is_done_to_oneself, "The gunman shot himself."),
        refuse("a misfortune", is_of_misfortune, "A fire at the embassy remains under investigation."),
        refuse("nobody and nothing in it", is_of_nobody, "The cost of protesting is high."),
    ),
)
