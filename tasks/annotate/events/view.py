"""A Doc as the event coder sees it: mentions by token, what a word may be called, who can act, whose deed a noun is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from spacy.tokens import Doc

from tasks.annotate.events.lexicon.frame import Filter
from tasks.annotate.events.lexicon.load import Lexicon
from tasks.annotate.layers import Mention
from tasks.annotate.syntax.clauses import MAX_CLIMB, children, conjuncts, prepositions
from tasks.annotate.syntax.parse import Parse, Stretch, Word, parse_of
from tasks.annotate.syntax.word_lists import word_list
from tasks.reference.gazetteer import load_gazetteer

ACTOR_LABELS = frozenset({"PERSON", "ORG", "GPE", "NORP", "ROLE", "LOC", "FAC"})
PERSONAL = word_list("personal")
CONTAINERS = word_list("containers")
STAGES = word_list("stages")
MODIFIERS = ("amod", "compound", "nmod")
NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "DET", "ADJ"})
OWNER_LABELS = frozenset({"PERSON", "ORG", "GPE", "NORP"})

LOCATIVE = frozenset({"in", "at", "near", "outside", "inside", "around", "through", "across"})
DEMANDING = frozenset({"demand", "seek", "want"})


@dataclass(slots=True)
class View:
    """A Doc as the matcher sees it: its mentions by token, the sectors of its entities.

    What a word may be called and whether it names an actor is worked out once (`cache`, `actors`).

    `parse` holds its words, `doc` is spaCy's.
    """

    parse: Parse
    doc: Doc
    text: str
    lexicon: Lexicon
    mentions: dict[int, Mention]
    sectors: dict[str, str]
    cache: dict[int, frozenset[str]] = field(default_factory=dict)
    actors: dict[int, bool] = field(default_factory=dict)

    def span_at(self, start: int, end: int) -> Stretch | None:
        """The words that the characters `start` to `end` touch; None where there are none."""
        found = self.doc.char_span(start, end, alignment_mode="expand")
        return self.parse.span(found.start, found.end) if found is not None else None

    def keys(self, token: Word) -> frozenset[str]:
        """What a word may be called in a filter: itself, with its modifier, with its of-phrase, its sector's code."""
        found = self.cache.get(token.i)
        if found is None:
            found = self.cache[token.i] = frozenset(key for word in consists_of(token) for key in self._keys(word))
        return found

    def _keys(self, token: Word) -> Iterator[str]:
        lemma, lower = token.lemma_.lower(), token.lower_
        yield lemma
        if is_aged(token):
            yield "person"
        yield lower
        if token.pos_ == "PROPN" and token.is_sent_start and lower.endswith("s"):
            # "Arsonists burned …": a plural at the head of a sentence is often taken for a name, which has no lemma.
            yield lower[:-1]
        if token.pos_ in NOMINAL:
            yield from keys_with_modifiers(token)
            yield from keys_with_complement(token)
        yield from self._codes(token)

    def _codes(self, token: Word) -> Iterator[str]:
        """The sector of whom a word names; MONEY of a sum."""
        mention = self.mentions.get(token.i)
        if mention is not None:
            sector = mention.sector or self.sectors.get(mention.entity_id or "")
            if sector:
                yield sector
            elif mention.label in ("GPE", "NORP") or mention.kind == "place":
                yield "GOV"
        if token.ent_type_ == "MONEY":
            yield "MONEY"
        elif mention is None and token.pos_ == "PRON" and token.lower_ in PERSONAL:
            yield "GOV"

    def is_actor(self, token: Word) -> bool:
        """Whether the word names somebody able to act or to be acted on."""
        found = self.actors.get(token.i)
        if found is None:
            found = self.actors[token.i] = self._is_actor(token)
        return found

    def _is_actor(self, token: Word) -> bool:
        if is_aged(token):
            return True
        mention = self.mentions.get(token.i)
        if mention is not None and mention.label in ("DATE", "TIME"):
            return False
        if mention is not None and mention.label in ACTOR_LABELS:
            return True
        if token.pos_ == "PRON":
            return token.lower_ in PERSONAL or token.lemma_.lower() in self.lexicon.classes["UNK"]
        if token.ent_type_ in ("DATE", "TIME", "MONEY", "PERCENT", "QUANTITY"):
            return False
        if self.keys(token) & self.lexicon.classes["actor"]:
            return not self.keys(token) & self.lexicon.classes["not_actor"]
        if token.pos_ == "NUM":
            return token.dep_ in ("nsubjpass", "nsubj", "dobj", "pobj")
        return token.pos_ == "PROPN" and mention is None and token.ent_type_ in ("", "PERSON", "ORG", "GPE", "NORP")

    def is_time(self, token: Word) -> bool:
        """Whether the word tells when, or at what stage: it is no side of an event."""
        mention = self.mentions.get(token.i)
        if mention is not None:
            return mention.label in ("DATE", "TIME") and not is_aged(token)
        return token.ent_type_ in ("DATE", "TIME", "PERCENT", "ORDINAL") or token.lemma_.lower() in STAGES

    def fits(self, token: Word, wanted: Filter) -> bool:
        """Whether a word may stand in a place."""
        if wanted.strict and not self.is_actor(token):
            return False
        if not (wanted.include or wanted.exclude):
            return True
        keys = self.keys(token)
        return (not wanted.include or bool(keys & wanted.include)) and not keys & wanted.exclude


def consists_of(token: Word) -> list[Word]:
    """A word and what it consists of: "some of its troops", "a shipment of vaccines" are called what is in them."""
    found, level = [token], [token]
    for _ in range(MAX_CLIMB):
        level = [
            noun
            for outer in level
            if outer.pos_ in NOMINAL and (outer.lower_ in CONTAINERS or outer.lemma_.lower() in CONTAINERS)
            for word, noun in prepositions(outer)
            if word == "of" and noun.i > outer.i
        ]
        found.extend(level)
        if not level:
            break
    return found


def keys_with_modifiers(noun: Word) -> Iterator[str]:
    """A noun with what stands before it: `police_officer`, `state_s_attorney`."""
    lemma, lower = noun.lemma_.lower(), noun.lower_
    before = [child for child in noun.lefts if child.dep_ in MODIFIERS or child.dep_ == "poss"]
    for child in before:
        yield f"{child.lower_}_{lemma}"
        yield f"{child.lemma_.lower()}_{lemma}"
        yield f"{child.lower_}_{lower}"
    if len(before) > 1:
        yield f"{before[-2].lower_}_{before[-1].lower_}_{lemma}"


def keys_with_complement(noun: Word) -> Iterator[str]:
    """A noun with its of-phrase: `member_of_parliament`."""
    for child in noun.rights:
        if child.dep_ != "prep" or child.lower_ != "of":
            continue
        for inner in children(child, "pobj"):
            for item in conjuncts(inner):
                yield f"{noun.lemma_.lower()}_of_{item.lemma_.lower()}"
                yield f"{noun.lower_}_of_{item.lower_}"


def is_aged(token: Word) -> bool:
    """Whether a word is somebody told by his age alone: "a 19-year-old"."""
    aged = token.lower_ in ("old", "olds") and token.dep_ not in MODIFIERS and token.dep_ != "acomp"
    return aged and any(child.lower_ in ("year", "month") for child in token.lefts)


def content(noun: Word) -> Word:
    """What a container holds: the raids of "a series of raids"; other nouns are themselves."""
    if noun.lower_ in CONTAINERS or noun.lemma_ in CONTAINERS:
        for child in noun.rights:
            if child.dep_ == "prep" and child.lower_ == "of":
                for inner in children(child, "pobj"):
                    return inner
    return noun


def owners(view: View, noun: Word) -> tuple[Word, ...]:
    """Whose deed a noun is by what stands before it: "Iran's attack", "a Russian raid", "the Putin-Kim summit"."""
    found: list[Word] = []
    for child in noun.lefts:
        if child.dep_ == "poss" and (view.is_actor(child) or child.tag_ == "PRP$"):
            found.extend(item for item in conjuncts(child))
        elif child.dep_ in MODIFIERS:
            below = [sub for sub in child.subtree if sub.i != child.i]
            found.extend(item for item in (child, *below) if is_owner(view, item, child))
    unique = {(view.mentions[item.i].start if item.i in view.mentions else item.idx): item for item in found}
    return tuple(sorted(unique.values(), key=lambda item: item.i))


def is_owner(view: View, word: Word, modifier: Word) -> bool:
    """Whether a word of a noun's modifier names the owner: the last of a name, no city, or a noun with a sector."""
    mention = view.mentions.get(word.i)
    if mention is not None and mention.label in OWNER_LABELS and mention.form == "name":
        return not is_city(mention) and (word.i == mention.token_end - 1 or word.i == modifier.i)
    return word.i == modifier.i and word.pos_ == "NOUN" and word.lemma_ in view.lexicon.sectors


def is_city(mention: Mention) -> bool:
    """Whether the mention is a place below a country: before a noun it is where, "the Hanoi summit", not who."""
    if mention.label != "GPE" or mention.entity_id is None or not mention.entity_id.startswith("gn:"):
        return False
    place = load_gazetteer().by_id(mention.entity_id)
    return place is not None and place.place_type != "country"


def noun_actors(view: View, noun: Word) -> tuple[Word, ...]:
    """Who did the deed that a noun names: its owner, or the noun after "by"."""
    found = owners(view, noun)
    if found:
        return found
    return tuple(item for word, item in prepositions(noun) if word in ("by", "from", "between") and view.is_actor(item))


def token_at(view: View, start: int) -> Word | None:
    """The token that starts at a character offset."""
    span = view.span_at(start, start + 1)
    return span[0] if span is not None and len(span) else None


@dataclass(frozen=True, slots=True)
class Facts:
    """What an article tells of an entity anywhere in it, for mentions whose own words tell less."""

    country: str | None
    country_method: str | None
    sector: str | None


def article_facts(mentions: tuple[Mention, ...]) -> dict[str, Facts]:
    """Country and sector by entity id: the first mention that tells each."""
    found: dict[str, Facts] = {}
    for mention in mentions:
        if mention.entity_id is None:
            continue
        old = found.get(mention.entity_id, NO_FACTS)
        if mention.country is not None and old.country is None:
            old = Facts(mention.country, mention.country_method or "name", old.sector)
        if mention.sector is not None and old.sector is None:
            old = Facts(old.country, old.country_method, mention.sector)
        found[mention.entity_id] = old
    return found


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


NO_FACTS = Facts(None, None, None)


def is_where(view: View, noun: Word) -> bool:
    """Whether a word names a place below a country in which something is: "signed in Geneva", not "war in Syria"."""
    mention = view.mentions.get(noun.i)
    named = mention is not None and mention.form == "name" and is_city(mention)
    return named and noun.dep_ == "pobj" and noun.head.lower_ in LOCATIVE


def is_wanted(noun: Word) -> bool:
    """Whether it is what somebody demands, not whom he demands it from: "marched to demand pay and more staff"."""
    while noun.dep_ == "conj":
        noun = noun.head
    return noun.dep_ == "dobj" and noun.head.lemma_ in DEMANDING
