"""Who says that it happened: how far the reporter stands behind an event, and whose word it is instead."""

from __future__ import annotations

from tasks.annotate.events.frames.match import Match
from tasks.annotate.events.view import View
from tasks.annotate.syntax.clauses import MAX_CLIMB, children, is_negated, prepositions, sentence_of, surface_subjects
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list

VERBAL = ("VERB", "AUX")
ASSERTION_ORDER = ("denied", "alleged", "attributed", "reported")
CLAIMS = word_list("claim_noun")
NOBODY = word_list("no_one") - {"one"} | {"there", "neither", "nothing"}
GOVERNED = frozenset({"ccomp", "xcomp", "pcomp", "pobj", "dobj", "nsubjpass", "prep", "parataxis", "acl"})
DENIABLE = frozenset({"ccomp", "xcomp", "dobj", "pcomp", "nsubjpass"})


def assertion_of(view: View, match: Match) -> tuple[str, Word | None]:
    """How far the reporter stands behind the event, and the token of who does instead.

    Of several the strongest counts ("police deny that guards, witnesses said, beat him" is denied), and the source is
    that one's own. Who is nobody ("no one has said", "it is alleged") is no source, and what nobody denies is not
    denied.
    """
    words = view.lexicon.words
    found: dict[str, Word | None] = {}

    def add(level: str, source: Word | None) -> None:
        if found.get(level) is None:
            found[level] = source

    token = match.trigger
    forms = sentence_of(token).forms
    if not forms.isdisjoint(words["alleged_modifier"]):
        modifiers = [*token.children, *[child for item in (*match.actors, *match.themes) for child in item.lefts]]
        if any(child.lower_ in words["alleged_modifier"] for child in modifiers):
            add("alleged", None)
    current = token
    granted = False
    for _ in range(MAX_CLIMB):
        for word, noun in prepositions(current) if "according" in forms else ():
            if word == "according to":
                add("attributed", speaker(noun))
        head = current.head
        if head == current:
            break
        lemma = head.lemma_.lower()
        if current.dep_ in GOVERNED and head.pos_ in VERBAL:
            claimed = current.lemma_.lower() in CLAIMS
            deniable = current.dep_ in DENIABLE and (lemma == "deny" or current.pos_ in VERBAL or claimed)
            deniable = deniable and not (granted or is_nobodys(head) or stands_before(current, head))
            if lemma in words["deny"] and deniable:
                add("denied", teller(head))
            if lemma in words["allege"] and current.dep_ in ("prep", "ccomp", "xcomp"):
                # "Arrested over the bombing": there was one, whoever did it.
                charged = ("of", "for", "with", "on", "over") if match.actors else ("of", "for", "with")
                if current.dep_ != "prep" or current.lower_ in charged:
                    add("alleged", teller(head))
            elif lemma in words["say"] and current.dep_ in ("ccomp", "parataxis"):
                add("attributed", teller(head))
        elif head.pos_ == "NOUN" and lemma in CLAIMS:
            add("alleged", None)
        elif current.dep_ == "advcl" and lemma in words["say"] and current.i < head.i:
            add("attributed", teller(head))
        # "Denied it had armed rebels who killed five", "… to free hostages held in Niger": that much is granted.
        granted = granted or only_describes(current)
        current = head
    for level in ASSERTION_ORDER:
        if level in found:
            # An allegation without an owner of its own is that of whoever tells it.
            source = found[level]
            return level, source if source is not None or level == "denied" else first_source(found)
    return "reported", None


def only_describes(verb: Word) -> bool:
    """Whether a clause tells which one is meant: "rebels who killed five", "hostages held in Niger"."""
    if verb.dep_ not in ("relcl", "acl") or verb.head.lemma_.lower() in CLAIMS:
        return False
    return verb.dep_ == "relcl" or (verb.tag_ == "VBN" and not children(verb, "nsubj", "nsubjpass", "mark"))


def stands_before(clause: Word, verb: Word) -> bool:
    """Whether a clause is only put before a verb with an object of its own: "They hold X; he denies wrongdoing"."""
    return clause.dep_ == "ccomp" and clause.i < verb.i and bool(children(verb, "dobj", "xcomp"))


def first_source(found: dict[str, Word | None]) -> Word | None:
    """Who stands behind the weaker levels, where the strongest has nobody of its own."""
    return next((source for level, source in found.items() if level != "denied" and source is not None), None)


def teller(verb: Word) -> Word | None:
    """Who says it: the subject of a verb of telling, also behind it ("said the embassy"), None for nobody."""
    found = surface_subjects(verb)
    if not found:
        return None
    passive = any(child.dep_ in ("auxpass", "nsubjpass") for child in verb.children)
    return None if passive and found[0].lower_ == "it" else speaker(found[0])


def speaker(word: Word) -> Word | None:
    """The word as a source, None where it names nobody: "no one", "no group", "neither", "there"."""
    none = any(child.dep_ in ("det", "neg") and child.lower_ in ("no", "neither") for child in word.lefts)
    return None if word.lower_ in NOBODY or none else word


def is_nobodys(verb: Word) -> bool:
    """Whether a verb is itself denied, or done by nobody: "did not deny", "nobody denies"."""
    subjects = children(verb, "nsubj", "nsubjpass")
    return is_negated(verb) or any(speaker(item) is None for item in subjects)
