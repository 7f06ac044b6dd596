"""Where words of violence tell none: games, trade, names, qualities, talk, and what disease and weather do."""

from __future__ import annotations

from tasks.annotate.events.frames.match import Match
from tasks.annotate.events.lexicon.load import Lexicon
from tasks.annotate.events.resolve.told_twice import CASUALTY
from tasks.annotate.events.view import MODIFIERS, View
from tasks.annotate.syntax.clauses import children, sentence_of
from tasks.annotate.syntax.parse import Parse, Word

# Words of violence that are as often meant of words.
STRIKING = frozenset({"attack", "assault", "onslaught", "hit", "target", "offensive", "broadside", "raid"})
# Whose attack is no figure of speech.
ARMED_SECTORS = frozenset({"MIL", "REB", "UAF"})
FORCES = ARMED_SECTORS | {"COP", "CRM", "GOV", "SPY", "insurgent", "attacker", "gunman", "militant"}
# As many words of sport make a sentence one about a game.
SPORT_WORDS = 2
HURT = frozenset({"kill", "die", "dead", "wound", "police", "arrest", "injured", "hospital", "gunman", "murder"})
# Words of fighting that are as often meant of trade, and those who trade.
FIGURES = frozenset({"battle", "fight", "clash", "war", "combat", "skirmish", "attack", "offensive"})
ABILITIES = frozenset({"strong", "weak", "good", "quick", "fast", "potent", "sharp", "blunt", "toothless"})
CONTESTS = frozenset({"battle", "fight", "clash"})
TRADERS = frozenset({"BUS", "producer", "supplier", "retailer", "shareholder", "investor", "rival", "opec"})

# An article about sport keeps only what happens to sportsmen as citizens.
SPORT_SAFE = frozenset({"arrest", "allege", "convict", "investigate"})
CIVIC = frozenset({"GOV", "COP", "JUD", "LEG", "MIL", "SPY", "IGO", "OPP", "REB"})
SPORT_SHARE = 0.03
TOPIC_WORDS = 8
REFLEXIVE = frozenset({"himself", "herself", "itself", "themselves", "yourself", "myself", "ourselves"})
SPARKING = frozenset({"prompt", "spark", "trigger", "provoke", "ignite", "unleash", "fuel"})


def is_of_game(view: View, match: Match) -> bool:
    """Whether a sentence of sport in another article tells it: two words of sport, none of weapons or of the hurt."""
    sentence = sentence_of(match.trigger)
    words = view.lexicon.words["sport"]
    if sum(token.lemma_.lower() in words for token in sentence if token.i != match.trigger.i) < SPORT_WORDS:
        return False
    classes = view.lexicon.classes
    return not sentence.lemmas & (classes["weapon"] | classes["bomb"] | HURT)


def is_told_of_trade(view: View, match: Match) -> bool:
    """Whether a fight is one of firms over goods: "a price battle between OPEC and other producers"."""
    sides = (*match.actors, *match.recipients)
    if match.trigger.lemma_.lower() not in (FIGURES if match.frame.nominal else CONTESTS):
        return False
    traders = [item for item in sides if view.keys(item) & TRADERS]
    return bool(traders) and not any(view.keys(item) & ARMED_SECTORS for item in sides)


def is_quality(noun: Word) -> bool:
    """Whether a noun of violence is one's ability: "the attack was too strong for them"."""
    if noun.dep_ != "nsubj" or noun.head.lemma_ != "be":
        return False
    return any(child.lower_ in ABILITIES for child in children(noun.head, "acomp"))


def can_strike(view: View, subject: Word) -> bool:
    """Whether somebody or something that causes deaths does so by force."""
    classes = view.lexicon.classes
    keys = view.keys(subject)
    return bool(keys & (FORCES | classes["weapon"] | classes["bomb"] | classes["violent_deed"]))


def is_part_of_name(view: View, token: Word) -> bool:
    """Whether a noun is a word of an organisation's name: "Light Signatures", "Action Against Hunger"."""
    mention = view.mentions.get(token.i)
    return (
        mention is not None
        and mention.form == "name"
        and mention.label in ("ORG", "PERSON", "FAC")
        and mention.token_end - mention.token_start > 1
        and token.text[:1].isupper()
    )


def is_verbal_attack(view: View, match: Match) -> bool:
    """Whether what is attacked is no body or thing: "an attack on overspending", "hit out at the plan"."""
    if not match.recipients or match.trigger.lemma_.lower() not in STRIKING:
        return False
    if any(view.keys(item) & ARMED_SECTORS for item in match.actors):
        return False
    physical = view.lexicon.classes["physical"]
    return not any(view.is_actor(item) or view.keys(item) & physical for item in match.recipients)


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


def topic_share(parse: Parse, lexicon: Lexicon, topic: str) -> float:
    """The share of an article's words in a topic's list; 0 where there are fewer than eight such words."""
    hits = sum(map(lexicon.words[topic].__contains__, parse.lemmas))
    return hits / len(parse) if hits >= TOPIC_WORDS and len(parse) else 0.0


def is_event(view: View, match: Match, sport: float) -> bool:
    """Whether a match tells an event at all: no sport, no metaphor, no definition, somebody or some deed in it."""
    frame = match.frame
    if match.trigger.dep_ == "prep":
        # "barring surprises", "according to": participles that have become prepositions.
        return False
    if frame.type == "ASSAULT" and is_verbal_attack(view, match):
        return False
    game = sport > SPORT_SHARE or (frame.type == "ASSAULT" and is_of_game(view, match))
    if game and frame.mode not in SPORT_SAFE and not is_civic(view, match):
        return False
    token = match.trigger
    if frame.type == "ASSAULT" and is_told_of_trade(view, match):
        return False
    if frame.type == "AID" and match.recipients and all("CRM" in view.keys(item) for item in match.recipients):
        # "Assisting an offender" is a crime's name.
        return False
    if frame.nominal:
        if is_part_of_name(view, token):
            return False
        if view.keys(token) & view.lexicon.classes["not_event"]:
            return False
        if token.dep_ in ("compound", "nmod", "amod", "npadvmod"):
            return False
        if frame.type == "ASSAULT" and is_quality(token):
            return False
        if not match.actors and not match.recipients:
            return frame.bare and (is_sparked(token) if is_plain_protest(token) else is_particular(view, token))
        return True
    if frame.type == "ASSAULT" and token.lemma_ == "cause" and not any(can_strike(view, item) for item in match.actors):
        # "Salmonella can cause death"
        return False
    if frame.type == "ASSAULT" and not match.actors:
        classes = view.lexicon.classes
        sentence = sentence_of(token).lemmas
        told = sentence & (classes["disease"] | classes["accident"])
        if token.lemma_ in CASUALTY and told and not (told == {"fire"} and is_gunfire(token)):
            weapons = classes["weapon"] | classes["bomb"]
            subjects = children(token, "nsubj")
            armed = any(is_armed(view, item) or bool(view.keys(item) & weapons) for item in subjects)
            return armed or bool(match.joined) or bool(sentence & classes["violent_deed"])
    if frame.type == "ASSAULT" and match.recipients and all(item.lower_ in REFLEXIVE for item in match.recipients):
        # "Before killing himself"
        return False
    if any(is_misfortune(view, item) for item in token.children if item.dep_ == "nsubj"):
        return False
    return bool(match.actors or match.recipients or match.themes)


def is_plain_protest(noun: Word) -> bool:
    """Whether a noun speaks of protests without a word of which: they may be any."""
    return noun.lemma_.lower() in ("protest", "demonstration") and not children(noun, *MODIFIERS)


def is_sparked(noun: Word) -> bool:
    """Whether a noun is told to have been set off: "a decree that prompted protests", "sparking riots"."""
    return noun.dep_ == "dobj" and noun.head.lemma_.lower() in SPARKING and noun.head.tag_ in ("VBD", "VBN", "VBG")


def is_civic(view: View, match: Match) -> bool:
    """Whether a side holds public office or power: in an article about sport that is no game."""
    for token in (*match.actors, *match.recipients):
        mention = view.mentions.get(token.i)
        if mention is not None and (mention.sector or view.sectors.get(mention.entity_id or "")) in CIVIC:
            return True
    return False


def is_particular(view: View, noun: Word) -> bool:
    """Whether a deed noun without names means one deed: "the attack", "a shooting in Lyon", not "attacks are wrong"."""
    if any(child.dep_ in ("det", "poss", "nummod") and child.lower_ not in ("any", "no") for child in noun.lefts):
        return True
    if any(child.ent_type_ in ("DATE", "GPE") for child in noun.subtree if child.i != noun.i):
        return True
    return noun.tag_ == "NNS" and noun.dep_ in ("nsubj", "nsubjpass", "dobj") and noun.head.tag_ in ("VBD", "VBN")
