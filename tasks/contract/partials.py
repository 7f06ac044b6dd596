"""Tables of our own under `_meta/partials/`: what unpartitioned tables are rebuilt from, and what is already in.

They pass the same check as the analysts' tables but are no part of the contract with them.
"""

from __future__ import annotations

from tasks.contract.columns import ARTICLE_ID, HEX16, HEX64, PUB_DATE
from tasks.contract.schema import Column, Table
from tasks.contract.vocabulary import CONTEXTS, ENTITY_KINDS, PLACE_TYPES, SECTORS

FOLDER = "_meta/partials"

_TABLES = (
    Table(
        "role_evidence",
        "One row an actor mention whose own words give a title, country or sector.",
        (
            ARTICLE_ID,
            PUB_DATE,
            Column("entity_id", "str", "The entity"),
            Column("title", "str", "Title as the words give it", True),
            Column("country", "str", "ISO 3166-1 alpha-3 or an international code", True),
            Column("sector", "str", "PLOVER sector", True, SECTORS),
            Column("method", "str", "How it was read from the words"),
        ),
        primary_key=(),  # two mentions of one article may well say the same
        sort_by=("entity_id", "pub_date", "article_id", "title", "country", "sector", "method"),
        partitioned=True,
        folder=FOLDER,
    ),
    Table(
        "entity_evidence",
        "One row an article, entity and surface form, with its count.",
        (
            ARTICLE_ID,
            PUB_DATE,
            Column("entity_id", "str", "The entity"),
            Column("kind", "str", "What kind of thing it is", values=ENTITY_KINDS),
            Column("name", "str", "Its fullest form in the article, or its name in the gazetteer or authority"),
            Column("form_text", "str", "The surface form; empty for descriptions and pronouns"),
            Column("n", "i32", "How often the article has this form of it"),
            Column("country", "str", "Country of a place, ISO 3166-1 alpha-3", True),
            Column("admin1", "str", "First-level division of a place", True),
            Column("place_type", "str", "What kind of place", True, PLACE_TYPES),
            Column("lat", "f64", "Latitude, degrees north", True),
            Column("lon", "f64", "Longitude, degrees east", True),
        ),
        primary_key=("article_id", "entity_id", "form_text"),
        sort_by=("entity_id", "article_id", "form_text"),
        partitioned=True,
        folder=FOLDER,
    ),
    Table(
        "event_contexts",
        "One row an event report that stands in PLOVER contexts.",
        (
            ARTICLE_ID,
            PUB_DATE,
            Column("event_mention_id", "str", "The report", pattern=HEX16),
            Column("contexts", "list<str>", "Contexts of its sentence and article", values=CONTEXTS),
        ),
        primary_key=("event_mention_id",),
        sort_by=("event_mention_id",),
        partitioned=True,
        folder=FOLDER,
    ),
    Table(
        "event_joins",
        "One row an event report: under which rule it is counted to its event.",
        (
            ARTICLE_ID,
            PUB_DATE,
            Column("event_mention_id", "str", "The report", pattern=HEX16),
            Column("event_id", "str", "The event", pattern=HEX16),
            Column("rule", "str", "Why it is counted there, in words; first report where it opened the event"),
        ),
        primary_key=("event_mention_id",),
        sort_by=("event_id", "event_mention_id"),
        partitioned=True,
        folder=FOLDER,
    ),
    Table(
        "signatures",
        "One row an article: what finds its copies among later ones.",
        (
            ARTICLE_ID,
            PUB_DATE,
            Column("published_at", "ts", "When it was published, UTC", True),
            Column("text_sha256", "str", "SHA-256 of its text", pattern=HEX64),
            Column("n_words", "i32", "Words of the text"),
            Column("minhash", "list<i64>", "MinHash signature over word 5-grams"),
            Column("sketch", "list<i64>", "Sampled word 5-grams, as hashes; null in signatures made without", True),
            Column("facts", "list<i64>", "Figures and names, as hashes; null in signatures made without", True),
        ),
        primary_key=("article_id",),
        sort_by=("article_id",),
        partitioned=True,
        folder=FOLDER,
    ),
    Table(
        "inputs",
        "One row an input file that is in.",
        (
            Column("origin", "str", "Path relative to the input root"),
            Column("content_sha256", "str", "SHA-256 of the file", pattern=HEX64),
            Column("n_records", "i64", "Records found in it"),
            Column("n_rejects", "i64", "Records of it that were refused"),
        ),
        primary_key=("origin", "content_sha256"),
        sort_by=("origin",),
        partitioned=False,
        folder=FOLDER,
    ),
    Table(
        "tombstones",
        "One row a withdrawn article, never let in again.",
        (Column("article_id", "str", "The article", pattern=HEX16),),
        primary_key=("article_id",),
        sort_by=("article_id",),
        partitioned=False,
        folder=FOLDER,
    ),
    Table(
        "superseded",
        "One row a text that an article once had and has no more: what articles.version counts.",
        (
            ARTICLE_ID,
            Column("text_sha256", "str", "SHA-256 of the text", pattern=HEX64),
        ),
        primary_key=("article_id", "text_sha256"),
        sort_by=("article_id", "text_sha256"),
        partitioned=False,
        folder=FOLDER,
    ),
)

PARTIALS: dict[str, Table] = {table.name: table for table in _TABLES}
