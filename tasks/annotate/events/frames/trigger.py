"""A match's trigger: the words that carry its time and place, where it stands in the text, what it is looked up by."""

from __future__ import annotations

from tasks.annotate.events.frames.match import Match
from tasks.annotate.events.view import content
from tasks.annotate.syntax.parse import Word


def carriers(match: Match) -> list[Word]:
    """The words on which time and place may hang: the trigger, its themes, the verb that says a noun takes place."""
    found = [match.trigger, *match.themes, *(token for token in match.joined if token not in match.themes)]
    head = match.trigger.head
    if match.frame.nominal and match.trigger.dep_ in ("nsubj", "nsubjpass", "dobj", "attr") and head.pos_ in (
        "VERB",
        "AUX",
    ):  # fmt: skip
        found.append(head)
    return found


def trigger_span(match: Match) -> tuple[int, int]:
    """Offsets of the trigger, with a particle that follows it directly; of a container, what it holds."""
    token = content(match.trigger) if match.frame.nominal else match.trigger
    end = token.idx + len(token)
    for child in token.rights:
        if child.dep_ == "prt" and child.i == token.i + 1:
            end = child.idx + len(child)
    return token.idx, end


def trigger_name(match: Match) -> str:
    """The trigger as a person would look it up: "arrest", "call off", "hold talks"."""
    token = content(match.trigger) if match.frame.nominal else match.trigger
    words = [token.lemma_.lower()]
    words.extend(child.lower_ for child in token.rights if child.dep_ == "prt" and child.lower_ != "by")
    needed = any(part.kind == "object" and part.role is None and part.filter.include for part in match.frame.parts)
    after = [theme.lower_ for theme in match.themes if theme.i > match.trigger.i]
    if needed and after and not match.frame.nominal:
        words.append(after[0])
    return " ".join(words)
