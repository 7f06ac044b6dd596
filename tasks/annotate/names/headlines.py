"""Names where capitals say little or everything: the places of datelines, and headlines mended by their article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tasks.annotate.names.candidate import ArticleText, Candidate, is_small_word
from tasks.annotate.role_spans import PhraseIndex

_DATELINE_MARKS = (",", "(", "-", "–", "—", "--", "/")
Phrase = tuple[str, ...]


def dateline_places(article: ArticleText) -> list[Candidate]:
    """Give the places that datelines name: "LA PAZ (AP) —", "RAMALLAH, West Bank, June 19 -"."""
    return [place for span in article.datelines for place in _places_of(article, span)]


def _places_of(article: ArticleText, span: range) -> Iterator[Candidate]:
    """Yield the places before the first mark that is no comma, as long as the gazetteer has them."""
    start, last = span.start, span.stop - 1
    for i in span:
        word = article.texts[i]
        if word not in _DATELINE_MARKS and i != last:
            continue
        end = i + 1 if i == last and word[0].isalnum() else i
        if start < end:
            if not article.gazetteer.lookup(article.form(start, end)):
                return
            yield Candidate(start, end, "GPE")
        if word != ",":
            return
        start = i + 1


def headline_names(article: ArticleText, candidates: list[Candidate], known: Mapping[Phrase, str]) -> list[Candidate]:
    """Mend the names of headlines by those of the article, since capitals say little there.

    In a headline all in capitals the names are those that the article or the lists have, in any case; of a span that
    begins with a name of the article the rest falls off ("Acme Robotics Announces").
    """
    local = _names_below(article, candidates)
    kept = [c for c in candidates if c.start not in article.in_heading]
    for span in article.headings:
        own = [c for c in candidates if c.start in span]
        if _is_shouted(article.texts[span.start : span.stop]):
            kept += _shouted(article, own, span, {**known, **local})
        else:
            kept += [_without_verb(article.texts, c, local) for c in own]
    return sorted(kept, key=lambda c: (c.start, c.end))


def _names_below(article: ArticleText, candidates: Iterable[Candidate]) -> dict[Phrase, str]:
    """Give the labels of the names in the text below the headlines, those of people by their last words too."""
    labels: dict[Phrase, str] = {}
    for c in candidates:
        if c.start in article.in_heading:
            continue
        labels.setdefault(tuple(article.texts[c.start : c.end]), c.label)
        last = article.texts[c.end - 1]
        if c.label == "PERSON" and last[0].isupper():
            labels.setdefault((last,), "PERSON")
    return labels


def _is_shouted(texts: list[str]) -> bool:
    """Whether a headline is all in capitals."""
    letters = [word for word in texts if any(map(str.isalpha, word))]
    return len(letters) > 2 and not any(char.islower() for word in letters for char in word)


def _shouted(
    article: ArticleText, own: Iterable[Candidate], span: range, names: Mapping[Phrase, str]
) -> list[Candidate]:
    """Give the known names in a headline all in capitals, then the recogniser's that share no word with them."""
    found = list(_known_in_capitals(article, span, names))
    taken = {i for c in found for i in range(c.start, c.end)}
    return found + [c for c in own if not any(i in taken or _is_small(article, i) for i in range(c.start, c.end))]


def _known_in_capitals(article: ArticleText, span: range, names: Mapping[Phrase, str]) -> Iterator[Candidate]:
    upper = {tuple(word.upper() for word in phrase): label for phrase, label in names.items()}
    index = PhraseIndex(upper)
    texts, i = article.texts, span.start
    while i < span.stop:
        phrase = index.longest(texts, i) if texts[i] in index.by_first else None
        if phrase is None or (len(phrase) == 1 and _is_small(article, i) and texts[i] != "US"):
            i += 1
            continue
        yield Candidate(i, i + len(phrase), upper[phrase])
        i += len(phrase)


def _is_small(article: ArticleText, i: int) -> bool:
    return is_small_word(article.parse[i])


def _without_verb(texts: list[str], c: Candidate, local: Mapping[Phrase, str]) -> Candidate:
    """Cut a headline's name down to a name of the article that it begins with."""
    phrase = tuple(texts[c.start : c.end])
    if phrase in local or len(phrase) < 2:
        return c
    for end in range(c.end - 1, c.start, -1):
        label = local.get(tuple(texts[c.start : end]))
        if label is not None and (end - c.start > 1 or label != "PERSON"):
            return Candidate(c.start, end, label)
    return c
