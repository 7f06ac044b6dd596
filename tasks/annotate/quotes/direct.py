"""Direct quotations: which quoted words are a clause of their own, and who says them by which cue."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from tasks.annotate.layers import Mention, Section
from tasks.annotate.quotes.marks import Quotation, find_quotations
from tasks.annotate.quotes.speech import according_to, cues, speaker_of
from tasks.annotate.rules import Ladder, Rule, when
from tasks.annotate.syntax.labels import TIMES, VERBAL
from tasks.annotate.syntax.parse import Parse, Word

_MARKS = "“”„«»‹›‘’\"'`"
# Tokens beside a quotation in which its cue is looked for.
_ZONE = 45
# Characters up to which quoted words are no speech with cues of its own.
_SHORT = 12
_QUOTED_LINE = re.compile(r"""[.,!?…]["”'’]{1,2}(?:\s*[—–―-]+\s*\S.{0,60})?\s*$""")


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who speaks and by which cue; `speaker` is the token that heads the speaker's phrase."""

    cue: int | None
    lemma: str | None
    speaker: int | None
    method: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """An article with its paragraphs, its quotations and the tokens inside them."""

    parse: Parse
    mentions: tuple[Mention, ...]
    block_starts: list[int]
    blocks: list[tuple[int, int]]
    quotations: list[Quotation]
    inside: frozenset[int]

    def block(self, char: int) -> int:
        """The paragraph of a character."""
        return max(0, bisect_right(self.block_starts, char) - 1)


def read_quotations(parse: Parse, mentions: tuple[Mention, ...]) -> Quoted:
    """Find the quotations of an article's paragraphs; without sections its lines stand for them."""
    text = parse.text
    if parse.sections:
        blocks = [(section.start, section.end) for section in parse.sections if _is_prose(text, section)]
    else:
        ends = list(accumulate(len(line) for line in text.splitlines(keepends=True)))
        blocks = list(pairwise([0, *ends]))
    blocks = blocks or [(0, len(text))]
    quotations = find_quotations(text, blocks)
    inside: set[int] = set()
    for quotation in quotations:
        if quotation.end - quotation.start > _SHORT:
            inside.update(range(bisect_left(parse.starts, quotation.start), bisect_left(parse.starts, quotation.end)))
    return Quoted(parse, mentions, [start for start, _ in blocks], blocks, quotations, frozenset(inside))


def _is_prose(text: str, section: Section) -> bool:
    """Paragraphs, and short lines that are a quotation with its full stop rather than a heading."""
    if section.kind not in ("title", "subheading"):
        return True
    return section.kind == "subheading" and bool(_QUOTED_LINE.search(text[section.start : section.end]))


@dataclass(frozen=True, slots=True)
class InParagraph:
    """A quotation with its words and what stands before and behind it in its paragraph."""

    quoted: Quoted
    quotation: Quotation
    words: str
    lead: str
    lead_end: int
    tail: str

    @property
    def punctuated(self) -> bool:
        """Whether its words end as a clause does."""
        return self.words.rstrip(_MARKS)[-1:] in (*".,!?…—",)

    @property
    def count(self) -> int:
        """How many words it has."""
        return len(self.words.split())

    @property
    def previous(self) -> str:
        """The last character before it in its paragraph."""
        return self.lead[-1:]


def _straight_behind_word(case: InParagraph) -> bool:
    return bool(case.previous) and case.previous not in ".,:;!?—–-)”\"…’'"


def _behind_verb_of_speaking(case: InParagraph) -> bool | None:
    if not _straight_behind_word(case) or not case.words[0].isupper():
        return None
    speaks = case.quoted.parse.at(case.lead_end - 1).lemma_.lower() in cues()["say"]
    return case.count > 1 if speaks else None


def _in_small_letters(case: InParagraph) -> bool | None:
    if not case.words[0].islower():
        return None
    led = case.punctuated and case.count > 2 and case.previous in ",:;—–"
    return led and _follows_cue(case.quoted, case.quotation)


def _behind_comma(case: InParagraph) -> bool:
    return case.previous == "," and case.count > 3 and _follows_cue(case.quoted, case.quotation)


# Whether a quotation is direct speech; no verdict is none.
DIRECT: Ladder[InParagraph, bool] = Ladder(
    "direct speech",
    "Whether words in quotation marks are a clause of their own rather than built into the reporter's sentence",
    (
        when(
            "no letter in it",
            lambda case: not any(map(str.isalpha, case.words)),
            False,
            'He scored "10." Weber said so.',
        ),
        when(
            "it goes on over paragraphs",
            lambda case: case.quotation.continued or case.quotation.open_end,
            True,
            'Talks failed\n\nAnna Weber said: "We came to talk and we left.\n\n"We will not come again," she said.',
        ),
        Rule(
            "a paragraph of its own",
            lambda case: case.count > 1 if not case.lead and (not case.tail or case.punctuated) else None,
            '"We will win," Anna Weber said.',
        ),
        # "he said “We will win”": straight after the verb of speaking.
        Rule("straight behind a verb of speaking", _behind_verb_of_speaking, 'Anna Weber said "We will win the vote".'),
        when(
            "straight behind another word", _straight_behind_word, False, 'It was the so-called "Peace Plan" of Weber.'
        ),
        Rule("in small letters", _in_small_letters, 'Anna Weber said, "we will win the vote." She left.'),
        when("closed as a clause", lambda case: case.punctuated, True, 'Anna Weber said: "We will win." She left.'),
        when(
            "behind a colon",
            lambda case: case.count > 3 and case.previous == ":",
            True,
            'Anna Weber said: "We will win the vote" and left.',
        ),
        when("behind a comma and a cue", _behind_comma, True, 'Anna Weber said, "We will win the vote" and left.'),
    ),
)


def is_direct(quoted: Quoted, quotation: Quotation) -> bool:
    """Whether a quotation is a clause of its own rather than words built into the reporter's sentence."""
    text = quoted.parse.text
    start, end = quoted.blocks[quoted.block(quotation.outer_start)]
    lead = text[start : quotation.outer_start].rstrip()
    tail = text[quotation.outer_end : end].lstrip()
    words = text[quotation.start : quotation.end].strip()
    decision = DIRECT.decide(
        InParagraph(quoted, quotation, words, lead, start + len(lead), tail), quotation.outer_start
    )
    return decision is not None and decision.verdict


def _follows_cue(quoted: Quoted, quotation: Quotation) -> bool:
    """Whether a verb of speaking stands between the sentence's start and the quotation."""
    for index in range(quoted.parse.at(quotation.outer_start).i - 1, -1, -1):
        token = quoted.parse[index]
        if token.is_space and "\n" in token.text:
            return False
        if token.lemma_.lower() in cues()["say"] and token.pos_ == "VERB" and index not in quoted.inside:
            return True
        if token.text in ".!?" and index not in quoted.inside:
            return False
    return False


@dataclass(frozen=True, slots=True)
class Unattributed:
    """A direct quotation, the one before it, and who says them by their own cues (None where none does)."""

    quoted: Quoted
    quotation: Quotation
    previous: Quotation | None
    before: Attribution | None
    by_cue: Attribution | None

    @property
    def speaker_before(self) -> Attribution | None:
        """What the quotation before gives this one, where its speaker is known."""
        known = self.before is not None and self.before.speaker is not None
        return replace(self.before, method="adjacent") if known and self.before is not None else None

    @property
    def paragraphs_on(self) -> int:
        """How many paragraphs it stands behind the quotation before."""
        if self.previous is None:
            return -1
        return self.quoted.block(self.quotation.outer_start) - self.quoted.block(self.previous.outer_start)


def _of_open_quotation(case: Unattributed) -> Attribution | None:
    if (case.by_cue is not None and case.by_cue.speaker is not None) or not case.quotation.continued:
        return None
    return case.speaker_before or (replace(case.before, method="none") if case.before is not None else None)


def _of_paragraph_before(case: Unattributed) -> Attribution | None:
    return case.speaker_before if case.paragraphs_on == 1 and _alone(case.quoted, case.quotation) else None


_MARKED = '"We came to talk," said Anna Weber. '
ATTRIBUTIONS: Ladder[Unattributed, Attribution] = Ladder(
    "who says a quotation",
    "By which cue, sentence or other quotation the speaker of a direct quotation is known",
    (
        Rule(
            "it goes on with one that a paragraph left open",
            _of_open_quotation,
            'Talks failed\n\nAnna Weber said: "We came to talk and we left.\n\n"We will not come again."',
        ),
        Rule("its own cue", lambda case: case.by_cue, '"We will win," Anna Weber said.'),
        Rule(
            "the quotation before in its paragraph",
            lambda case: case.speaker_before if case.paragraphs_on == 0 else None,
            _MARKED + '"We will not come again."',
        ),
        Rule(
            "the sentence before",
            lambda case: _from_lead(case.quoted, case.quotation),
            'Anna Weber was angry. "We will not come again."',
        ),
        Rule(
            "the quotation of the paragraph before",
            _of_paragraph_before,
            "Talks failed\n\n" + _MARKED + '\n\n"We will not come to Bern again."',
        ),
    ),
)


def attribute(quoted: Quoted, direct: list[Quotation]) -> list[Attribution]:
    """Cue and speaker of each direct quotation, in order; later ones may carry on an earlier one's."""
    found: list[Attribution] = []
    for index, quotation in enumerate(direct):
        previous, before = (direct[index - 1], found[-1]) if index else (None, None)
        case = Unattributed(quoted, quotation, previous, before, _by_cue(quoted, quotation))
        decision = ATTRIBUTIONS.decide(case, quotation.outer_start)
        found.append(decision.verdict if decision is not None else Attribution(None, None, None, "none"))
    # An open quotation that goes on over paragraphs is told its speaker at the end or at the start.
    for index in range(len(direct) - 1, 0, -1):
        if direct[index].continued and found[index - 1].speaker is None and found[index].speaker is not None:
            found[index - 1] = replace(found[index], method="adjacent")
    return found


def _by_cue(quoted: Quoted, quotation: Quotation) -> Attribution | None:
    """The cue in the quotation's own sentence: before it where the words before lead to it, else behind it."""
    text = quoted.parse.text
    start, end = quoted.blocks[quoted.block(quotation.outer_start)]
    lead = text[start : quotation.outer_start].rstrip()
    tail = text[quotation.outer_end : end].lstrip()
    after = _cue_after(quoted, quotation, end) if tail else None
    before = _cue_before(quoted, quotation, start) if lead else None
    ends = _ends_open(text[quotation.start : quotation.end].rstrip(), tail)
    if lead and (lead[-1] in ":," or lead[-1].isalnum()):
        behind_first = lead[-1] == "," and ends and before is None
        return after if behind_first else before or after
    return after if ends or (after is not None and _is_close(quoted, quotation, after)) else None


def _ends_open(words: str, tail: str) -> bool:
    """Whether the sentence goes on behind a quotation."""
    return words[-1:] in ",!?—–…" or tail[:1] in ",—–-―" or (bool(tail) and tail[0].islower())


def _is_close(quoted: Quoted, quotation: Quotation, attribution: Attribution) -> bool:
    return attribution.cue is not None and attribution.cue - quoted.parse.at(quotation.outer_end).i <= 4


def _cue_after(quoted: Quoted, quotation: Quotation, end: int) -> Attribution | None:
    """The cue behind a quotation, up to the end of its sentence or the next quotation."""
    parse = quoted.parse
    first = bisect_left(quoted.parse.starts, quotation.outer_end)
    dashed = False
    for index in range(first, min(len(parse), first + _ZONE)):
        token = parse[index]
        if (
            token.idx >= end
            or index in quoted.inside
            or (token.text in ".;" and index > first)
            or token.text in ("!", "?")
        ):
            break
        if index <= first + 1 and token.text in ("—", "–", "―", "--"):
            dashed = True
        attribution = _cue_at(quoted, token)
        if attribution is not None:
            return attribution
        if dashed and index > first and token.pos_ == "PROPN":
            return Attribution(None, None, _phrase_head(parse, index), "dep")
    return None


def _cue_before(quoted: Quoted, quotation: Quotation, start: int) -> Attribution | None:
    """The cue in front of a quotation, back to the start of its sentence."""
    parse = quoted.parse
    last = quoted.parse.at(max(start, quotation.outer_start - 1)).i
    for index in range(last, max(-1, last - _ZONE), -1):
        token = parse[index]
        if token.idx < start or (token.text in ("!", "?", ".") and index < last):
            break
        if index in quoted.inside:
            continue
        attribution = _cue_at(quoted, token)
        if attribution is not None:
            return attribution
    return None


def _cue_at(quoted: Quoted, token: Word) -> Attribution | None:
    if token.lower_ == "according":
        source = according_to(token)
        return Attribution(token.i, "according to", source.i, "dep") if source is not None else None
    spoken = token.lower_ in ("said", "says")
    if not spoken and (token.pos_ not in VERBAL or token.lemma_.lower() not in cues()["say"]):
        return None
    speaker = speaker_of(token)
    if speaker is None or speaker.i in quoted.inside:
        speaker = _neighbour(quoted, token)
    if speaker is None and token.tag_ in ("VBN", "VBG", "VB"):
        return None
    return Attribution(
        token.i, "say" if spoken else token.lemma_.lower(), speaker.i if speaker is not None else None, "dep"
    )


def _neighbour(quoted: Quoted, verb: Word) -> Word | None:
    """The noun right beside a cue whose subject the parse does not show: "said Anna Weber"."""
    parse = quoted.parse
    for step in (1, -1):
        index = verb.i + step
        seen = 0
        while 0 <= index < len(parse) and seen < 6 and index not in quoted.inside:
            token = parse[index]
            if token.pos_ in ("ADP", "SCONJ", "CCONJ") and step == 1:
                break
            if token.pos_ in ("PROPN", "PRON") or (token.pos_ == "NOUN" and token.ent_type_ not in TIMES):
                return parse[_phrase_head(parse, index)]
            if token.is_punct or token.is_space or token.pos_ == "VERB":
                break
            index += step
            seen += 1
    return None


def _phrase_head(parse: Parse, index: int) -> int:
    token = parse[index]
    while (
        token.dep_ in ("compound", "amod", "nmod", "flat", "poss")
        and token.head.i != token.i
        and abs(token.head.i - index) < 8
    ):
        token = token.head
    return token.i


def _alone(quoted: Quoted, quotation: Quotation) -> bool:
    """Whether the quotation is all of its paragraph."""
    start, end = quoted.blocks[quoted.block(quotation.outer_start)]
    rest = quoted.parse.text[start : quotation.outer_start] + quoted.parse.text[quotation.outer_end : end]
    return not any(char.isalpha() for char in rest)


def _from_lead(quoted: Quoted, quotation: Quotation) -> Attribution | None:
    """The speaker of the sentence before, in the same paragraph or one that ends with a colon."""
    found = _sentence_before(quoted, quotation)
    if found is None:
        return None
    first_char, last = found
    stop = max(-1, last - _ZONE)
    for index in range(last, stop, -1):
        token = quoted.parse[index]
        if index in quoted.inside or token.idx < first_char:
            continue
        attribution = _cue_at(quoted, token)
        if attribution is not None and attribution.speaker is not None:
            return replace(attribution, method="adjacent")
    sentence = quoted.parse[last].sent
    subject = next((token for token in sentence if token.dep_ == "nsubj" and token.head.dep_ == "ROOT"), None)
    if subject is None or (subject.ent_type_ not in ("PERSON", "ORG") and subject.pos_ != "PRON"):
        return None
    return Attribution(None, None, subject.i, "adjacent")


def _sentence_before(quoted: Quoted, quotation: Quotation) -> tuple[int, int] | None:
    """First character of the paragraph that leads to a quotation, and the last token before it there."""
    text, parse = quoted.parse.text, quoted.parse
    number = quoted.block(quotation.outer_start)
    start, _ = quoted.blocks[number]
    if text[start : quotation.outer_start].strip():
        return start, parse.at(quotation.outer_start - 1).i
    if number > 0:
        start, end = quoted.blocks[number - 1]
        if text[start:end].rstrip().endswith(":"):
            return start, parse.at(end - 1).i
    return None
