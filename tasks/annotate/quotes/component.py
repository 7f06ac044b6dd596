"""Direct, mixed and indirect speech with cue and speaker (component `dateline_quotes`).

Direct quotations are found by their marks and the cue beside them (`direct`), the rest by the parse
(`speech`). A scare quote, which no cue governs, is no quotation; nor are the marks of a title or subheading.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from spacy.language import Language
from spacy.tokens import Doc

from tasks.annotate.layers import Mention, Quote, mention_at
from tasks.annotate.quotes.direct import Attribution, Reading, attribute, is_direct, read_quotations
from tasks.annotate.quotes.marks import Quotation
from tasks.annotate.quotes.speech import Speech, cues, find_speech, speaker_of

COMPONENT = "dateline_quotes"

_EDGES = " \t\n\r\u00a0,;:—–-"
_GOVERNMENTS = frozenset({"government", "administration", "regime", "authorities", "cabinet", "leadership"})


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
    reading = read_quotations(doc)
    speeches = find_speech(doc, reading.inside)
    direct = [quotation for quotation in reading.quotations if is_direct(reading, quotation)]
    attributions = attribute(reading, direct)
    quotes = _direct_quotes(reading, direct, attributions)
    quotes.extend(_reported(reading, direct, speeches))
    quotes.extend(_fragments(reading, direct, quotes))
    quotes.extend(_headline_colons(reading))
    return _numbered(quotes)


# ---------- writing
def _direct_quotes(reading: Reading, direct: list[Quotation], attributions: list[Attribution]) -> list[Quote]:
    quotes: list[Quote] = []
    group = 0
    text = reading.text
    for index, (quotation, attribution) in enumerate(zip(direct, attributions, strict=True)):
        joined = False
        if index:
            previous = direct[index - 1]
            between = text[previous.outer_end : quotation.outer_start]
            same = attributions[index - 1].speaker == attribution.speaker and attribution.speaker is not None
            joined = quotation.continued or (same and "\n" not in between and between.count(".") <= 2)
        group += 0 if joined else 1
        start, end = quotation.start, quotation.end
        if start < end:
            quotes.append(_quote(reading, start, end, group, "direct", attribution))
    return quotes


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without white space, commas and dashes at its edges."""
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    return start, end


def _quote(reading: Reading, start: int, end: int, group: int, kind: str, by: Attribution) -> Quote:
    speaker_start = speaker_end = None
    entity: str | None = None
    method = "none"
    if by.speaker is not None:
        speaker_start, speaker_end, entity, coreferent = _speaker(reading.doc, by.speaker)
        method = "coref" if coreferent and by.method == "dep" else by.method
    return Quote(start, end, group, kind, by.lemma, entity, speaker_start, speaker_end, method)


def _speaker(doc: Doc, head: int) -> tuple[int, int, str | None, bool]:
    """Span and entity of the speaker's phrase, without relative clauses, appositions and what follows a comma."""
    mentions: tuple[Mention, ...] = doc._.mentions
    mention = mention_at(mentions, head)
    token = doc[head]
    first, last = token.left_edge.i, head
    for child in token.rights:
        if child.dep_ in ("prep", "compound", "flat", "case", "nmod") and child.right_edge.i - head < 12:
            last = max(last, child.right_edge.i)
        else:
            break
    if mention is not None and mention.form != "date":
        first, last = min(first, mention.token_start), max(last, mention.token_end - 1)
    while first < head and (doc[first].is_punct or doc[first].is_space):
        first += 1
    while last > head and (doc[last].is_punct or doc[last].is_space or doc[last].tag_ == "POS"):
        last -= 1
    follows = mention_at(mentions, last + 1) if last + 1 < len(doc) else None
    if follows is not None and follows.form == "name" and follows.kind in ("person", "org") and token.pos_ == "NOUN":
        # "the news agency RIA": the name behind the noun is who speaks.
        last, mention = max(last, follows.token_end - 1), follows
    entity = mention.entity_id if mention is not None else None
    if entity is None and mention is not None and mention.form == "nominal" and token.lower_ in _GOVERNMENTS:
        # "the Moscow government" speaks for the place it is named by.
        named = [
            m
            for m in mentions
            if m.form == "name" and m.kind == "place" and first <= m.token_start < m.token_end <= head
        ]
        entity = named[-1].entity_id if named else None
    coreferent = mention is not None and mention.link_method == "coref"
    return doc[first].idx, doc[last].idx + len(doc[last]), entity, coreferent


def _reported(reading: Reading, direct: list[Quotation], speeches: list[Speech]) -> list[Quote]:
    """Indirect and mixed quotes: reports that are not themselves a direct quotation."""
    taken: list[tuple[int, int]] = [(quotation.start, quotation.end) for quotation in direct]
    quotes: list[Quote] = []
    for number, speech in enumerate(sorted(speeches, key=lambda s: (-s.strength, s.cue))):
        spans = [_span(reading, *part) for part in speech.parts]
        spans = [span for span in spans if span[1] > span[0] and _covered(span, taken) < 0.5 * (span[1] - span[0])]
        if not spans or not _in_blocks(reading, spans[0][0]):
            continue
        if speech.lemma in cues()["physical"] and _is_target(reading.doc, speech):
            continue
        by = Attribution(speech.cue, speech.lemma, speech.speaker, "dep")
        for start, end in spans:
            marked = any(q.start < end and start < q.end for q in reading.quotations)
            quotes.append(_quote(reading, start, end, 100_000 + number, "mixed" if marked else "indirect", by))
            taken.append((start, end))
    return quotes


def _is_target(doc: Doc, speech: Speech) -> bool:
    """Whether the object of a verb that may be a deed begins with a place: "attacked Dikwa and Baga"."""
    first, last = speech.parts[0]
    mention = mention_at(doc._.mentions, first)
    return mention is not None and mention.form == "name" and mention.kind == "place" and mention.token_end >= last - 4


def _fragments(reading: Reading, direct: list[Quotation], quotes: list[Quote]) -> list[Quote]:
    """Quoted words that a cue governs though it reports no clause: 'likened it to “selling the family silver”'."""
    lists = cues()
    governing = lists["say"] | lists["about"] | lists["call"]
    taken = [(quote.start, quote.end) for quote in quotes]
    found: list[Quote] = []
    for number, quotation in enumerate(reading.quotations):
        start, end = _bare(reading.text, quotation.start, quotation.end)
        if quotation in direct or start >= end or _covered((start, end), taken):
            continue
        first, last = reading.token(start), reading.token(end - 1)
        verb = reading.doc[first : last + 1].root
        for _ in range(4):
            verb = verb.head
            if verb.pos_ == "VERB" and verb.i not in range(first, last + 1):
                break
        lemma = verb.lemma_.lower()
        enough = 1 if lemma in lists["call"] else 3
        if verb.pos_ != "VERB" or lemma not in governing or last - first + 1 < enough or verb.i > first:
            continue
        speaker = speaker_of(verb)
        if speaker is not None and speaker.i not in reading.inside and speaker.i < first:
            by = Attribution(verb.i, lemma, speaker.i, "dep")
            found.append(_quote(reading, start, end, 200_000 + number, "mixed", by))
    return found


def _span(reading: Reading, first: int, last: int) -> tuple[int, int]:
    """Characters of a token span; marks at its edges go unless they enclose words inside it, and never break a pair."""
    doc, text = reading.doc, reading.text
    start, end = doc[first].idx, doc[last - 1].idx + len(doc[last - 1])
    end = min(end, max(reading.blocks[reading.block(start)][1], start))
    for quotation in reading.quotations:
        if quotation.outer_start < end and start < quotation.outer_end:
            if quotation.outer_start < start and quotation.end >= end:
                continue
            start = min(start, quotation.outer_start)
            end = max(end, quotation.outer_end)
    start, end = _bare(text, start, end)
    if end > start and text[end - 1] == ".":
        end -= 1
    whole = [q for q in reading.quotations if q.outer_start <= start and end <= q.outer_end]
    if whole:
        start, end = max(start, whole[0].start), min(end, whole[0].end)
    return _bare(text, start, end)


def _in_blocks(reading: Reading, char: int) -> bool:
    start, end = reading.blocks[reading.block(char)]
    return start <= char < end


def _covered(span: tuple[int, int], taken: list[tuple[int, int]]) -> int:
    return sum(max(0, min(span[1], end) - max(span[0], start)) for start, end in taken)


def _headline_colons(reading: Reading) -> list[Quote]:
    """As in "Minister: talks will go on" in a title: the name before the colon says the rest."""
    doc, text = reading.doc, reading.text
    quotes = []
    for section in doc._.sections:
        if section.kind != "title":
            continue
        words = text[section.start : section.end]
        name, colon, said = words.partition(": ")
        if not colon or len(said.split()) < 3 or len(name.split()) > 5:
            continue
        head = reading.token(section.start + len(name) - 1)
        mention = mention_at(doc._.mentions, head)
        if mention is None or mention.kind not in ("person", "org", None) or mention.form == "date":
            continue
        start = section.start + len(name) + 2
        by = Attribution(None, ":", doc[mention.token_start : mention.token_end].root.i, "dep")
        quotes.append(_quote(reading, *_bare(text, start, section.end), 0, "indirect", by))
    return quotes


def _numbered(quotes: list[Quote]) -> tuple[Quote, ...]:
    """Quotes in order with their groups numbered from 1; of two on one span the first."""
    unique: dict[tuple[int, int], Quote] = {}
    for quote in quotes:
        unique.setdefault((quote.start, quote.end), quote)
    groups: dict[int, int] = {}
    ordered = [unique[span] for span in sorted(unique)]
    return tuple(replace(quote, group=groups.setdefault(quote.group, len(groups) + 1)) for quote in ordered)


@Language.factory(COMPONENT, assigns=["doc._.quotes"], requires=["doc._.mentions"])
def dateline_quotes(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Build the component that writes `doc._.quotes`."""

    def annotate(doc: Doc) -> Doc:
        doc._.quotes = find_quotes(doc)
        return doc

    return annotate
