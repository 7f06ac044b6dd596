"""Direct quotations: which quoted words are a clause of their own, and who says them by which cue."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace

from spacy.tokens import Doc, Token

from tasks.annotate.layers import Section
from tasks.annotate.quotes.marks import Quotation, find_quotations
from tasks.annotate.quotes.speech import cues, speaker_of
from tasks.annotate.syntax.parse import parse_of

_MARKS = "“”„«»‹›‘’\"'`"
_ZONE = 45
_QUOTED_LINE = re.compile(r"""[.,!?…]["”'’]{1,2}(?:\s*[—–―-]+\s*\S.{0,60})?\s*$""")


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who speaks and by which cue; `speaker` is the token that heads the speaker's phrase."""

    cue: int | None
    lemma: str | None
    speaker: int | None
    method: str


@dataclass(slots=True)
class Reading:
    """A Doc with its quotations and where its tokens begin."""

    doc: Doc
    text: str
    starts: list[int]
    block_starts: list[int]
    blocks: list[tuple[int, int]]
    quotations: list[Quotation]
    inside: frozenset[int]

    def token(self, char: int) -> int:
        """The token that covers a character or precedes it."""
        return max(0, bisect_right(self.starts, char) - 1)

    def block(self, char: int) -> int:
        """The paragraph of a character."""
        return max(0, bisect_right(self.block_starts, char) - 1)


def read_quotations(doc: Doc) -> Reading:
    """Find the quotations of a Doc's paragraphs; without sections its lines stand for them."""
    sections: tuple[Section, ...] = doc._.sections
    text = parse_of(doc).text
    if sections:
        blocks = [(section.start, section.end) for section in sections if _is_prose(text, section)]
    else:
        blocks, position = [], 0
        for line in text.splitlines(keepends=True):
            blocks.append((position, position + len(line)))
            position += len(line)
    blocks = blocks or [(0, len(text))]
    starts = parse_of(doc).starts
    quotations = find_quotations(text, blocks)
    inside: set[int] = set()
    for quotation in quotations:
        if quotation.end - quotation.start > 12:
            inside.update(range(bisect_left(starts, quotation.start), bisect_left(starts, quotation.end)))
    return Reading(doc, text, starts, [start for start, _ in blocks], blocks, quotations, frozenset(inside))


def _is_prose(text: str, section: Section) -> bool:
    """Paragraphs, and short lines that are a quotation with its full stop rather than a heading."""
    if section.kind not in ("title", "subheading"):
        return True
    return section.kind == "subheading" and bool(_QUOTED_LINE.search(text[section.start : section.end]))


def is_direct(reading: Reading, quotation: Quotation) -> bool:
    """Whether a quotation is a clause of its own rather than words built into the reporter's sentence."""
    text = reading.text
    words = text[quotation.start : quotation.end].strip()
    if not words or not any(char.isalpha() for char in words):
        return False
    start, end = reading.blocks[reading.block(quotation.outer_start)]
    lead = text[start : quotation.outer_start].rstrip()
    tail = text[quotation.outer_end : end].lstrip()
    if quotation.continued or quotation.open_end:
        return True
    punctuated = words.rstrip(_MARKS)[-1:] in (*".,!?…—",)
    count = len(words.split())
    if not lead and (not tail or punctuated):
        return count > 1
    previous = text[lead_end - 1] if (lead_end := start + len(lead)) > start else ""
    if previous and previous not in ".,:;!?—–-)”\"…’'":
        # "he said “We will win”": straight after the verb of speaking.
        before = reading.doc[reading.token(lead_end - 1)]
        if before.lemma_.lower() not in cues()["say"] or not words[0].isupper():
            return False
        return count > 1
    if words[0].islower():
        return punctuated and count > 2 and previous in ",:;—–" and _follows_cue(reading, quotation)
    return (
        punctuated
        or (count > 3 and previous == ":")
        or (previous == "," and count > 3 and _follows_cue(reading, quotation))
    )


def _follows_cue(reading: Reading, quotation: Quotation) -> bool:
    """Whether a verb of speaking stands between the sentence's start and the quotation."""
    for index in range(reading.token(quotation.outer_start) - 1, -1, -1):
        token = reading.doc[index]
        if token.is_space and "\n" in token.text:
            return False
        if token.lemma_.lower() in cues()["say"] and token.pos_ == "VERB" and index not in reading.inside:
            return True
        if token.text in ".!?" and index not in reading.inside:
            return False
    return False


def attribute(reading: Reading, direct: list[Quotation]) -> list[Attribution]:
    """Cue and speaker of each direct quotation, in order; later ones may carry on an earlier one's."""
    found: list[Attribution] = []
    for index, quotation in enumerate(direct):
        previous = direct[index - 1] if index else None
        before = found[-1] if found else None
        attribution = _by_cue(reading, quotation)
        same_block = previous is not None and reading.block(previous.outer_start) == reading.block(
            quotation.outer_start
        )
        if (attribution is None or attribution.speaker is None) and quotation.continued and before is not None:
            attribution = replace(before, method="adjacent" if before.speaker is not None else "none")
        if attribution is None and before is not None and before.speaker is not None and same_block:
            attribution = replace(before, method="adjacent")
        if attribution is None:
            attribution = _from_lead(reading, quotation)
        if attribution is None and previous is not None and before is not None and before.speaker is not None:
            next_block = reading.block(quotation.outer_start) - reading.block(previous.outer_start) == 1
            if next_block and _alone(reading, quotation):
                attribution = replace(before, method="adjacent")
        found.append(attribution or Attribution(None, None, None, "none"))
    # An open quotation that goes on over paragraphs is told its speaker at the end or at the start.
    for index in range(len(direct) - 1, 0, -1):
        if direct[index].continued and found[index - 1].speaker is None and found[index].speaker is not None:
            found[index - 1] = replace(found[index], method="adjacent")
    return found


def _by_cue(reading: Reading, quotation: Quotation) -> Attribution | None:
    text = reading.text
    start, end = reading.blocks[reading.block(quotation.outer_start)]
    lead = text[start : quotation.outer_start].rstrip()
    words = text[quotation.start : quotation.end].rstrip()
    tail = text[quotation.outer_end : end].lstrip()
    after = _cue_after(reading, quotation, end) if tail else None
    before = _cue_before(reading, quotation, start) if lead else None
    leads = bool(lead) and (lead[-1] in ":," or lead[-1].isalnum())
    ends = words[-1:] in ",!?—–…" or tail[:1] in ",—–-―" or (bool(tail) and tail[0].islower())
    order = (before, after) if leads and (lead[-1] != "," or not ends or before is not None) else (after, before)
    if not leads:
        order = (
            (after, None)
            if ends
            else (after if after is not None and _is_close(reading, quotation, after) else None, None)
        )
    return next((attribution for attribution in order if attribution is not None), None)


def _is_close(reading: Reading, quotation: Quotation, attribution: Attribution) -> bool:
    return attribution.cue is not None and attribution.cue - reading.token(quotation.outer_end) <= 4


def _cue_after(reading: Reading, quotation: Quotation, end: int) -> Attribution | None:
    """The cue behind a quotation, up to the end of its sentence or the next quotation."""
    doc = reading.doc
    first = bisect_left(reading.starts, quotation.outer_end)
    dashed = False
    for index in range(first, min(len(doc), first + _ZONE)):
        token = doc[index]
        if (
            token.idx >= end
            or index in reading.inside
            or (token.text in ".;" and index > first)
            or token.text in ("!", "?")
        ):
            break
        if index <= first + 1 and token.text in ("—", "–", "―", "--"):
            dashed = True
        attribution = _cue_at(reading, token)
        if attribution is not None:
            return attribution
        if dashed and index > first and token.pos_ == "PROPN":
            return Attribution(None, None, _phrase_head(doc, index), "dep")
    return None


def _cue_before(reading: Reading, quotation: Quotation, start: int) -> Attribution | None:
    """The cue in front of a quotation, back to the start of its sentence."""
    doc = reading.doc
    last = reading.token(max(start, quotation.outer_start - 1))
    for index in range(last, max(-1, last - _ZONE), -1):
        token = doc[index]
        if token.idx < start or (token.text in ("!", "?", ".") and index < last):
            break
        if index in reading.inside:
            continue
        attribution = _cue_at(reading, token)
        if attribution is not None:
            return attribution
    return None


def _cue_at(reading: Reading, token: Token) -> Attribution | None:
    lists = cues()
    if token.lower_ == "according":
        to = next((child for child in token.children if child.lower_ == "to"), None)
        speaker = next((child for child in to.children if child.dep_ == "pobj"), None) if to is not None else None
        return Attribution(token.i, "according to", speaker.i, "dep") if speaker is not None else None
    spoken = token.lower_ in ("said", "says")
    if not spoken and (token.pos_ not in ("VERB", "AUX") or token.lemma_.lower() not in lists["say"]):
        return None
    speaker = speaker_of(token)
    if speaker is None or speaker.i in reading.inside:
        speaker = _neighbour(reading, token)
    if speaker is None and token.tag_ in ("VBN", "VBG", "VB"):
        return None
    return Attribution(
        token.i, "say" if spoken else token.lemma_.lower(), speaker.i if speaker is not None else None, "dep"
    )


def _neighbour(reading: Reading, verb: Token) -> Token | None:
    """The noun right beside a cue whose subject the parse does not show: "said Anna Weber"."""
    doc = reading.doc
    for step in (1, -1):
        index = verb.i + step
        seen = 0
        while 0 <= index < len(doc) and seen < 6 and index not in reading.inside:
            token = doc[index]
            if token.pos_ in ("ADP", "SCONJ", "CCONJ") and step == 1:
                break
            if token.pos_ in ("PROPN", "PRON") or (token.pos_ == "NOUN" and token.ent_type_ not in ("DATE", "TIME")):
                return doc[_phrase_head(doc, index)]
            if token.is_punct or token.is_space or token.pos_ == "VERB":
                break
            index += step
            seen += 1
    return None


def _phrase_head(doc: Doc, index: int) -> int:
    token = doc[index]
    while (
        token.dep_ in ("compound", "amod", "nmod", "flat", "poss")
        and token.head.i != token.i
        and abs(token.head.i - index) < 8
    ):
        token = token.head
    return token.i


def _alone(reading: Reading, quotation: Quotation) -> bool:
    """Whether the quotation is all of its paragraph."""
    start, end = reading.blocks[reading.block(quotation.outer_start)]
    rest = reading.text[start : quotation.outer_start] + reading.text[quotation.outer_end : end]
    return not any(char.isalpha() for char in rest)


def _from_lead(reading: Reading, quotation: Quotation) -> Attribution | None:
    """The speaker of the sentence before, in the same paragraph or one that ends with a colon."""
    text = reading.text
    number = reading.block(quotation.outer_start)
    start, _ = reading.blocks[number]
    lead = text[start : quotation.outer_start].strip()
    if lead:
        last = reading.token(quotation.outer_start - 1)
    elif number > 0 and text[slice(*reading.blocks[number - 1])].rstrip().endswith(":"):
        last = reading.token(reading.blocks[number - 1][1] - 1)
    else:
        return None
    stop = max(-1, last - _ZONE)
    for index in range(last, stop, -1):
        token = reading.doc[index]
        if index in reading.inside or token.idx < (start if lead else reading.blocks[number - 1][0]):
            continue
        attribution = _cue_at(reading, token)
        if attribution is not None and attribution.speaker is not None:
            return replace(attribution, method="adjacent")
    sentence = reading.doc[last].sent
    subject = next((token for token in sentence if token.dep_ == "nsubj" and token.head.dep_ == "ROOT"), None)
    if subject is None or (subject.ent_type_ not in ("PERSON", "ORG") and subject.pos_ != "PRON"):
        return None
    return Attribution(None, None, subject.i, "adjacent")
