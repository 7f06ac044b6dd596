"""Turn the words in a frame's places into argument records: exact span, entity, country, sector."""

from __future__ import annotations

from dataclasses import replace

from tasks.annotate.actors.roles import is_led
from tasks.annotate.coreference.component import antecedents
from tasks.annotate.events.sides.descriptions import taken_up
from tasks.annotate.events.view import MODIFIERS, Facts, View, is_wanted, is_where
from tasks.annotate.layers import EventArgument, Mention
from tasks.annotate.syntax.clauses import children, conjuncts, prepositions
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list

ARTICLES = word_list("articles")
CONTAINERS = word_list("containers")
OBJECT_DEED = word_list("object_deed")
VERBAL_TYPES = frozenset(
    {"REQUEST", "ACCUSE", "REJECT", "THREATEN", "SANCTION", "AGREE", "CONSULT", "SUPPORT", "CONCEDE"}
)


def phrase_bounds(view: View, head: Word) -> tuple[int, int]:
    """Character offsets of the noun phrase of a head: modifiers and of-phrase, no article, no relative clause."""
    name = view.mentions.get(head.i)
    if name is not None and head.dep_ in (*MODIFIERS, "poss") and name.form == "name":
        # Inside another phrase ("the Putin-Kim summit") a name is only itself.
        return name.start, name.end
    first = head
    for child in head.lefts:
        if child.dep_ in (*MODIFIERS, "poss", "nummod", "quantmod", "det", "advmod"):
            first = min(first, child.left_edge, key=lambda token: token.i)
    last = head
    for child in head.rights:
        if child.dep_ == "prep" and child.lower_ == "of" and child.i - last.i <= 1:
            nouns = children(child, "pobj")
            # "accused rebels of the killing" charges rebels, not "rebels of the killing".
            charge = head.dep_ in ("dobj", "nsubjpass") and head.head.lemma_.lower() in OBJECT_DEED
            if nouns and not (
                charge and view.keys(nouns[0]) & (view.lexicon.classes["deed"] | view.lexicon.classes["violent_deed"])
            ):
                last = of_phrase_end(nouns[0])
        elif child.dep_ in ("nummod", "case") and child.i - last.i == 1 and child.dep_ != "case":
            last = child
    mention = view.mentions.get(head.i)
    start, end = first.idx, last.idx + len(last)
    if mention is not None:
        start, end = min(start, mention.start), max(end, mention.end)
        if last.i > head.i and mention.token_end > last.i:
            end = mention.end
    doc = view.parse
    token = doc[first.i] if start == first.idx else None
    while (
        token is not None
        and token.i < head.i
        and (token.is_space or (token.lower_ in ARTICLES and token.dep_ in ("det", "predet")))
    ):
        token = doc[token.i + 1]
        start = token.idx
    return start, end


def of_phrase_end(noun: Word) -> Word:
    """The last token of a noun in an of-phrase with its own of-phrase."""
    for child in noun.rights:
        if child.dep_ == "prep" and child.lower_ == "of" and child.i - noun.i == 1:
            inner = children(child, "pobj")
            if inner:
                return of_phrase_end(inner[0])
    return noun


def described(view: View, head: Word) -> Word:
    """The word that carries the meaning: "members" in "members of the army" gives "army"."""
    if head.i not in view.mentions and (head.lemma_.lower() in CONTAINERS or head.lower_ in CONTAINERS):
        for word, noun in prepositions(head):
            if word == "of" and view.is_actor(noun):
                return described(view, noun)
    return head


def modifier_country(view: View, head: Word) -> str | None:
    """The country that a noun's own words give: "Turkish police", "police in Colombia", "Israel's army"."""
    spots = [child for child in head.lefts if child.dep_ in (*MODIFIERS, "poss")]
    spots.extend(token for child in list(spots) for token in child.subtree if token.i != child.i)
    name = view.mentions.get(head.i)
    # "Ann Lee in Lyon" may be anybody there; "police in Lyon" are Lyon's.
    own = ("of", "from") if name is not None and name.form == "name" else ("of", "in", "from", "for")
    spots.extend(noun for word, noun in prepositions(head) if word in own)
    for token in spots:
        mention = view.mentions.get(token.i)
        # "Iran-allied rebels" are not Iran's.
        if mention is not None and mention.country is not None and not is_led(view.parse, mention.token_end):
            return mention.country
    return None


def owners_country(view: View, facts: dict[str, Facts], noun: Word) -> tuple[str | None, str | None]:
    """The country of those whose somebody is by a pronoun, and its method: "its army" after Mali was named."""
    found: set[tuple[str | None, str | None]] = set()
    for child in children(noun, "poss"):
        if child.tag_ != "PRP$":
            continue
        for owner in antecedents(view.doc, child.i):
            known = facts.get(owner.entity_id or "", Facts(None, None, None))
            country = owner.country or known.country
            method = owner.country_method if owner.country else known.country_method
            found.add((country, method or "name") if country else (None, None))
        described_owner = taken_up(view, child) if not found else None
        if described_owner is not None:
            told = actor_argument(view, facts, described_owner, "actor", "")
            found.add((told.country, told.country_method))
    return next(iter(found)) if len(found) == 1 else (None, None)


def actor_argument(
    view: View, facts: dict[str, Facts], head: Word, role: str, event_type: str, method: str = "dep"
) -> EventArgument:
    """The argument record of an actor or recipient."""
    start, end = phrase_bounds(view, head)
    noun = taken_up(view, head) if head.pos_ == "PRON" else None
    if noun is not None:
        # A pronoun keeps its own words and has the rest from the description that it takes up.
        return replace(actor_argument(view, facts, noun, role, event_type), start=start, end=end, method="coref")
    core = described(view, head)
    mention = view.mentions.get(core.i) or view.mentions.get(head.i)
    if mention is None or mention.entity_id is None:
        named = apposed_name(view, core)
        if named is not None:
            mention, end = named, max(end, named.end)
    if (mention is None or mention.entity_id is None) and core == head:
        # A definite description that coreference resolved keeps its own words and takes the entity.
        stands_for = antecedents(view.doc, head.i)
        if len(stands_for) == 1 and _may_be(view, core, stands_for[0]):
            mention, method = stands_for[0], "coref"
    entity = country = country_method = sector = None
    if mention is not None and _is_mislinked(mention, facts):
        mention = replace(mention, entity_id=None, country=None, country_method=None)
    if mention is not None:
        entity, country, country_method, sector = (
            mention.entity_id,
            mention.country,
            mention.country_method,
            mention.sector,
        )
        known = facts.get(entity or "")
        if known is not None:
            if country is None:
                country, country_method = known.country, known.country_method
            sector = sector or known.sector
        if mention.form == "pronoun":
            method = "coref"
        if country is not None and sector is None and is_place(mention):
            sector = "GOV" if role == "actor" or event_type in VERBAL_TYPES else None
            if mention.label == "NORP" and is_counted(core):
                sector = "CVL"
    if country is None:
        country = modifier_country(view, core) or (modifier_country(view, head) if core != head else None)
        country_method = "title" if country is not None else None
    if country is None:
        country, country_method = owners_country(view, facts, core)
    if sector is None and not (mention is not None and is_place(mention)):
        sector = noun_sector(view, core)
    if country is not None and country_method is None:
        country_method = "name"
    return EventArgument(role, start, end, entity, country, country_method, sector, method=method)


def _is_mislinked(mention: Mention, facts: dict[str, Facts]) -> bool:
    """Whether a description was taken for a name of another sector."""
    known = facts.get(mention.entity_id or "")
    if mention.form != "nominal" or mention.link_method != "coref" or known is None:
        return False
    return mention.sector is not None and known.sector is not None and mention.sector != known.sector


def _may_be(view: View, noun: Word, name: Mention) -> bool:
    """Whether a description can mean a name by their sectors: the army is no news agency."""
    described_as = noun_sector(view, noun) or (view.mentions[noun.i].sector if noun.i in view.mentions else None)
    return described_as is None or name.sector is None or described_as == name.sector


def apposed_name(view: View, head: Word) -> Mention | None:
    """The name that a description carries: "North Korean official Kim Chang Son", "the envoy, Jan Egeland"."""
    for child in head.children:
        if child.dep_ == "appos":
            mention = view.mentions.get(child.i)
            if mention is not None and mention.form == "name" and mention.label in ("PERSON", "ORG"):
                return mention
    return None


def is_counted(noun: Word) -> bool:
    """Whether single people are told by their nation: "a Palestinian", "three Israelis", not "the Israelis"."""
    told = any(child.lower_ in ("a", "an", "another") or child.dep_ == "nummod" for child in noun.lefts)
    return told and noun.dep_ not in MODIFIERS and noun.pos_ in ("NOUN", "PROPN")


def is_place(mention: Mention) -> bool:
    """Whether the mention names a place or a nation."""
    return mention.kind == "place" or mention.label in ("GPE", "NORP")


def noun_sector(view: View, head: Word) -> str | None:
    """The sector of a common noun, the longest name of it first; None for names, for UNK and unknown words."""
    if head.pos_ == "PRON" or head.lower_ == "houses":
        # "Burned houses": only one house is a chamber.
        return None
    for key in sorted(view.keys(head), key=lambda key: (-key.count("_"), key)):
        sector = view.lexicon.sectors.get(key)
        if sector is not None and sector != "UNK":
            return sector
    return None


def is_own(noun: Word) -> bool:
    """Whether a noun is somebody's own by a pronoun: "their country" is no other side."""
    return any(child.tag_ == "PRP$" for child in children(noun, "poss"))


def beneficiary(view: View, heads: tuple[Word, ...], taken: set[int]) -> tuple[Word, ...]:
    """Whom a complement or theme concerns, where the frame names nobody: "refused to lift the ban on Cypriot ships"."""
    queue = list(heads)
    for depth in range(3):
        following: list[Word] = []
        for head in queue:
            spots: list[Word] = []
            for child in head.children:
                if is_wanted(child):
                    continue
                if (child.dep_ in ("dobj", "dative", "nsubj", "poss", "attr") and child.pos_ != "ADP") or (
                    child.dep_ in MODIFIERS and head.pos_ in ("NOUN", "PROPN")
                ):
                    spots.append(child)
            spots.extend(
                noun
                for word, noun in prepositions(head)
                if word not in ("by", "since", "after", "during") and not is_where(view, noun)
            )
            for spot in spots:
                if spot.i in taken or spot.lower_ == "it" or (children(spot, "poss") and is_own(spot)):
                    continue
                mention = view.mentions.get(spot.i)
                named = spot.dep_ not in MODIFIERS or (mention is not None and mention.label in ("GPE", "NORP", "ORG"))
                if view.is_actor(spot) and named:
                    return tuple(item for item in conjuncts(spot) if item.i not in taken)
            following.extend(spot for spot in spots if spot.dep_ not in MODIFIERS and spot.i not in taken)
            following.extend(child for child in head.children if child.dep_ in ("xcomp", "ccomp"))
        queue = following
        if not queue or depth == 2:
            break
    return ()
