"""Pairs of actors in a sentence and the route between them: the words that a walk along the parse passes.

Works on plain lists of the parse (`Tree`), not on Tokens: a sentence has many pairs, and Tokens are slow to walk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from tasks.annotate.events.view import MODIFIERS, View, is_city
from tasks.annotate.syntax.parse import Parse, Word
from tasks.annotate.syntax.word_lists import word_list

MAX_ROUTE = 7
MAX_VERBS = 3
MAX_SITES = 14
TELLING = frozenset({"say", "tell", "report", "announce", "state", "add", "confirm", "note", "explain", "write"})
WEAK = frozenset({"be", "have"}).union(*(word_list(name) for name in ("say", "plan", "wish", "begin", "fail")))
NOUNS = frozenset({"NOUN", "PROPN", "PRON", "NUM"})
VERBS = frozenset({"VERB", "AUX"})
CONTENT = frozenset({"VERB", "NOUN", "ADJ", "ADV", "AUX"})
PLACES = frozenset({"nsubj", "nsubjpass", "dobj", "pobj", "dative", "conj", "attr", "poss", "oprd"})
# Where somebody who acts may stand; everybody else is only acted on.
ACTING = frozenset({"nsubj", "pobj", "poss", "nsubjpass", *MODIFIERS})
ACTING_PREPOSITIONS = frozenset({"by", "from", "between", "among"})


@dataclass(frozen=True, slots=True)
class Tree:
    """A Doc's parse as lists by token: where its sentence ends (`end_of`), the ways up walked so far."""

    heads: list[int]
    deps: list[str]
    pos: list[str]
    lemmas: list[str]
    orths: list[int]
    end_of: list[int]
    tokens: list[Word]
    chains: dict[int, list[int]] = field(default_factory=dict)

    def children(self, word: int) -> list[int]:
        """The words that hang on one, in order."""
        return [child.i for child in self.tokens[word].children]

    def chain(self, word: int) -> list[int]:
        """A word and those above it, as far as a route may go."""
        found = self.chains.get(word)
        if found is None:
            found = self.chains[word] = [word]
            while self.heads[found[-1]] != found[-1] and len(found) <= MAX_ROUTE:
                found.append(self.heads[found[-1]])
        return found


class Route(NamedTuple):
    """The way from actor to recipient (tokens by index): words passed, how each end hangs on them.

    `kind` is chain, joint ("A and R met") or alone (no recipient).
    """

    actor: int
    recipient: int | None
    words: tuple[int, ...]
    actor_link: str
    recipient_link: str
    kind: str


def tree_of(parse: Parse) -> Tree:
    """The parse of a Doc as lists."""
    ends = [sentence.end for sentence in parse.sents for _ in range(len(sentence))]
    return Tree(parse.heads, parse.deps, parse.pos, parse.lemmas, parse.orths, ends, parse.words)


def first_conjunct(tree: Tree, word: int) -> int:
    """The first of the nouns that a noun is joined to."""
    while tree.deps[word] == "conj" and tree.pos[tree.heads[word]] in NOUNS:
        word = tree.heads[word]
    return word


def route_between(tree: Tree, actor: int, recipient: int | None) -> Route | None:
    """The route from actor to recipient; None where it is too long or passes no word at all."""
    start = first_conjunct(tree, actor)
    goal = start if recipient is None else first_conjunct(tree, recipient)
    if start == goal:
        words = governors(tree, start)
        kind = "alone" if recipient is None else "joint"
        return Route(actor, recipient, words, link(tree, start), kind, kind) if words else None
    words = words_between(tree, start, goal)
    return Route(actor, recipient, words, link(tree, start), link(tree, goal), "chain") if words else None


def words_between(tree: Tree, start: int, goal: int) -> tuple[int, ...]:
    """The words on the way from one word to another; empty where there are too many or none with a meaning."""
    up = tree.chain(start)
    down = way_up_to(tree, goal, up)
    if down is None:
        return ()
    before, after = up[1 : up.index(down[-1]) + 1], down[-2:0:-1]
    if down[-1] == goal:
        before = before[:-1]
    # "met B and praised R": the verb that R hangs on, not the one it is joined to.
    while before and after and is_joined_verb(tree, after[0]) and is_verb(tree, before[-1]):
        before.pop()
    words = tuple(word for word in (*before, *after) if tree.pos[word] not in ("PUNCT", "SPACE"))
    return words if len(words) <= MAX_ROUTE and any(has_content(tree, word) for word in words) else ()


def way_up_to(tree: Tree, word: int, chain: list[int]) -> list[int] | None:
    """A word and those above it up to the first of a chain; None where they do not meet within a route's length."""
    way = [word]
    while way[-1] not in chain:
        if tree.heads[way[-1]] == way[-1] or len(way) > MAX_ROUTE:
            return None
        way.append(tree.heads[way[-1]])
    return way


def has_content(tree: Tree, word: int) -> bool:
    """Whether a word has a meaning of its own: no preposition, no mark."""
    return tree.pos[word] in CONTENT or tree.pos[word] == "PROPN"


def is_joined_verb(tree: Tree, word: int) -> bool:
    """Whether a word is a verb joined to another word."""
    return tree.deps[word] == "conj" and is_verb(tree, word)


def is_verb(tree: Tree, word: int) -> bool:
    """Whether a word is a verb or auxiliary."""
    return tree.pos[word] in VERBS


def governors(tree: Tree, word: int) -> tuple[int, ...]:
    """The words above one, up to its first verb, the highest first."""
    found: list[int] = []
    while tree.heads[word] != word and len(found) < 4:
        word = tree.heads[word]
        found.append(word)
        if is_verb(tree, word):
            break
    return tuple(reversed(found))


def link(tree: Tree, word: int) -> str:
    """How a word hangs on the one above it; for a preposition's noun with the preposition."""
    dep = tree.deps[word]
    return f"{tree.deps[tree.heads[word]]}:{tree.lemmas[tree.heads[word]]}" if dep in ("pobj", "pcomp") else dep


def top_word(tree: Tree, route: Route) -> int:
    """The word of the route that stands highest in the parse, prepositions left out."""
    content = [word for word in route.words if has_content(tree, word)]
    for word in content:
        above = tree.heads[word]
        while above not in route.words and tree.heads[above] != above and tree.pos[above] == "ADP":
            above = tree.heads[above]
        if above not in route.words or above == word:
            return word
    return content[0] if content else route.words[0]


def last_word(tree: Tree, route: Route) -> int:
    """The word that the recipient hangs on, prepositions left out."""
    for word in reversed(route.words):
        if has_content(tree, word):
            return word
    return route.words[-1]


def trigger_of(tree: Tree, route: Route, outermost: bool) -> int:
    """The word that tells the event: the highest, or below verbs of saying and planning the first that tells a deed."""
    top = top_word(tree, route)
    if outermost or tree.lemmas[top] not in WEAK:
        return top
    deeds = [word for word in route.words if tree.pos[word] in ("VERB", "NOUN") and tree.lemmas[word] not in WEAK]
    return deeds[0] if deeds else top


def sites(view: View, tree: Tree, start: int, end: int) -> list[int]:
    """The heads of the phrases of a stretch of text that name somebody able to act, in order."""
    return [word for word in range(start, end) if is_site(view, tree, word)][:MAX_SITES]


def is_site(view: View, tree: Tree, word: int) -> bool:
    """Whether a word heads a phrase that names somebody able to act."""
    dep, pos = tree.deps[word], tree.pos[word]
    if pos not in NOUNS and pos != "ADJ":
        return False
    if dep in MODIFIERS:
        return is_naming_modifier(view, tree, word)
    if dep not in PLACES or pos in ("ADJ", "NUM"):
        return False
    # "Iran's president" is one actor, "Iran's attack" has one.
    return view.is_actor(view.parse[word]) and (dep != "poss" or not view.is_actor(view.parse[tree.heads[word]]))


def is_naming_modifier(view: View, tree: Tree, word: int) -> bool:
    """Whether a modifier names who acts, its noun being a deed: "the Iran attack", "a Russian strike"."""
    mention = view.mentions.get(word)
    if mention is None or mention.form != "name" or mention.label not in ("GPE", "NORP", "ORG", "PERSON"):
        return False
    return not view.is_actor(view.parse[tree.heads[word]]) and not is_city(mention)


def may_act(tree: Tree, word: int) -> bool:
    """Whether a word stands where somebody who acts may stand."""
    start = first_conjunct(tree, word)
    if tree.deps[start] == "pobj":
        return tree.lemmas[tree.heads[start]] in ACTING_PREPOSITIONS
    return tree.deps[start] in ACTING


def candidates(view: View, tree: Tree, start: int, end: int) -> list[Route]:
    """The pairs of actors of a sentence worth typing, as routes from actor to recipient."""
    here = sites(view, tree, start, end)
    return [route for actor in here for route in routes_from(view, tree, actor, here)] if len(here) > 1 else []


def routes_from(view: View, tree: Tree, actor: int, here: list[int]) -> Iterator[Route]:
    """The routes worth typing from one actor to the others of its sentence (`here`)."""
    first = first_conjunct(tree, actor)
    acts = may_act(tree, actor)
    if not acts and not any(tree.deps[child] in ("relcl", "acl") for child in tree.children(first)):
        return
    for recipient in here:
        earlier_partner = recipient < actor and first == first_conjunct(tree, recipient)
        if earlier_partner or same_side(view, actor, recipient):
            continue
        route = route_between(tree, actor, recipient)
        # "They arrested a man who had attacked B": the man acts only in what is said of him.
        if route is not None and tells_deed(tree, route, here) and (acts or tree.heads[route.words[0]] == first):
            yield route


def tells_deed(tree: Tree, route: Route, here: list[int]) -> bool:
    """Whether a route passes a verb or a noun of a deed, no clause of saying, and no nearer actor."""
    deed = False
    verbs = 0
    for word in route.words:
        verbs += is_verb(tree, word)
        if tree.deps[word] == "ccomp" and tree.heads[word] in route.words and tree.lemmas[tree.heads[word]] in TELLING:
            # "A said that R had left": what A says of R is no deed towards R.
            return False
        if word in here:
            # "members of Congress" is one actor; of somebody in a relative clause the clause tells.
            if not any(tree.heads[other] == word and tree.deps[other] in ("relcl", "acl") for other in route.words):
                return False
        elif tree.pos[word] in ("VERB", "NOUN"):
            deed = True
    return deed and verbs <= MAX_VERBS


def same_side(view: View, one: int, other: int) -> bool:
    """Whether two words name the same side: one word, one mention, or one entity."""
    if one == other:
        return True
    mine, yours = view.mentions.get(one), view.mentions.get(other)
    if mine is None or yours is None:
        return False
    return mine == yours or (mine.entity_id is not None and mine.entity_id == yours.entity_id)
