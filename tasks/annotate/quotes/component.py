"""Direct, mixed and indirect speech with cue and speaker (component `dateline_quotes`).

Direct quotations are found by their marks and the cue beside them (`direct`), the rest by the parse
(`speech`). A scare quote, which no cue governs, is no quotation; nor are the marks of a title or subheading.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate.layers import Mention, Quote, mention_at
from tasks.annotate.quotes.direct import Attribution, Quoted, attribute, is_direct, read_quotations
from tasks.annotate.quotes.marks import Quotation
from tasks.annotate.quotes.speech import Speech, cues, find_speech, speaker_of
from tasks.annotate.syntax.parse import Parse, Word, parse_of
from tasks.reference.files import words

COMPONENT = "dateline_quotes"

_EDGES = " \t\n\r\u00a0,;:—–-"
GOVERNMENTS = words("quotes")["governments"]
# What stands behind a noun and belongs to its name, and how far it may reach.
_OF_PHRASE = frozenset({"prep", "compound", "flat", "case", "nmod"})
_LONG_PHRASE = 12


def find_quotes(doc: Doc) -> tuple[Quote, ...]:
    """Give the quotes of a parsed Doc in order.

    Parameters
    ----------
    doc
        With `doc._.sections` (paragraphs; without any, lines stand for them) and `doc._.mentions`, through which the
        speaker's entity is found, pronouns included.
    """
    if not len(doc):
        return ()
    quoted = read_quotations(parse_of(doc), doc._.mentions)
    speeches = find_speech(quoted.parse, quoted.inside)
    direct = [quotation for quotation in quoted.quotations if is_direct(quoted, quotation)]
    groups = _direct_quotes(quoted, direct, attribute(quoted, direct))
    groups.extend(_reported(quoted, direct, speeches))
    groups.extend(_fragments(quoted, direct, [(quote.start, quote.end) for group in groups for quote in group]))
    groups.append(_headline_colons(quoted))
    return _numbered(groups)


# ---------- writing
def _direct_quotes(quoted: Quoted, direct: list[Quotation], attributions: list[Attribution]) -> list[list[Quote]]:
    """Direct quotes; the parts of one split quotation are a group."""
    groups: list[list[Quote]] = []
    for index, (quotation, attribution) in enumerate(zip(direct, attributions, strict=True)):
        if not index or not _is_joined(quoted, direct[index - 1], quotation, attributions[index - 1], attribution):
            groups.append([])
        if quotation.start < quotation.end:
            groups[-1].append(_quote(quoted, (quotation.start, quotation.end), "direct", attribution))
    return groups


def _is_joined(quoted: Quoted, left: Quotation, right: Quotation, said: Attribution, by: Attribution) -> bool:
    """Whether a quotation goes on with the one before it: the same speaker, nothing but a short cue between."""
    between = quoted.parse.text[left.outer_end : right.outer_start]
    same = said.speaker == by.speaker and by.speaker is not None
    return right.continued or (same and "\n" not in between and between.count(".") <= 2)


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without white space, commas and dashes at its edges."""
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    return start, end


def _quote(quoted: Quoted, span: tuple[int, int], kind: str, by: Attribution) -> Quote:
    """A quote of a group that is not numbered yet."""
    if by.speaker is None:
        return Quote(*span, 0, kind, by.lemma)
    speaker = _speaker(quoted, quoted.parse[by.speaker])
    method = "coref" if speaker.coreferent and by.method == "dep" else by.method
    return Quote(*span, 0, kind, by.lemma, speaker.entity, speaker.start, speaker.end, method)


@dataclass(frozen=True, slots=True)
class Speaker:
    """A speaker's phrase, the entity it means, and whether coreference found that out."""

    start: int
    end: int
    entity: str | None
    coreferent: bool


def _speaker(quoted: Quoted, head: Word) -> Speaker:
    """Span and entity of the speaker's phrase, without relative clauses, appositions and what follows a comma."""
    parse, mentions = quoted.parse, quoted.mentions
    mention = mention_at(mentions, head.i)
    first, last = _phrase(parse, head, mention)
    follows = mention_at(mentions, last + 1) if last + 1 < len(parse) else None
    if follows is not None and follows.form == "name" and follows.kind in ("person", "org") and head.pos_ == "NOUN":
        # "the news agency RIA": the name behind the noun is who speaks.
        last, mention = max(last, follows.token_end - 1), follows
    entity = mention.entity_id if mention is not None else None
    if entity is None and mention is not None and mention.form == "nominal" and head.lower_ in GOVERNMENTS:
        entity = _place_of(mentions, first, head.i)
    coreferent = mention is not None and mention.link_method == "coref"
    return Speaker(parse.starts[first], parse.ends[last], entity, coreferent)


def _phrase(parse: Parse, head: Word, mention: Mention | None) -> tuple[int, int]:
    """First and last token of a speaker's phrase."""
    first, last = head.left_edge.i, head.i
    for child in head.rights:
        if child.dep_ not in _OF_PHRASE or child.right_edge.i - head.i >= _LONG_PHRASE:
            break
        last = max(last, child.right_edge.i)
    if mention is not None and mention.form != "date":
        first, last = min(first, mention.token_start), max(last, mention.token_end - 1)
    while first < head.i and (parse[first].is_punct or parse[first].is_space):
        first += 1
    while last > head.i and (parse[last].is_punct or parse[last].is_space or parse[last].tag_ == "POS"):
        last -= 1
    return first, last


def _place_of(mentions: tuple[Mention, ...], first: int, head: int) -> str | None:
    """As in "the Moscow government": the place that a government is named by, for which it speaks."""
    named = [
        m for m in mentions if m.form == "name" and m.kind == "place" and first <= m.token_start < m.token_end <= head
    ]
    return named[-1].entity_id if named else None


def _reported(quoted: Quoted, direct: list[Quotation], speeches: list[Speech]) -> list[list[Quote]]:
    """Indirect and mixed quotes: reports that are not themselves a direct quotation, a group each."""
    taken = _Taken([(quotation.start, quotation.end) for quotation in direct])
    groups: list[list[Quote]] = []
    for speech in sorted(speeches, key=lambda s: (-s.strength, s.cue)):
        spans = [_span(quoted, *part) for part in speech.parts]
        spans = [span for span in spans if span[1] > span[0] and taken.covers(span) < 0.5 * (span[1] - span[0])]
        if not spans or not _in_blocks(quoted, spans[0][0]):
            continue
        if speech.lemma in cues()["physical"] and _is_target(quoted, speech):
            continue
        by = Attribution(speech.cue, speech.lemma, speech.speaker, "dep")
        groups.append([_quote(quoted, span, _kind(quoted, span), by) for span in spans])
        for span in spans:
            taken.add(span)
    return groups


def _kind(quoted: Quoted, span: tuple[int, int]) -> str:
    """Mixed where quotation marks stand in a report, else indirect."""
    behind = bisect_right(quoted.quotations, span[0], key=lambda quotation: quotation.end)
    return "mixed" if any(q.start < span[1] for q in quoted.quotations[behind : behind + 1]) else "indirect"


def _is_target(quoted: Quoted, speech: Speech) -> bool:
    """Whether the object of a verb that may be a deed begins with a place: "attacked Dikwa and Baga"."""
    first, last = speech.parts[0]
    mention = mention_at(quoted.mentions, first)
    return mention is not None and mention.form == "name" and mention.kind == "place" and mention.token_end >= last - 4


def _fragments(quoted: Quoted, direct: list[Quotation], given: list[tuple[int, int]]) -> list[list[Quote]]:
    """Quoted words that a cue governs though it reports no clause: 'likened it to “selling the family silver”'."""
    taken, spoken = _Taken(given), set(direct)
    lists = cues()
    governing = lists["say"] | lists["about"] | lists["call"]
    groups: list[list[Quote]] = []
    for quotation in quoted.quotations:
        start, end = _bare(quoted.parse.text, quotation.start, quotation.end)
        if quotation in spoken or start >= end or taken.covers((start, end)):
            continue
        first, last = quoted.parse.at(start).i, quoted.parse.at(end - 1).i
        verb = _verb_above(quoted.parse, first, last)
        lemma = verb.lemma_.lower()
        enough = 1 if lemma in lists["call"] else 3
        if verb.pos_ != "VERB" or lemma not in governing or last - first + 1 < enough or verb.i > first:
            continue
        speaker = speaker_of(verb)
        if speaker is not None and speaker.i not in quoted.inside and speaker.i < first:
            by = Attribution(verb.i, lemma, speaker.i, "dep")
            groups.append([_quote(quoted, (start, end), "mixed", by)])
    return groups


def _verb_above(parse: Parse, first: int, last: int) -> Word:
    """The verb that governs a stretch of words from outside, or the fourth word above it."""
    verb = parse.span(first, last + 1).root
    for _ in range(4):
        verb = verb.head
        if verb.pos_ == "VERB" and not first <= verb.i <= last:
            break
    return verb


def _span(quoted: Quoted, first: int, last: int) -> tuple[int, int]:
    """Characters of a token span; marks at its edges go unless they enclose words inside it, and never break a pair."""
    text = quoted.parse.text
    start, end = quoted.parse.starts[first], quoted.parse.ends[last - 1]
    end = min(end, max(quoted.blocks[quoted.block(start)][1], start))
    # In order and apart from one another: none before the first that reaches it, none behind the first that does not.
    reaching = bisect_right(quoted.quotations, start, key=lambda quotation: quotation.outer_end)
    for index in range(reaching, len(quoted.quotations)):
        quotation = quoted.quotations[index]
        if quotation.outer_start >= end:
            break
        if start < quotation.outer_end:
            if quotation.outer_start < start and quotation.end >= end:
                continue
            start = min(start, quotation.outer_start)
            end = max(end, quotation.outer_end)
    start, end = _bare(text, start, end)
    if end > start and text[end - 1] == ".":
        end -= 1
    around = bisect_left(quoted.quotations, end, key=lambda quotation: quotation.outer_end)
    if around < len(quoted.quotations) and quoted.quotations[around].outer_start <= start:
        start, end = max(start, quoted.quotations[around].start), min(end, quoted.quotations[around].end)
    return _bare(text, start, end)


def _in_blocks(quoted: Quoted, char: int) -> bool:
    start, end = quoted.blocks[quoted.block(char)]
    return start <= char < end


class _Taken:
    """Spans of the text that are quotes already, by the stretches of text that they reach into."""

    WIDTH = 400

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self.spans: list[tuple[int, int]] = []
        self.reaching: dict[int, list[int]] = {}
        for span in spans:
            self.add(span)

    def add(self, span: tuple[int, int]) -> None:
        for stretch in range(span[0] // self.WIDTH, span[1] // self.WIDTH + 1):
            self.reaching.setdefault(stretch, []).append(len(self.spans))
        self.spans.append(span)

    def covers(self, span: tuple[int, int]) -> int:
        """How many characters of a span they cover; those that two of them cover count twice."""
        stretches = range(span[0] // self.WIDTH, span[1] // self.WIDTH + 1)
        near = {number for stretch in stretches for number in self.reaching.get(stretch, ())}
        return sum(max(0, min(span[1], self.spans[n][1]) - max(span[0], self.spans[n][0])) for n in near)


def _headline_colons(quoted: Quoted) -> list[Quote]:
    """As in "Minister: talks will go on" in a title: the name before the colon says the rest."""
    parse = quoted.parse
    quotes: list[Quote] = []
    for section in parse.sections:
        if section.kind != "title":
            continue
        name, colon, said = parse.text[section.start : section.end].partition(": ")
        if not colon or len(said.split()) < 3 or len(name.split()) > 5:
            continue
        mention = mention_at(quoted.mentions, parse.at(section.start + len(name) - 1).i)
        if mention is None or mention.kind not in ("person", "org", None) or mention.form == "date":
            continue
        by = Attribution(None, ":", parse.span(mention.token_start, mention.token_end).root.i, "dep")
        span = _bare(parse.text, section.start + len(name) + 2, section.end)
        quotes.append(_quote(quoted, span, "indirect", by))
    return quotes


def _numbered(groups: list[list[Quote]]) -> tuple[Quote, ...]:
    """Quotes in order with their groups numbered from 1; of two on one span the first."""
    unique: dict[tuple[int, int], tuple[int, Quote]] = {}
    for place, group in enumerate(groups):
        for quote in group:
            unique.setdefault((quote.start, quote.end), (place, quote))
    numbers: dict[int, int] = {}
    ordered = [unique[span] for span in sorted(unique)]
    return tuple(replace(quote, group=numbers.setdefault(place, len(numbers) + 1)) for place, quote in ordered)


@Language.factory(COMPONENT, assigns=["doc._.quotes"], requires=["doc._.sections", "doc._.mentions"])
def dateline_quotes(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Build the component that writes `doc._.quotes`."""

    def annotate(doc: Doc) -> Doc:
        doc._.quotes = find_quotes(doc)
        return doc

    return annotate
