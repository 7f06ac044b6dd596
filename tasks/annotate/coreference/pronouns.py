"""Pronouns to antecedents: a ranking over agreement, syntax, salience and distance with hand-set weights.

In the tradition of Lappin and Leass (1994), "An algorithm for pronominal anaphora resolution". Conservative: where two
antecedents are about as good, none is taken.
"""

from __future__ import annotations

from tasks.annotate.coreference.article import WINDOW, Antecedent, Discourse, lexicon
from tasks.annotate.syntax.parse import Parse, Word
from tasks.annotate.syntax.phrases import Position, is_inside, joined_nouns, pleonastic, position, top

_WEIGHTS = {
    "subject": 2.9, "object": 2.3, "oblique": 0.9, "possessive": 2.4, "other": 1.5, "sentence": -2.4, "here": 0.8,
    "token": -0.04, "above": 0.5, "parallel": 1.4, "own_subject": 1.8, "pronoun": 0.6, "same_word": 0.3, "count": 0.4,
    "gender": 0.6, "odd_gender": -1.5, "possessor": 2.5, "ahead": 5.0, "noun_gender": 0.0, "order": -0.1,
}  # fmt: skip
# Two candidates this close in score leave a pronoun unresolved; for "it" and "they" thrice as close.
_MARGIN = 0.2
# Tokens back or ahead in which an antecedent is looked for: only a "sentence" that is a list or a table is longer.
_REACH = 400


def resolve_pronoun(
    article: Discourse, token: Word, gender: str, seen: list[Antecedent], every: list[Antecedent]
) -> str | None:
    """Give the entity that a personal or possessive pronoun takes up, None where that is not clear.

    Parameters
    ----------
    gender
        m, f, n or p as in `pronouns.toml`. A plural that takes up several entities is noted in `article.groups`.
    seen, every
        The candidates before the pronoun, those it resolved among them, and all.
    """
    if gender == "n" and pleonastic(token, lexicon()["pleonastic"]["verbs"]):
        return None
    if gender == "p":
        together = _coordination(article, token, seen)
        if together:
            article.groups[token.i] = together
            return None
    where = position(token)
    sentence = article.sentence_of[token.i]
    best: dict[str, float] = {}
    order = 0
    for candidate in reversed(seen):
        if candidate.sentence < sentence - WINDOW or candidate.token < token.i - _REACH:
            break
        if (
            candidate.token == token.i
            or not _fits(article, candidate, gender)
            or not _may_bind(article.doc, token, where, candidate)
        ):
            continue
        value = _score(article, token, gender, where, candidate, sentence, order)
        order += 1
        key = candidate.entity if candidate.entity is not None else f"#{candidate.token}"
        if value > best.get(key, float("-inf")):
            best[key] = value
    ahead = _cataphor(article, token, gender, where, every, sentence)
    if ahead is not None:
        best[ahead] = max(best.get(ahead, 0.0), _WEIGHTS["ahead"])
    return _winner(article, best, gender)


def _winner(article: Discourse, best: dict[str, float], gender: str) -> str | None:
    if not best:
        return None
    ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
    first, value = ranked[0]
    if first not in article.kinds:
        return None
    margin = _MARGIN if gender in ("m", "f") else 3 * _MARGIN
    if len(ranked) > 1 and value - ranked[1][1] < margin:
        return None
    return first if gender in ("m", "f") or value >= 3.0 else None


def _fits(article: Discourse, candidate: Antecedent, gender: str) -> bool:
    """Agreement in number, gender and animacy."""
    if gender in ("m", "f"):
        if candidate.plural or candidate.kind != "person":
            return False
        told = article.genders.get(candidate.entity or "", candidate.gender)
        return told is None or told == gender
    if gender == "n":
        return not candidate.plural and candidate.kind in ("org", "place", "thing", "group")
    return candidate.plural or candidate.kind in ("org", "group")


def _may_bind(parse: Parse, token: Word, where: Position, candidate: Antecedent) -> bool:
    """Syntax: "Kim met him" is not Kim, "his brother Bob" is not Bob's, "Kim and he" is not Kim."""
    other = parse[candidate.token]
    if candidate.pronoun and other.i == token.i:
        return False
    reflexive = token.lower_.endswith(("self", "selves"))
    if token.dep_ == "poss":
        return not is_inside(other, token.head) or (candidate.where.verb != where.verb and other.i < token.head.i - 8)
    same_clause = candidate.where.verb == where.verb and candidate.where.role != "possessive"
    if reflexive:
        return same_clause
    if same_clause and candidate.where.role in ("subject", "object", "oblique") and where.role != "other":
        # A fronted phrase ("In Kim's view he ...") stands outside; arguments of one verb differ.
        return False
    return not is_inside(other, top(token))


def _score(
    article: Discourse, token: Word, gender: str, where: Position, candidate: Antecedent, sentence: int, order: int
) -> float:
    weights = _WEIGHTS
    distance = sentence - candidate.sentence
    value = weights[candidate.where.role] + weights["sentence"] * distance + weights["order"] * order
    if distance == 0:
        value = _with_nearness(article, token, where, candidate, value)
    if candidate.where.role == where.role and where.role in ("subject", "object"):
        value += weights["parallel"]
    if candidate.pronoun:
        value += weights["pronoun"]
        if article.doc[candidate.token].lower_ == token.lower_:
            value += weights["same_word"]
    if candidate.entity is not None:
        value += weights["count"] * min(4, article.counts[candidate.entity])
    if gender in ("m", "f"):
        value += _gender_score(article, candidate, gender)
    if gender in ("n", "p"):
        value += {"org": 1.0, "group": 0.8, "place": 0.4}.get(candidate.kind, 0.0)
    return value


def _with_nearness(article: Discourse, token: Word, where: Position, candidate: Antecedent, value: float) -> float:
    """A score with what nearness and syntax add for a candidate of the pronoun's own sentence."""
    weights = _WEIGHTS
    value += weights["here"] + weights["token"] * abs(token.i - candidate.token)
    subject = candidate.where.role == "subject"
    verb = article.doc[candidate.where.verb]
    if subject and candidate.where.verb != where.verb and is_inside(token, verb):
        value += weights["above"]
    if candidate.where.role == "possessive" and is_inside(token, top(article.doc[candidate.token]).head):
        value += weights["possessor"]
    if token.dep_ == "poss" and candidate.where.verb == where.verb and subject:
        value += weights["own_subject"]
    return value


def _gender_score(article: Discourse, candidate: Antecedent, gender: str) -> float:
    """What the candidate's gender adds for "he" and "she", or takes."""
    if candidate.entity is None:
        return _WEIGHTS["noun_gender"] if candidate.gender == gender else 0.0
    known = article.genders.get(candidate.entity)
    if known == gender:
        return _WEIGHTS["gender"]
    odd = known is None and article.weak.get(candidate.entity) not in (None, gender)
    return _WEIGHTS["odd_gender"] if odd else 0.0


def _cataphor(
    article: Discourse, token: Word, gender: str, where: Position, every: list[Antecedent], sentence: int
) -> str | None:
    """As in "When he arrived, Putin said": the subject that follows, where the pronoun hangs below its verb."""
    if gender not in ("m", "f"):
        return None
    # What of each verb above the pronoun holds it.
    branches: dict[int, Word] = {}
    branch: Word | None = token
    while branch is not None and branch.head.i != branch.i:
        branches.setdefault(branch.head.i, branch)
        branch = branch.head
    for candidate in every:
        if candidate.token <= token.i or candidate.sentence < sentence or candidate.entity is None:
            continue
        if candidate.sentence > sentence or candidate.token > token.i + _REACH:
            break
        if candidate.where.role != "subject" or not _fits(article, candidate, gender):
            continue
        branch = branches.get(candidate.where.verb)
        fronted = (
            branch is not None and branch.i < candidate.token and branch.dep_ in ("prep", "advcl", "npadvmod", "pcomp")
        )
        if fronted:
            return candidate.entity
    return None


def _coordination(article: Discourse, token: Word, seen: list[Antecedent]) -> tuple[str, ...]:
    """The people or bodies that stand joined in the nearest subject: "Kim and Trump ... they"."""
    sentence = article.sentence_of[token.i]
    by_token = {candidate.token: candidate for candidate in seen}
    for candidate in reversed(seen):
        if candidate.sentence < sentence - 1:
            break
        if candidate.plural and candidate.where.role == "subject" and candidate.token < token.i:
            return article.groups.get(candidate.token, ())
        head = article.doc[candidate.token]
        if candidate.where.role != "subject" or head.dep_ == "conj":
            continue
        parts = [by_token[part.i] for part in joined_nouns(head) if part.i in by_token]
        entities = tuple(dict.fromkeys(part.entity for part in parts if part.entity is not None))
        if (
            len(entities) > 1
            and len({part.kind for part in parts}) == 1
            and parts[0].where.verb != position(token).verb
        ):
            return entities
    return ()


def resolve_relative(article: Discourse, token: Word, seen: list[Antecedent]) -> str | None:
    """As in "Kim, who ...": the noun that the relative clause hangs on."""
    verb = token
    for _ in range(4):
        if verb.dep_ == "relcl":
            break
        verb = verb.head
    if verb.dep_ != "relcl":
        return None
    noun = verb.head
    for candidate in reversed(seen):
        if candidate.token == noun.i and candidate.entity is not None:
            return candidate.entity if token.lower_ == "which" or candidate.kind == "person" else None
    return None
