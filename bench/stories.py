"""Time and memory of sorting invented articles into stories.

    python -m bench.stories [--articles 20000] [--days 20]

Words and entities are drawn as texts have them: few in everything, most in little, and each article shares some rare
ones with those of its own happening. To compare two versions, run both in one session; the digest tells whether the
stories are the same. Linux only (memory is read from /proc).
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import time
from pathlib import Path

import numpy as np
import polars as pl

from tasks.aggregate.stories.assign import assign_stories

FIRST_DAY = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
N_WORDS, N_ENTITIES = 30_000, 8_000
WORDS_HERE, ENTITIES_HERE = 80, 12
# Of a happening: how many articles tell it on average, what is its own, and how much of that an article takes up.
MEMBERS, OWN_WORDS, OWN_ENTITIES, TAKEN = 4, 25, 5, 0.5
LETTERS = "bcdfghjklmnprstv"


def word(number: int) -> str:
    """A word of letters for a number, no ending that a stem would lose."""
    digits = np.base_repr(number + 16**3, 16)
    return "".join(f"{LETTERS[int(digit, 16)]}a" for digit in digits)


def draw(rng: np.random.Generator, size: int, below: int) -> np.ndarray:
    """Ranks by Zipf's law, all below a bound."""
    return np.minimum(rng.zipf(1.15, size) - 1, rng.integers(0, below, size))


def synthetic(n_articles: int, n_days: int) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Articles, entity evidence and leads, as `assign_stories` takes them."""
    rng = np.random.default_rng(7)
    words = [word(number) for number in range(N_WORDS)]
    n_happenings = max(n_articles // MEMBERS, 1)
    happening = rng.integers(0, n_happenings, n_articles)
    start = rng.uniform(0, n_days, n_happenings)
    when = np.sort(np.minimum(start[happening] + rng.exponential(0.7, n_articles), n_days))
    own_words = draw(rng, n_happenings * OWN_WORDS, N_WORDS).reshape(n_happenings, OWN_WORDS)
    own_entities = draw(rng, n_happenings * OWN_ENTITIES, N_ENTITIES).reshape(n_happenings, OWN_ENTITIES)
    ids = [f"{number:016x}" for number in range(n_articles)]
    texts, told = [], []
    for number, article_id in enumerate(ids):
        here = draw(rng, WORDS_HERE, N_WORDS)
        about = own_words[happening[number]]
        here[: len(about)] = np.where(rng.random(len(about)) < TAKEN, about, here[: len(about)])
        texts.append(" ".join(words[n] for n in here))
        entities = draw(rng, ENTITIES_HERE, N_ENTITIES)
        entities[:OWN_ENTITIES] = own_entities[happening[number]]
        told += [(article_id, f"x:{n}", f"Name {n}", 1 + n % 3) for n in sorted(set(entities.tolist()))]
    articles = pl.DataFrame(
        {
            "article_id": ids,
            "title": [" ".join(text.split()[:8]) for text in texts],
            "source": [f"paper{number % 90}.example" for number in range(n_articles)],
            "published_at": [FIRST_DAY + dt.timedelta(days=float(day)) for day in when],
            "dup_of": pl.Series([None] * n_articles, dtype=pl.String),
        }
    ).with_columns(pl.col("published_at").dt.date().alias("pub_date"))
    evidence = pl.DataFrame(told, schema=["article_id", "entity_id", "name", "n"], orient="row")
    return articles, evidence, pl.DataFrame({"article_id": ids, "text": texts})


def resident(which: str) -> int:
    """Bytes of this process's memory: `VmRSS` now, `VmHWM` at its most."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(which))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--days", type=int, default=20)
    given = parser.parse_args()
    articles, evidence, leads = synthetic(given.articles, given.days)
    before, started = resident("VmRSS"), time.process_time()
    stories = assign_stories(articles, evidence, leads)["story_id"]
    seconds = time.process_time() - started
    digest = hashlib.sha256("\n".join(stories).encode()).hexdigest()[:12]
    print(f"articles {given.articles:,} on {given.days} days, stories {stories.n_unique():,} (digest {digest})")
    print(f"seconds {seconds:.1f} of the processor, {1e6 * seconds / given.articles:,.0f} µs an article")
    print(f"memory  {(resident('VmHWM') - before) / 2**20:,.0f} MiB more than before")


if __name__ == "__main__":
    main()
