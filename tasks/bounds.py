"""How much of a text is parsed, and in what portions. Counted in words and characters, so that every machine agrees.

These are no settings: they decide what stands in the tables, and a run must give the same tables whoever starts it.
Below them nothing depends on them. docs/limits.md says what happens above.
"""

from __future__ import annotations

import re

# A longer article is refused (`too_large`). The longest pieces of journalism have some 25,000 words; the parse of
# 30,000 words and marks takes about 12 s, and what is longer is a book, a log or a table.
MAX_ARTICLE_TOKENS = 30_000
# A longer text is parsed in pieces of at most so many characters, cut at the ends of paragraphs. A newspaper's longest
# articles stay below it; the model's memory grows with the piece (20 kB a word), not with the article.
MAX_PIECE_CHARS = 30_000
# Texts parsed together have at most so many words and marks between them: 0.6 GB, where 16 short articles take 0.2 GB.
MAX_BATCH_TOKENS = 30_000
# A sentence begins anew after so many words without one: no newspaper prints longer ones, and what is worked out for
# each word of a sentence from all others must not grow with the text.
MAX_SENTENCE_TOKENS = 500
# So many marks on end, or so many characters without white space, are one word: the tokenizer takes affixes off one at
# a time and begins anew after each. No separator line and few addresses are so long.
MAX_MARKS = 128
MAX_WORD_CHARS = 500

_TOKEN = re.compile(r"\w+|[^\w\s]")


def count_tokens(text: str, most: int) -> int:
    """Count the words and marks of a text, `most` + 1 where it has more: about what a tokenizer makes of it."""
    found = 0
    for found, _ in enumerate(_TOKEN.finditer(text), 1):
        if found > most:
            break
    return found
