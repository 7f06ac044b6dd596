"""What the typer sees of two actors in a sentence: the words between them in the parse, as hashed features.

A pair is an actor, a recipient (or nobody) and the route between them: the words that a walk along the parse from one
to the other passes. Features are strings, hashed with CRC-32 (the same on every machine and in every process); words
enter by their vectors too, as keys that the model looks up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from zlib import crc32

from tasks.annotate.events.lexicon.load import Lexicon
from tasks.annotate.events.typer.routes import CONTENT, NOUNS, VERBS, Route, Tree, last_word, top_word
from tasks.annotate.events.view import View
from tasks.annotate.syntax.clauses import is_negated, is_passive

BUCKET_BITS = 18
BUCKETS = 1 << BUCKET_BITS
LAST_BUCKET = BUCKETS - 1
# The vector groups: the topmost word of the route, its last word, all its words with their objects.
VECTOR_GROUPS = 3
BAG_WEIGHT = 0.5
MODALS = {"will": "future", "wo": "future", "'ll": "future", "shall": "future", "would": "would", "can": "can",
          "could": "may", "may": "may", "might": "may", "should": "must", "must": "must"}  # fmt: skip
ARGUMENTS = frozenset({"dobj", "attr", "acomp", "oprd", "nsubjpass", "xcomp", "ccomp", "advcl", "nsubj"})
# How many words the bag takes between and after the sides.
BETWEEN, AFTER = 30, 6


@dataclass(frozen=True, slots=True)
class WordTable:
    """What the lexicon says of single words: the types of the frames they set off, the classes they are in."""

    types: dict[str, tuple[str, ...]]
    classes: dict[str, tuple[str, ...]]


class PairFeatures(NamedTuple):
    """Hashed features with their weights, and the keys of the words whose vectors are averaged, by group."""

    ids: tuple[int, ...]
    values: tuple[float, ...]
    vectors: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Sight:
    """A Doc as the typer sees it; what was hashed of single words is kept."""

    view: View
    tree: Tree
    table: WordTable
    cache: dict[tuple[str, int], dict[int, float]] = field(default_factory=dict)
    between: dict[int, int] = field(default_factory=dict)
    after: dict[int, int] = field(default_factory=dict)


def word_table(lexicon: Lexicon) -> WordTable:
    """Index the lexicon by single word."""
    types: dict[str, set[str]] = {}
    for kind, index in (("v", lexicon.verbs), ("n", lexicon.nouns)):
        for trigger, frames in index.items():
            types.setdefault(f"{kind}:{trigger}", set()).update(frame.type for frame in frames)
    classes: dict[str, set[str]] = {}
    for name, words in lexicon.classes.items():
        for word in words:
            if "_" not in word:
                classes.setdefault(word, set()).add(name)
    return WordTable(
        {word: tuple(sorted(found)) for word, found in types.items()},
        {word: tuple(sorted(found)) for word, found in classes.items()},
    )


def bucket(name: str) -> int:
    """The bucket of a feature's name: the same on every machine."""
    return crc32(name.encode()) & LAST_BUCKET


def pair_features(sight: Sight, route: Route) -> PairFeatures:
    """Hash the features of a route.

    Returns
    -------
    PairFeatures
        `ids` below `BUCKETS`, each once.
    """
    tree, cache = sight.tree, sight.cache
    top, last = top_word(tree, route), last_word(tree, route)
    weights = {crc32(name.encode()) & LAST_BUCKET: 1.0 for name in route_names(sight, route, top, last)}
    parts = [("top", top, word_names), ("A", route.actor, side_names)]
    if last != top:
        parts.append(("last", last, word_names))
    if route.recipient is not None:
        parts.append(("R", route.recipient, side_names))
        weights.update(dict.fromkeys(bag(sight, route), BAG_WEIGHT))
    for name, word, names in parts:
        found = cache.get((name, word))
        if found is None:
            found = {crc32(item.encode()) & LAST_BUCKET: weight for item, weight in names(name, sight, word)}
            cache[name, word] = found
        weights.update(found)
    body = [tree.orths[word] for word in route.words if tree.pos[word] in CONTENT]
    for word in (top, last):
        body += [tree.orths[child] for child in tree.children(word) if tree.deps[child] in ("dobj", "prt", "xcomp")]
    vectors = ((tree.orths[top],), (tree.orths[last],), tuple(body))
    return PairFeatures(tuple(weights), tuple(weights.values()), vectors)


def route_names(sight: Sight, route: Route, top: int, last: int) -> Iterator[str]:
    """The features of the way itself: its words, its shape, how its ends hang on it."""
    tree = sight.tree
    first, final = tree.lemmas[top], tree.lemmas[last]
    ends = f"{route.actor_link}>{route.recipient_link}"
    lemmas = [tree.lemmas[word] for word in route.words]
    shape = " ".join(tree.lemmas[word] if tree.pos[word] == "ADP" else tree.deps[word] for word in route.words)
    path = " ".join(lemmas)
    yield "bias"
    yield f"kind={route.kind}"
    yield f"ends={ends}"
    yield f"actor={route.actor_link}"
    yield f"recipient={route.recipient_link}"
    yield f"path={path}"
    yield f"shape={ends} {shape}"
    yield f"full={ends} {path}"
    yield f"length={min(len(lemmas), 6)}"
    yield f"pair={first} {final}"
    yield f"top={first} {route.actor_link}"
    yield f"last={final} {route.recipient_link}"
    for word, lemma in zip(route.words, lemmas, strict=True):
        if tree.pos[word] in CONTENT:
            yield f"word={lemma}"
    for kind in sight.table.types.get(f"{'v' if tree.pos[top] in VERBS else 'n'}:{first}", ()):
        yield f"type={kind} {ends}"
    if route.recipient is not None:
        ordered = route.actor < route.recipient
        yield f"order={ordered} {ends}"
        yield f"first={ordered} {first}"


def word_names(name: str, sight: Sight, word: int) -> Iterator[tuple[str, float]]:
    """What stands around a word of the route: particles, objects, complements, prepositions, auxiliaries.

    Actors among them count only as such: who they are is not what happens.
    """
    tree, table = sight.tree, sight.table
    token = sight.view.parse[word]
    lemma = tree.lemmas[word]
    yield f"{name}={lemma}", 1.0
    yield f"{name}.tag={token.tag_}", BAG_WEIGHT
    for kind in table.types.get(f"{'v' if tree.pos[word] in VERBS else 'n'}:{lemma}", ()):
        yield f"{name}.type={kind}", 1.0
    for kind in table.classes.get(lemma, ()):
        yield f"{name}.class={kind}", 1.0
    for child in tree.children(word):
        yield from child_names(name, lemma, sight, child)
    if is_negated(token):
        yield f"{name}.not", 1.0
        yield f"{name}.not={lemma}", 1.0
    if token.tag_ == "VBN" and is_passive(token):
        yield f"{name}.passive", 1.0
        yield f"{name}.passive={lemma}", 1.0
    if tree.heads[word] != word:
        yield f"{name}.under={tree.lemmas[tree.heads[word]]} {tree.deps[word]}", 1.0
        yield f"{name}.dep={tree.deps[word]}", BAG_WEIGHT


def child_names(name: str, lemma: str, sight: Sight, child: int) -> Iterator[tuple[str, float]]:
    """What one word below a word of the route adds: its particle, an argument, a preposition, an auxiliary."""
    tree = sight.tree
    dep, inner = tree.deps[child], tree.lemmas[child]
    if dep == "prt":
        yield f"{name}.prt={lemma} {inner}", 1.0
    elif dep in ARGUMENTS:
        if is_side(sight, child):
            yield f"{name}.{dep}=*", 1.0
        else:
            yield from argument_names(f"{name}.{dep}", lemma, sight, child)
    elif dep in ("prep", "agent", "dative"):
        yield f"{name}.prep={lemma} {inner}", 1.0
        for noun in tree.children(child):
            if tree.deps[noun] in ("pobj", "pcomp") and not is_side(sight, noun):
                yield f"{name}.{inner}={tree.lemmas[noun]}", BAG_WEIGHT
    elif dep in ("aux", "auxpass"):
        modal = MODALS.get(sight.view.parse[child].lower_)
        if modal is not None:
            yield f"{name}.modal={modal}", 1.0
            yield f"{name}.modal={modal} {lemma}", 1.0
    elif dep in ("amod", "compound", "advmod", "det"):
        yield f"{name}.{dep}={inner}", BAG_WEIGHT


def is_side(sight: Sight, word: int) -> bool:
    """Whether a word names somebody able to act."""
    return sight.tree.pos[word] in NOUNS and sight.view.is_actor(sight.view.parse[word])


def argument_names(name: str, lemma: str, sight: Sight, child: int) -> Iterator[tuple[str, float]]:
    """What an object, subject or complement of a word is: its lemma, classes, frames, what hangs on it."""
    tree, table = sight.tree, sight.table
    inner = tree.lemmas[child]
    yield f"{name}={inner}", 1.0
    yield f"{name}={lemma} {inner}", 1.0
    for kind in table.classes.get(inner, ()):
        yield f"{name}.class={kind}", BAG_WEIGHT
        yield f"{name}.class={lemma} {kind}", BAG_WEIGHT
    if tree.pos[child] in VERBS:
        for kind in table.types.get(f"v:{inner}", ()):
            yield f"{name}.type={kind}", BAG_WEIGHT
    for below in tree.children(child):
        if tree.deps[below] in ("dobj", "prep", "prt", "amod", "compound"):
            yield f"{name}.{tree.deps[below]}={tree.lemmas[below]}", BAG_WEIGHT


def side_names(name: str, sight: Sight, word: int) -> Iterator[tuple[str, float]]:
    """What an actor or recipient is: label, sector, whether a name, its noun."""
    view, lemma = sight.view, sight.tree.lemmas[word]
    mention = view.mentions.get(word)
    if mention is None:
        yield f"{name}.noun={lemma}", 1.0
        yield f"{name}.form={sight.tree.pos[word]}", 1.0
        sector = view.lexicon.sectors.get(lemma)
    else:
        yield f"{name}.label={mention.label}", 1.0
        yield f"{name}.form={mention.form}", 1.0
        sector = mention.sector or view.sectors.get(mention.entity_id or "")
        if mention.form == "nominal":
            yield f"{name}.noun={lemma}", 1.0
    yield f"{name}.sector={sector}", 1.0


def bag(sight: Sight, route: Route) -> Iterator[int]:
    """The buckets of the content words between the two sides and of a few after them."""
    assert route.recipient is not None
    tree, low, high = sight.tree, *sorted((route.actor, route.recipient))
    others = 0
    for word in range(low + 1, min(high, low + BETWEEN)):
        if tree.pos[word] in CONTENT:
            if word not in sight.between:
                sight.between[word] = bucket(f"between={tree.lemmas[word]}")
            yield sight.between[word]
        elif tree.pos[word] == "PROPN":
            others += 1
    yield bucket(f"names={min(others, 4)}")
    for word in range(high + 1, min(high + 1 + AFTER, tree.end_of[high])):
        if tree.pos[word] in CONTENT or tree.pos[word] == "ADP":
            if word not in sight.after:
                sight.after[word] = bucket(f"after={tree.lemmas[word]}")
            yield sight.after[word]
