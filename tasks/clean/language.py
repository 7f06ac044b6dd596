"""Which language a text is in: py3langid on a few samples of the body, the larger part deciding."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

_SAMPLE_CHARS = 200
_SAMPLES = 3
# Where the first samples disagree the text may be mixed: more of it is looked at.
_MORE_SAMPLES = 15
_SHORT_CHARS = 60
_SURE = 0.5
_RETRY_CHARS = 2000
_FEWEST_LETTERS = 0.6
_NOT_WORDS = re.compile(r"[\W\d_]+")
# Written Norwegian is either of two; every table says "no". Serbo-Croatian labels stay apart.
_MERGED = {"nb": "no", "nn": "no"}
_NO_LANGUAGE = frozenset({"zxx", "la", "vo", "eo"})


@dataclass(frozen=True, slots=True)
class Language:
    """ISO 639-1 code and how sure it is, 0 to 1; the code is empty where nothing can be told."""

    code: str
    score: float


@cache
def _identifier() -> LanguageIdentifier:
    """The model, restricted to living languages with a two-letter code, as the tables have them."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([code for code in identifier.labels if len(code) == 2 and code not in _NO_LANGUAGE])
    return identifier


def identify(text: str, stated: str | None = None, expected: tuple[str, ...] = ()) -> Language:
    """Identify the language of a body.

    Three stretches of about 200 characters, from beginning, middle and end, are identified each; where they disagree,
    fifteen. The language of the larger part is given, with the mean probability of the stretches that agree. A text
    that is too short to judge is in the language that the input states, if it states one.

    Price lists and tables of results consist of figures, abbreviations and names, and have hardly a language of their
    own: where the words alone leave doubt, too, such a text is in the likeliest of the expected languages.

    Parameters
    ----------
    stated
        The language tag that the input gives.
    expected
        ISO 639-1 codes of the languages that are let in; empty where all are.
    """
    told = stated_code(stated)
    letters = sum(character.isalpha() for character in text[: 2 * _SHORT_CHARS])
    if letters == 0:
        return Language(told or "", 0.0)
    votes, weights = _vote(_samples(text, _SAMPLES))
    if len(weights) > 1 and len(text) > _SAMPLE_CHARS * _SAMPLES:
        votes, weights = _vote(_samples(text, _MORE_SAMPLES))
    best = max(sorted(votes), key=lambda code: (weights[code], votes[code]))
    score = min(1.0, votes[best] / weights[best])
    if told and told != best and (letters < _SHORT_CHARS or score < _SURE):
        return Language(told, score)
    if score < _SURE:
        # Tables and lists of figures: look at the words alone, and at more of them.
        words = _NOT_WORDS.sub(" ", text[:_RETRY_CHARS]).lower()
        ranked = [(_MERGED.get(code, code), min(1.0, float(again))) for code, again in _identifier().rank(words)]
        if expected and ranked[0][1] < _SURE and is_mostly_figures(text[:_RETRY_CHARS]):
            ranked = [found for found in ranked if found[0] in expected] or ranked
            return Language(*ranked[0])
        if ranked[0][1] > score:
            return Language(*ranked[0])
    return Language(best, score)


def is_mostly_figures(text: str) -> bool:
    """Whether figures and signs take two fifths of a text or more; in running text they take a tenth at most."""
    letters = sum(character.isalpha() for character in text)
    marks = sum(not character.isspace() for character in text)
    return letters < _FEWEST_LETTERS * marks


def _vote(samples: list[str]) -> tuple[dict[str, float], dict[str, int]]:
    """For each language found the characters of its samples, with and without the probabilities, until one has most."""
    votes: dict[str, float] = {}
    weights: dict[str, int] = {}
    for sample in samples:
        code, score = _identifier().classify(sample)
        code = _MERGED.get(code, code)
        votes[code] = votes.get(code, 0.0) + float(score) * len(sample)
        weights[code] = weights.get(code, 0) + len(sample)
        if weights[code] * 2 > sum(map(len, samples)):
            break
    return votes, weights


def stated_code(stated: str | None) -> str | None:
    """The two-letter code of a language tag such as `en-GB` or `de_AT`; None for anything else."""
    head = (stated or "").strip().lower().replace("_", "-").split("-", 1)[0]
    if len(head) != 2 or not head.isascii() or not head.isalpha():
        return None
    return _MERGED.get(head, head)


def _samples(text: str, count: int) -> list[str]:
    """Stretches spread over the text, each beginning and ending at a word; all of it where it is short."""
    if len(text) <= _SAMPLE_CHARS * count:
        size = max(1, -(-len(text) // max(1, -(-len(text) // _SAMPLE_CHARS))))
        starts = range(0, len(text), size)
    else:
        size = _SAMPLE_CHARS
        starts = range(0, len(text) - size + 1, (len(text) - size) // (count - 1))
    samples = []
    for start in starts:
        stop = min(len(text), start + size)
        begin = _word_start(text, start)
        end = _word_start(text, stop)
        if sample := text[begin:end].strip():
            samples.append(sample)
    return samples


def _word_start(text: str, position: int) -> int:
    """The next position at which a word begins; the position itself in scripts without spaces."""
    if position == 0 or position >= len(text):
        return min(position, len(text))
    space = text.find(" ", position, position + 40)
    return position if space < 0 else space + 1
