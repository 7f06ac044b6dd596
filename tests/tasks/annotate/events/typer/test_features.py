"""Routes between actors and the features made of them, on real parses."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spacy.tokens import Doc

from tasks.annotate.events.lexicon.load import load_lexicon
from tasks.annotate.events.typer.features import BUCKETS, Sight, bucket, pair_features, route_names, word_table
from tasks.annotate.events.typer.routes import (
    Route,
    candidates,
    first_conjunct,
    last_word,
    route_between,
    top_word,
    tree_of,
    trigger_of,
)
from tasks.annotate.events.view import make_view
from tasks.annotate.syntax.parse import parse_of

Annotate = Callable[..., Doc]


def at(doc: Doc, word: str) -> int:
    return next(int(token.i) for token in doc if token.text == word)


def between(doc: Doc, actor: str, recipient: str) -> Route:
    route = route_between(tree_of(parse_of(doc)), at(doc, actor), at(doc, recipient))
    assert route is not None
    return route


def test_the_tree_says_what_the_tokens_say(annotate: Annotate) -> None:
    doc = annotate("Police in Lyon arrested two men. Both had thrown stones at them, a spokesman said.")
    tree = tree_of(parse_of(doc))
    assert tree.heads == [token.head.i for token in doc]
    assert tree.deps == [token.dep_ for token in doc]
    assert tree.pos == [token.pos_ for token in doc]
    assert tree.lemmas == [token.lemma_.lower() for token in doc]
    assert [tree.children(i) for i in range(len(doc))] == [[child.i for child in token.children] for token in doc]
    assert tree.end_of == [token.sent.end for token in doc]


@pytest.mark.parametrize(
    ("text", "actor", "recipient", "words", "kind"),
    [
        ("Iran condemned Iraq.", "Iran", "Iraq", ["condemned"], "chain"),
        ("Iraq was condemned by Iran.", "Iran", "Iraq", ["by", "condemned"], "chain"),
        ("Iran agreed to help Iraq.", "Iran", "Iraq", ["agreed", "help"], "chain"),
        ("Iran and Iraq met.", "Iran", "Iraq", ["met"], "joint"),
        ("The rebels met Iraq and praised Iran.", "rebels", "Iran", ["praised"], "chain"),
        ("Iran's attack on Iraq was brief.", "Iran", "Iraq", ["attack", "on"], "chain"),
    ],
)
def test_a_route_passes_the_words_that_tell_the_deed(
    annotate: Annotate, text: str, actor: str, recipient: str, words: list[str], kind: str
) -> None:
    doc = annotate(text)
    route = between(doc, actor, recipient)
    assert [doc[i].text for i in route.words] == words
    assert route.kind == kind


def test_a_route_knows_top_last_and_trigger(annotate: Annotate) -> None:
    doc = annotate("Iran intends to visit Iraq.")
    tree, route = tree_of(parse_of(doc)), between(doc, "Iran", "Iraq")
    assert doc[top_word(tree, route)].text == "intends"
    assert doc[last_word(tree, route)].text == "visit"
    assert doc[trigger_of(tree, route, outermost=True)].text == "intends"
    assert doc[trigger_of(tree, route, outermost=False)].text == "visit"


def test_joined_nouns_share_their_first(annotate: Annotate) -> None:
    doc = annotate("Iran, Iraq and Oman condemned the raid.")
    assert first_conjunct(tree_of(parse_of(doc)), at(doc, "Oman")) == at(doc, "Iran")


def pairs(doc: Doc) -> set[tuple[str, str]]:
    view, tree = make_view(doc, load_lexicon()), tree_of(parse_of(doc))
    found = candidates(view, tree, 0, len(doc))
    return {(doc[route.actor].text, doc[route.recipient].text) for route in found if route.recipient is not None}


def test_candidates_are_pairs_with_a_deed_between_them(annotate: Annotate) -> None:
    assert ("soldiers", "reporters") in pairs(annotate("The soldiers manhandled two reporters."))
    assert ("soldiers", "reporters") in pairs(annotate("Two reporters were manhandled by soldiers."))


def test_what_somebody_says_of_others_makes_no_pair_with_him(annotate: Annotate) -> None:
    found = pairs(annotate("The minister said that the rebels had left."))
    assert ("minister", "rebels") not in found


def test_one_phrase_makes_no_pair_with_itself(annotate: Annotate) -> None:
    assert pairs(annotate("Members of parliament slept.")) == set()


def test_features_are_the_same_on_every_machine_and_tell_directions_apart(annotate: Annotate) -> None:
    # CRC-32 of the name, fixed by its standard.
    assert bucket("bias") == 223835
    lexicon = load_lexicon()
    table = word_table(lexicon)

    def features(text: str, actor: str, recipient: str) -> set[int]:
        doc = annotate(text)
        sight = Sight(make_view(doc, lexicon), tree_of(parse_of(doc)), table)
        found = pair_features(sight, between(doc, actor, recipient))
        assert len(found.ids) == len(found.values) == len(set(found.ids))
        assert all(0 <= item < BUCKETS for item in found.ids)
        return set(found.ids)

    there = features("Iran condemned Iraq.", "Iran", "Iraq")
    assert there == features("Iran condemned Iraq.", "Iran", "Iraq")
    assert there != features("Iran condemned Iraq.", "Iraq", "Iran")


def test_word_features_of_one_doc_are_hashed_once_and_stay_the_same(annotate: Annotate) -> None:
    lexicon = load_lexicon()
    doc = annotate("Iran condemned Iraq and Oman.")
    warm = Sight(make_view(doc, lexicon), tree_of(parse_of(doc)), word_table(lexicon))
    first = pair_features(warm, between(doc, "Iran", "Iraq"))
    assert pair_features(warm, between(doc, "Iran", "Iraq")) == first
    names = set(route_names(warm, between(doc, "Iran", "Iraq"), at(doc, "condemned"), at(doc, "condemned")))
    assert {"bias", "ends=nsubj>dobj", "word=condemn", "type=ACCUSE nsubj>dobj"} <= names
