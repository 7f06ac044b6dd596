"""Who says that it happened: how far the reporter stands behind an event, and whose word it is instead."""

from __future__ import annotations

from dataclasses import dataclass, field

from tasks.annotate.events.frames.match import Match
from tasks.annotate.rules import Ladder, when
from tasks.annotate.syntax.clauses import MAX_CLIMB, children, is_negated, prepositions, sentence_of, surface_subjects
from tasks.annotate.syntax.parse import Word
from tasks.annotate.syntax.word_lists import word_list
from tasks.reference.files import words

VERBAL = ("VERB", "AUX")
ASSERTION_ORDER = ("denied", "alleged", "attributed", "reported")
GOVERNED = frozenset({"ccomp", "xcomp", "pcomp", "pobj", "dobj", "nsubjpass", "prep", "parataxis", "acl"})
DENIABLE = frozenset({"ccomp", "xcomp", "dobj", "pcomp", "nsubjpass"})

SAYING = word_list("say")
DENYING = word_list("deny")
ALLEGING = word_list("allege")
ALLEGED = word_list("alleged_modifier")
CLAIMS = word_list("claim_noun")
NOBODY = words("standing")["nobody"]
CHARGED_WITH = words("standing")["charged_with"]


@dataclass(frozen=True, slots=True)
class Link:
    """A step up from an event's trigger: a word and what governs it.

    `granted` says that a clause below only describes who or what is meant, `by_somebody` that the event names who did
    it.
    """

    word: Word
    head: Word
    granted: bool
    by_somebody: bool

    @property
    def lemma(self) -> str:
        """What governs it, as a lemma."""
        return self.head.lemma_.lower()

    @property
    def governed(self) -> bool:
        """Whether a verb governs it as its clause, object or phrase."""
        return self.word.dep_ in GOVERNED and self.head.pos_ in VERBAL


@dataclass(slots=True)
class AssertionEvidence:
    """How strongly an event is asserted by each word that says so, with the first known source of each level."""

    levels: dict[str, Word | None] = field(default_factory=dict)

    def add(self, level: str, source: Word | None) -> None:
        """Take a level with its source, None for a source that is not named."""
        if self.levels.get(level) is None:
            self.levels[level] = source

    def strongest(self) -> tuple[str, Word | None]:
        """The level that counts and whose word it is."""
        for level in ASSERTION_ORDER:
            if level in self.levels:
                source = self.levels[level]
                # An allegation without an owner of its own is that of whoever reports it.
                return level, source if source is not None or level == "denied" else self.first_source()
        return "reported", None

    def first_source(self) -> Word | None:
        """Who stands behind the weaker levels, where the strongest has nobody of its own."""
        known = (source for level, source in self.levels.items() if level != "denied" and source is not None)
        return next(known, None)


def only_describes(verb: Word) -> bool:
    """Whether a clause says which one is meant: "rebels who killed five", "hostages held in Niger"."""
    if verb.dep_ not in ("relcl", "acl") or verb.head.lemma_.lower() in CLAIMS:
        return False
    return verb.dep_ == "relcl" or (verb.tag_ == "VBN" and not children(verb, "nsubj", "nsubjpass", "mark"))


def stands_before(clause: Word, verb: Word) -> bool:
    """Whether a clause is only put before a verb with an object of its own: "They hold X; he denies wrongdoing"."""
    return clause.dep_ == "ccomp" and clause.i < verb.i and bool(children(verb, "dobj", "xcomp"))


def sayer(verb: Word) -> Word | None:
    """Who says it: the subject of a verb of saying, also behind it ("said the embassy"), None for nobody."""
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


def is_deniable(link: Link) -> bool:
    """Whether what a verb denies is the event: a clause, a claim, or any object of "deny", not "rejected the deal"."""
    deed = link.lemma == "deny" or link.word.pos_ in VERBAL or link.word.lemma_.lower() in CLAIMS
    return link.word.dep_ in DENIABLE and deed


def is_denied(link: Link) -> bool:
    """Whether somebody denies it: not what he grants while he denies something else, nor what nobody denies."""
    if not link.governed or link.lemma not in DENYING or not is_deniable(link):
        return False
    # "Denied it had armed rebels who killed five", "… to free hostages held in Niger": that much is granted.
    return not (link.granted or is_nobodys(link.head) or stands_before(link.word, link.head))


def is_charge(link: Link) -> bool:
    """Whether somebody is accused of it or arrested for it, with a preposition: "arrested for the killing".

    "Arrested over the bombing": there was one, whoever did it.
    """
    if not link.governed or link.lemma not in ALLEGING or link.word.dep_ != "prep":
        return False
    charged = link.by_somebody or link.word.lower_ not in ("on", "over")
    return charged and link.word.lower_ in CHARGED_WITH


def is_alleged(link: Link) -> bool:
    """Whether a verb of alleging has it as its clause: "alleged that guards beat him"."""
    return link.governed and link.lemma in ALLEGING and link.word.dep_ in ("ccomp", "xcomp")


def is_said(link: Link) -> bool:
    """Whether a verb of saying has it as its clause: "said that rebels attacked", "rebels attacked, he said"."""
    return link.governed and link.lemma in SAYING and link.word.dep_ in ("ccomp", "parataxis")


def is_claimed(link: Link) -> bool:
    """Whether the noun of a claim governs it: "allegations that guards beat him"."""
    return link.head.pos_ == "NOUN" and link.lemma in CLAIMS


def is_said_beside(link: Link) -> bool:
    """Whether it is said in a clause put before what it is said with: "Citing …"."""
    return link.word.dep_ == "advcl" and link.lemma in SAYING and link.word.i < link.head.i


ASSERTION_ABOVE: Ladder[Link, str] = Ladder(
    "assertion above",
    "How far the word above an event or its clause stands behind it",
    (
        when("denied", is_denied, "denied", "The army denied that it had bombed the hospital."),
        when("a charge", is_charge, "alleged", "Police arrested two guards for beating the prisoners."),
        when("alleged", is_alleged, "alleged", "Lawyers alleged that guards beat the prisoners."),
        when("said", is_said, "attributed", "The envoy said that rebels attacked the camp."),
        when("claimed", is_claimed, "alleged", "There were allegations that guards beat the prisoners."),
        when(
            "a clause before the saying",
            is_said_beside,
            "attributed",
            "As rebels attacked the camp, the envoy said that he would leave.",
        ),
    ),
)


def has_alleged(word: Word) -> bool:
    """Whether a word has an "alleged" or the like on it."""
    return any(child.lower_ in ALLEGED for child in word.children)


ALLEGATION: Ladder[Match, str] = Ladder(
    "allegation",
    "Whether a word on the trigger or its sides makes an allegation of the event",
    (
        when(
            "an alleged deed",
            lambda match: has_alleged(match.trigger),
            "alleged",
            "Rebels allegedly attacked the camp.",
        ),
        when(
            "alleged sides",
            lambda match: any(
                child.lower_ in ALLEGED for side in (*match.actors, *match.themes) for child in side.lefts
            ),
            "alleged",
            "Suspected rebels attacked the camp.",
        ),
    ),
)
ATTRIBUTION: Ladder[Word, str] = Ladder(
    "attribution",
    "Whether a phrase on a word says whose word it is",
    (
        when(
            "according to",
            lambda word: any(phrase == "according to" for phrase, _ in prepositions(word)),
            "attributed",
            "According to the police, two men attacked a bank.",
        ),
    ),
)


def assertion_of(match: Match) -> tuple[str, Word | None]:
    """How far the reporter stands behind the event, and the word of who does instead.

    Of several the strongest counts ("police deny that guards, witnesses said, beat him" is denied), and the source is
    that one's own. Who is nobody ("no one has said", "it is alleged") is no source, and what nobody denies is not
    denied.
    """
    evidence = AssertionEvidence()
    forms = sentence_of(match.trigger).forms
    if not forms.isdisjoint(ALLEGED) and ALLEGATION.decide(match, at=match.trigger.idx) is not None:
        evidence.add("alleged", None)
    word = match.trigger
    granted = False
    for _ in range(MAX_CLIMB):
        if "according" in forms and ATTRIBUTION.decide(word, at=word.idx) is not None:
            for phrase, noun in prepositions(word):
                if phrase == "according to":
                    evidence.add("attributed", speaker(noun))
        if word.head == word:
            break
        link = Link(word, word.head, granted, bool(match.actors))
        decision = ASSERTION_ABOVE.decide(link, at=word.idx)
        if decision is not None:
            evidence.add(decision.verdict, None if is_claimed(link) else sayer(link.head))
        granted = granted or only_describes(word)
        word = word.head
    return evidence.strongest()
