"""Where words of violence tell none: games, trade, names, qualities, talk, and what disease and weather do."""

from __future__ import annotations

from tasks.annotate.event_match import Match
from tasks.annotate.event_syntax import children, sentence_of
from tasks.annotate.event_view import View
from tasks.annotate.parse import Token

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


def is_quality(noun: Token) -> bool:
    """Whether a noun of violence is one's ability: "the attack was too strong for them"."""
    if noun.dep_ != "nsubj" or noun.head.lemma_ != "be":
        return False
    return any(child.lower_ in ABILITIES for child in children(noun.head, "acomp"))


def can_strike(view: View, subject: Token) -> bool:
    """Whether somebody or something that causes deaths does so by force."""
    classes = view.lexicon.classes
    keys = view.keys(subject)
    return bool(keys & (FORCES | classes["weapon"] | classes["bomb"] | classes["violent_deed"]))


def is_part_of_name(view: View, token: Token) -> bool:
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


def is_misfortune(view: View, subject: Token) -> bool:
    """Whether a disease, the weather or an accident did it: a fire, not rocket fire."""
    return bool(view.keys(subject) & view.lexicon.classes["disease"]) and not is_armed(view, subject)


def is_armed(view: View, noun: Token) -> bool:
    """Whether a weapon stands before the noun: rocket fire, a bomb accident."""
    return any(view.keys(child) & view.lexicon.classes["instrument"] for child in noun.lefts)


def is_gunfire(token: Token) -> bool:
    """Whether the fire of a token's sentence comes from guns: "opened fire", "came under fire"."""
    fires = [item for item in sentence_of(token) if item.lemma_.lower() == "fire" and item.pos_ == "NOUN"]
    return all(item.head.lower_ == "under" or item.head.lemma_ in ("open", "return", "exchange") for item in fires)
