"""How often the language of a text is told rightly, on pages and feeds of yours, and on mixtures of them.

`python -m bench.language PAGES.jsonl [FEED …]` reads pages (JSON lines with `html`) and feed files. The truth is what
two witnesses say: the function words of the text (a list of our own), and the page's or feed's own declaration. Where
the words say nothing clear, the declaration alone; where they differ, the words, because declarations are often left at
the template's value. Mixtures are two thirds of one text and one third of another, in either order.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import feedparser

from tasks.clean.language import identify, stated_code
from tasks.clean.page.extract import extract_page

_FUNCTION_WORDS = {
    "en": "the of and to that was for with his were this have from they which not are",
    "de": "der die und das ist nicht mit von sich auf eine dem werden für auch wird sind",
    "fr": "les des est une dans qui pour pas sur plus cette avec sont ont aux être",
    "es": "los las una por con para del como más pero sus fue este han sobre también",
    "it": "che della gli sono nella anche per delle dei alla questo una più come stato",
    "pl": "się nie jest że przez dla oraz tym jak był który które ale już aby",
    "nl": "het een van zijn voor niet met aan ook wordt maar deze door bij naar",
    "pt": "uma não para com dos pelo mais foi como mas são pela seu sua também",
    "no": "og det ikke som med har til på for av er den ble seg",
}
_WORDS = {code: frozenset(words.split()) for code, words in _FUNCTION_WORDS.items()}
_LANG = re.compile(r"<html[^>]*?\slang=[\"']?([A-Za-z_-]+)", re.IGNORECASE)
_FEWEST_WORDS = 5
_SHORTEST = 60
_MIXED_CHARS = 3000


def judged(text: str, declared: str | None) -> str | None:
    """The language of a text by its function words, else by its declaration."""
    words = re.findall(r"\w+", text.casefold())
    ranked = sorted(((sum(word in own for word in words), code) for code, own in _WORDS.items()), reverse=True)
    (most, best), (second, _) = ranked[0], ranked[1]
    return best if most >= _FEWEST_WORDS and most >= 2 * second else declared


def page_texts(path: Path) -> Iterator[tuple[str, str | None]]:
    """Text and declared language of each page."""
    for line in path.read_text(encoding="utf-8").split("\n"):
        if not line:
            continue
        html = json.loads(line)["html"]
        page = extract_page(html)
        found = _LANG.search(html[:20_000])
        if page:
            yield page.text, stated_code(found[1]) if found else None


def feed_texts(path: Path) -> Iterator[tuple[str, str | None]]:
    """Text and declared language of each entry that has some words."""
    parsed = feedparser.parse(path.read_bytes())
    for entry in parsed.entries:
        bodies = [part.value for part in entry.get("content", [])] + [entry.get("summary", "")]
        text = " ".join(re.sub(r"<[^>]+>", " ", max(bodies, key=len)).split())
        if len(text) >= _SHORTEST:
            yield text, stated_code(parsed.feed.get("language"))


def mixtures(texts: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Two thirds of a text and a third of the next one in another language, the larger part first and last in turn."""
    long = [(text[:_MIXED_CHARS], code) for text, code in texts if len(text) >= _MIXED_CHARS // 2]
    for index, (text, code) in enumerate(long):
        other = next((some for some, its in long[index + 1 :] if its != code), None)
        if other is not None:
            smaller = other[: len(text) // 2]
            yield (f"{text}\n\n{smaller}" if index % 2 else f"{smaller}\n\n{text}"), code


def main(arguments: list[str]) -> None:
    """Print the shares and every text that was told otherwise."""
    sets = {"pages": list(page_texts(Path(arguments[0])))}
    sets["feeds"] = [found for path in arguments[1:] for found in feed_texts(Path(path))]
    known = {
        name: [(text, code) for text, stated in texts if (code := judged(text, stated))] for name, texts in sets.items()
    }
    known["mixtures"] = list(mixtures(known["pages"]))
    for name, texts in known.items():
        wrong = [(text, code, identify(text)) for text, code in texts if identify(text).code != code]
        share = 1 - len(wrong) / len(texts) if texts else 0.0
        sys.stdout.write(f"{name}: {share:.4f} of {len(texts)}\n")
        for text, code, found in wrong:
            sys.stdout.write(f"  {code} told as {found.code} ({found.score:.2f}): {text[:80]!r}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
