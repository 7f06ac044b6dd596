"""Staged tables: what one shard writes and a later step reads, under `.staging/shards/<key>/`.

They are `articles` and `texts` before the corpus has had its say, so the same article id may come twice here.
"""

from __future__ import annotations

from dataclasses import replace

from tasks.contract.partials import PARTIALS
from tasks.contract.schema import Column, Table
from tasks.contract.tables import TABLES

_ARTICLES = TABLES["articles"]
_SIGNATURE = tuple(PARTIALS["signatures"].column(name) for name in ("minhash", "sketch", "facts"))

INCOMING = Table(
    name="incoming",
    description="One row a cleaned record: its row of articles as far as it can tell alone, its text and signature.",
    columns=(
        *_ARTICLES.columns,
        Column("text", "str", "Title, blank line, body"),
        *_SIGNATURE,
    ),
    primary_key=(),
    sort_by=("origin", "article_id", "text_sha256"),
    partitioned=False,
    row_group_rows=8_192,
)

TODO = Table(
    name="todo",
    description="One row an article to annotate: its text and what the components may know of it.",
    columns=(
        *(_ARTICLES.column(name) for name in ("article_id", "title", "published_at", "source", "genre", "n_words")),
        Column("text", "str", "Title, blank line, body"),
    ),
    primary_key=("article_id",),
    sort_by=("published_at", "article_id"),
    partitioned=False,
    row_group_rows=8_192,
)

SENTENCES = Table(
    name="sentences",
    description="One row an annotated article: where its sentences start.",
    columns=(
        _ARTICLES.column("article_id"),
        replace(TABLES["texts"].column("sent_starts"), nullable=False),
    ),
    primary_key=("article_id",),
    sort_by=("article_id",),
    partitioned=False,
)

# Two members of one archive may have one name: nothing is refused for that before the run's own table.
REJECTS = replace(TABLES["rejects"], primary_key=())

STAGED: dict[str, Table] = {table.name: table for table in (INCOMING, TODO, SENTENCES, REJECTS)}


def staged_table(name: str) -> Table:
    """The declaration of a staged table: one of ours, of the partials, or of the contract."""
    return STAGED.get(name) or PARTIALS.get(name) or TABLES[name]
