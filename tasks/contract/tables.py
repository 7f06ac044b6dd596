"""The contract with the analyst: every table and every column, declared once.

Arrow schemas, the check at the one writer (`schema.conform`), `dateline verify` and `docs/tables.md` all come
from `TABLES`; nothing else restates a column. The closed lists are in `vocabulary`. Whoever changes a column
raises `SCHEMA_VERSION` and runs `python -m tasks.contract.page --write`.
"""

from __future__ import annotations

from tasks.contract import vocabulary as v
from tasks.contract.columns import (
    ACTOR_CODE,
    ARTICLE_ID,
    CAMEO,
    CODE3,
    DAY,
    EVENT_DAY,
    HEX16,
    HEX64,
    PUB_DATE,
    count,
    country,
    end,
    people,
    sector,
    start,
)
from tasks.contract.schema import Column, Table

SCHEMA_VERSION = "2"

ARTICLES = Table(
    "articles",
    "One row an article, copies included.",
    (
        Column("article_id", "str", "Hash of the URL, else of source and external_id, else of the raw record",
               pattern=HEX16),
        Column("version", "i16", "How many different texts came under this id; the newest is the one kept"),
        Column("external_id", "str", "The id the source itself gave (JSONL id, RSS guid, WARC-Record-ID …)", True),
        Column("origin", "str", "Input path relative to the input root, #record appended"),
        Column("url", "str", "Canonical URL, tracking parameters removed", True),
        Column("source", "str", "Registrable domain or publisher", True),
        Column("lang", "str", "Language, ISO 639-1", pattern="[a-z]{2}"),
        Column("lang_score", "f32", "How sure the language is, 0 to 1"),
        Column("genre", "str", "What form of article it is", values=v.GENRES),
        Column("title", "str", "Headline", True),
        Column("authors", "list<str>", "Authors in the order given; empty where unknown"),
        Column("published_at", "ts", "When it was published, UTC; null where the input does not say", True),
        Column("published_basis", "str", "Where published_at was read", values=v.PUBLISHED_BASES),
        PUB_DATE,
        Column("fetched_at", "ts", "When it was fetched, UTC, if the input says so", True),
        Column("n_words", "i32", "Words of the text"),
        Column("text_sha256", "str", "SHA-256 of texts.text in UTF-8", pattern=HEX64),
        Column("dup_of", "str", "The article this one is a copy of: the earliest of all its copies, itself no copy",
               True, references="articles.article_id", pattern=HEX16),
        Column("dup_kind", "str", "What kind of copy: an update differs in numbers, names or dates", True, v.DUP_KINDS),
        Column("annotated", "bool", "Whether the text was parsed (copies and other languages are not)"),
        Column("story_id", "str", "The story it belongs to", references="stories.story_id", pattern=HEX16),
        Column("boilerplate_chars", "i32", "Characters that cleaning took out"),
    ),
    primary_key=("article_id",), sort_by=("article_id",), partitioned=True,
)  # fmt: skip

TEXTS = Table(
    "texts",
    "One row an article: the cleaned text that every offset of the other tables counts in.",
    (
        ARTICLE_ID,
        Column("text", "str", "Title, blank line, body; with --clean none the text as given"),
        Column("sent_starts", "list<i32>", "Where each sentence starts, in code points; null if not annotated", True),
    ),
    primary_key=("article_id",), sort_by=("article_id",), partitioned=True, row_group_rows=8_192,
)  # fmt: skip

MENTIONS = Table(
    "mentions",
    "One row a span of text that names, describes or refers to somebody, something, some place or some time.",
    (
        ARTICLE_ID,
        start("the mention"),
        end("the mention"),
        PUB_DATE,
        Column("sent_idx", "i32", "Number of its sentence in texts.sent_starts, from 0"),
        Column("text", "str", "The words themselves"),
        Column("label", "str", "OntoNotes type; ROLE for an actor described, not named", values=v.MENTION_LABELS),
        Column("form", "str", "Whether it is a name, a description, a pronoun or a date", values=v.MENTION_FORMS),
        Column("entity_id", "str", "The entity meant; null for dates and for what could not be resolved", True,
               references="entities.entity_id"),
        Column("value", "str", "TIMEX3 value of a DATE or TIME, such as 2019-W16 or XXXX-04-26", True),
        Column("link_method", "str", "How the entity was found", values=v.LINK_METHODS),
        Column("link_score", "f32", "How sure the link is, 0 to 1", True),
    ),
    primary_key=("article_id", "char_start", "char_end"),
    sort_by=("entity_id", "pub_date", "article_id", "char_start"), partitioned=True,
)  # fmt: skip

ENTITIES = Table(
    "entities",
    "One row a person, organisation, group, place or other thing that is mentioned anywhere.",
    (
        Column("entity_id", "str", "gn: GeoNames id, wd: Wikidata id (from an authority file), x: hash of the name"),
        Column("kind", "str", "What kind of thing it is", values=v.ENTITY_KINDS),
        Column("name", "str", "Its fullest or standing name"),
        Column("aliases", "list<str>", "Other forms found in the texts, sorted"),
        country("The country it belongs to"),
        sector("What it does, or did longest"),
        Column("admin1", "str", "First-level division a place lies in", True),
        Column("place_type", "str", "What kind of place; null for what is none", True, v.PLACE_TYPES),
        Column("lat", "f64", "Latitude of a place, degrees north, WGS 84", True),
        Column("lon", "f64", "Longitude of a place, degrees east, WGS 84", True),
        Column("n_mentions", "i64", "Rows of mentions that link here"),
        Column("n_articles", "i64", "Articles with such a mention"),
        Column("first_seen", "date", "Earliest pub_date of those articles", True),
        Column("last_seen", "date", "Latest pub_date of those articles", True),
    ),
    primary_key=("entity_id",), sort_by=("entity_id",), partitioned=False,
)  # fmt: skip

ENTITY_ROLES = Table(
    "entity_roles",
    "One row a role in which the texts introduce an entity.",
    (
        Column("entity_id", "str", "The entity", references="entities.entity_id"),
        Column("title", "str", "The title in the words of the texts, such as Deputy Foreign Minister"),
        country("Whose the role is"),
        sector("Sector of the role"),
        Column("n_articles", "i64", "Articles that introduce the entity so"),
        Column("first_seen", "date", "Earliest pub_date of those articles", True),
        Column("last_seen", "date", "Latest pub_date of those articles", True),
        Column("method", "str", "How the role was read from the words"),
    ),
    primary_key=("entity_id", "title", "country", "sector"), sort_by=("entity_id",), partitioned=False,
)  # fmt: skip

QUOTES = Table(
    "quotes",
    "One row a stretch of reported speech.",
    (
        ARTICLE_ID,
        start("the quotation"),
        end("the quotation"),
        Column("quote_id", "str", "Shared by the parts of one split quotation", pattern=HEX16),
        PUB_DATE,
        Column("sent_idx", "i32", "Number of the sentence it starts in, from 0"),
        Column("text", "str", "The words themselves"),
        Column("kind", "str", "direct: in quotation marks; indirect: in none; mixed: partly", values=v.QUOTE_KINDS),
        Column("cue", "str", "Lemma of the word of saying, such as say or according", True),
        Column("speaker_id", "str", "Who said it", True, references="entities.entity_id"),
        Column("speaker_text", "str", "The speaker in the words of the text", True),
        Column("speaker_start", "i32", "Where speaker_text starts in texts.text, in code points", True),
        Column("speaker_end", "i32", "Where speaker_text ends (exclusive), in code points", True),
        Column("speaker_method", "str", "How the speaker was found", values=v.SPEAKER_METHODS),
    ),
    primary_key=("article_id", "char_start", "char_end"), sort_by=("speaker_id", "pub_date"), partitioned=True,
)  # fmt: skip

EVENT_MENTIONS = Table(
    "event_mentions",
    "One row a report of an event: a trigger in one sentence of one article.",
    (
        Column("event_mention_id", "str", "Hash of article, trigger and type", pattern=HEX16),
        Column("event_id", "str", "The event it reports", references="events.event_id", pattern=HEX16),
        ARTICLE_ID,
        PUB_DATE,
        Column("sent_idx", "i32", "Number of its sentence in texts.sent_starts, from 0"),
        start("the trigger"),
        end("the trigger"),
        Column("trigger", "str", "Lemma of the word or words that report the event"),
        Column("event_type", "str", "PLOVER event type", values=v.EVENT_TYPES),
        Column("mode", "str", "PLOVER mode of the type", True, v.MODES),
        Column("cameo", "str", "The most exact CAMEO code the rule knows", True, pattern=CAMEO),
        Column("status", "str", "Whether and when it happens, as reported", values=v.STATUSES),
        Column("assertion", "str", "On whose word: the reporter's own, somebody's, an allegation, a denial",
               values=v.ASSERTIONS),
        Column("attributed_to", "str", "Whose word it is", True, references="entities.entity_id"),
        Column("attributed_text", "str", "The same in the words of the text, such as a diplomatic source", True),
        Column("event_date", "date", "First day of the event; null where the text does not tell", True),
        Column("event_date_end", "date", "Last day of the event or of what date_precision leaves open", True),
        Column("date_precision", "str", "How exact the date is", True, v.DATE_PRECISIONS),
        Column("date_basis", "str", "Where the date comes from", values=v.DATE_BASES),
        Column("timex", "str", "TIMEX3 value of the date as far as the text gives it, such as XXXX-04-26", True),
        Column("evidence", "str", "The sentence, word for word"),
        Column("coder", "str", "Who decided, with version: `frame:<id>@`, `encoder@`, `both:<id>@` or `typer@`"),
        Column("confidence", "f32", "Calibrated: of the rows at 0.8, 8 in 10 are right"),
    ),
    primary_key=("event_mention_id",), sort_by=("event_id", "pub_date"), partitioned=True,
)  # fmt: skip

EVENT_ARGS = Table(
    "event_args",
    "One row a filled cell of an event report: who, to whom, where, when, how many, with the words.",
    (
        Column("event_mention_id", "str", "The report", references="event_mentions.event_mention_id", pattern=HEX16),
        Column("event_id", "str", "The event", references="events.event_id", pattern=HEX16),
        PUB_DATE,
        Column("role", "str", "Which cell; people killed or arrested are recipients too", values=v.ARGUMENT_ROLES),
        start("the words"),
        end("the words"),
        Column("text", "str", "The words themselves"),
        Column("entity_id", "str", "The entity meant", True, references="entities.entity_id"),
        country("The actor's country", "; country_method says how it is known"),
        Column("country_method", "str", "name, title: the words tell; corpus: other articles do; place: the event's",
               True, v.COUNTRY_METHODS),
        sector("What the actor is"),
        Column("value_low", "f64", "Lower bound of a number (people, or the amount): at least 12 is 12", True),
        Column("value_high", "f64", "Upper bound of a number; null: unbounded", True),
        Column("value_scope", "str", "Whether the number is this event's, a running total, or something else's", True,
               v.VALUE_SCOPES),
        Column("method", "str", "How the cell was found", values=v.ARGUMENT_METHODS),
    ),
    primary_key=("event_mention_id", "role", "char_start", "char_end"), sort_by=(), partitioned=True,
)  # fmt: skip


EVENTS = Table(
    "events",
    "One row an event: reports of one happening merged.",
    (
        Column("event_id", "str", "Hash over what the event is made of", pattern=HEX16),
        Column("event_type", "str", "PLOVER event type", values=v.EVENT_TYPES),
        Column("mode", "str", "PLOVER mode of the type", True, v.MODES),
        Column("cameo", "str", "The most exact CAMEO code that its reports know", True, pattern=CAMEO),
        Column("quad", "str", "PLOVER quad class; SANCTION is material", values=v.QUADS),
        Column("intensity", "f32", "PLOVER's published score of type and mode, -10 to 10"),
        Column("goldstein", "f32", "Goldstein value of the CAMEO code, -10 to 10", True),
        Column("status", "str", "Whether and when it happens", values=v.STATUSES),
        Column("assertion", "str", "The strongest assertion among its reports", values=v.ASSERTIONS),
        Column("contested", "bool", "Whether somebody denies it"),
        Column("event_date", "date", "First day; null where no report tells", True),
        Column("event_date_end", "date", "Last day, or the end of what date_precision leaves open", True),
        Column("date_precision", "str", "How exact the date is", True, v.DATE_PRECISIONS),
        Column("date_basis", "str", "Where the date comes from", values=v.DATE_BASES),
        Column("actor_ids", "list<str>", "Who did it", references="entities.entity_id"),
        Column("recipient_ids", "list<str>", "To or with whom", references="entities.entity_id"),
        Column("actor_codes", "list<str>", "Country or group code and sector of each actor: RUSGOV, ---CVL",
               pattern=ACTOR_CODE),
        Column("recipient_codes", "list<str>", "The same of each recipient", pattern=ACTOR_CODE),
        Column("actor_countries", "list<str>", "Country or group codes of the actors, each once", pattern=CODE3),
        Column("recipient_countries", "list<str>", "Country or group codes of the recipients, each once",
               pattern=CODE3),
        Column("place_id", "str", "Where it happened", True, references="entities.entity_id"),
        Column("country", "str", "Country it happened in, ISO 3166-1 alpha-3", True, pattern=CODE3),
        Column("admin1", "str", "First-level division it happened in", True),
        Column("lat", "f64", "Latitude, degrees north; null unless geo_precision is city or point", True),
        Column("lon", "f64", "Longitude, degrees east; null unless geo_precision is city or point", True),
        Column("geo_precision", "str", "How exact the place is", values=v.GEO_PRECISIONS),
        Column("geo_basis", "str", "Where the place comes from", values=v.GEO_BASES),
        Column("contexts", "list<str>", "PLOVER contexts", values=v.CONTEXTS),
        people("killed_low", "Killed, the smallest number reported for this event alone"),
        people("killed_high", "Killed, the largest number reported for this event alone"),
        people("wounded_low", "Wounded, smallest reported"),
        people("wounded_high", "Wounded, largest reported"),
        people("arrested_low", "Arrested, smallest reported"),
        people("arrested_high", "Arrested, largest reported"),
        Column("n_mentions", "i32", "Rows of event_mentions"),
        Column("n_articles", "i32", "Articles that report it, copies not counted"),
        Column("n_reprints", "i32", "Copies of those articles"),
        Column("n_sources", "i32", "Different sources of those articles and copies, all unknown ones as one"),
        Column("pub_date", "date", "Earliest pub_date of its articles and their copies; decides the partition", True),
        Column("last_pub_date", "date", "Latest pub_date of its articles and their copies", True),
        Column("best_mention_id", "str", "The report that tells most", references="event_mentions.event_mention_id",
               pattern=HEX16),
        Column("story_id", "str", "The story of its best report", True, references="stories.story_id", pattern=HEX16),
        Column("fulfilled_by", "str", "Of a planned event: the event that came of it", True,
               references="events.event_id", pattern=HEX16),
        Column("confidence", "f32", "Calibrated: of the rows at 0.8, 8 in 10 are right"),
    ),
    primary_key=("event_id",), sort_by=("event_type", "event_date", "event_id"), partitioned=True,
)  # fmt: skip

STORIES = Table(
    "stories",
    "One row a story: articles about one happening.",
    (
        Column("story_id", "str", "Hash of its first article", pattern=HEX16),
        Column("title", "str", "Headline of the lead article; null where it has none", True),
        Column("lead_article_id", "str", "Its first article", references="articles.article_id", pattern=HEX16),
        Column("pub_date", "date", "Earliest pub_date", True),
        Column("last_pub_date", "date", "Latest pub_date", True),
        Column("n_articles", "i32", "Articles, copies included"),
        Column("n_unique", "i32", "Articles that are no copy"),
        Column("n_sources", "i32", "Different sources, all unknown ones as one"),
    ),
    primary_key=("story_id",), sort_by=("story_id",), partitioned=False,
)  # fmt: skip

RUNS = Table(
    "runs",
    "One row a run; n_inputs = n_new + n_unchanged + n_superseded + n_rejects, exactly.",
    (
        Column("run_id", "str", "The run"),
        Column("number", "i64", "1 for the first run into the folder, and so on: clocks may be set back"),
        Column("started_at", "ts", "When it started, UTC"),
        Column("ended_at", "ts", "When it ended, UTC"),
        Column("status", "str", "How it ended; a failed run changed nothing else", values=v.RUN_STATUSES),
        Column("message", "str", "Of a failed run: why, in one line", True),
        Column("code_version", "str", "Version of dateline"),
        Column("schema_version", "str", "Version of these tables"),
        Column("model", "str", "Language model and its version"),
        Column("config_sha256", "str", "SHA-256 of the settings that shape the tables", pattern=HEX64),
        Column("inputs_sha256", "str", "SHA-256 over the input files' names and contents; null in a failed run", True,
               pattern=HEX64),
        Column("n_inputs", "i64", "Records found in the inputs; 0, as the counts of records after it, in a failed run"),
        Column("n_new", "i64", "Records that became an article"),
        Column("n_unchanged", "i64", "Records already in, word for word"),
        Column("n_superseded", "i64", "Records that replaced, or gave way to, another text under their id"),
        Column("n_rejects", "i64", "Records refused"),
        Column("n_duplicates", "i64", "Of the new and changed articles: copies"),
        Column("n_mentions", "i64", "Rows of mentions written"),
        Column("n_events", "i64", "Rows of events written"),
        Column("drift", "list<str>", "Where the run differs from the 30 days before it, a sentence each"),
        Column("seconds", "f64", "How long it took, in seconds"),
        Column("words_per_second", "f64", "Words annotated per second of the run"),
    ),
    primary_key=("run_id",), sort_by=("number",), partitioned=False,
)  # fmt: skip

REJECTS = Table(
    "rejects",
    "One row a record (or file) that did not become an article, and why.",
    (
        Column("origin", "str", "Input path relative to the input root, #record appended"),
        Column("external_id", "str", "The id the source itself gave", True),
        Column("url", "str", "URL of the record", True),
        Column("source", "str", "Registrable domain or publisher", True),
        Column("pub_date", "date", "UTC day of publication", True),
        Column("stage", "str", "Where it was refused", values=v.REJECT_STAGES),
        Column("reason", "str", "Why it was refused", values=tuple(v.REJECT_REASONS)),
        Column("detail", "str", "What exactly was found: a position, a size, a language code", True),
        Column("transient", "bool", "Whether the next run tries again"),
        Column("run_id", "str", "The run that refused it", references="runs.run_id"),
    ),
    primary_key=("origin", "stage", "reason", "run_id"), sort_by=("origin",), partitioned=False,
)  # fmt: skip

CORE_NAMES = (
    "articles", "texts", "mentions", "entities", "entity_roles", "quotes", "event_mentions", "event_args", "events",
    "stories",
)  # fmt: skip

CHANGES = Table(
    "changes",
    "One row a change a run made to what an analyst may have loaded before.",
    (
        Column("run_id", "str", "The run that made the change", references="runs.run_id"),
        Column("table_name", "str", "The table changed", values=CORE_NAMES),
        Column("key", "str", "Primary key of the row; the parts of a key of several columns joined by |"),
        Column("op", "str", "What was done", values=v.CHANGE_OPS),
        Column("reason", "str", "Why: new inputs, articles withdrawn, all annotated again, merged into another row"),
        Column("successor_key", "str", "Key of the row that takes its place", True),
        Column("at", "ts", "When the run started, UTC"),
    ),
    primary_key=("run_id", "table_name", "key", "op"), sort_by=("run_id", "table_name", "key"), partitioned=False,
)  # fmt: skip


_ENTITY = "entities.entity_id"

COVERAGE_DAY = Table(
    "coverage_day",
    "Articles, rejects and words by day and source.",
    (
        DAY,
        Column("source", "str", "Registrable domain or publisher; null where unknown", True),
        count("n_articles", "Articles, copies included"),
        count("n_unique", "Articles that are no copy"),
        count("n_rejects", "Records refused"),
        count("n_words", "Words of the articles"),
    ),
    primary_key=("pub_date", "source"), sort_by=(), partitioned=False,
)  # fmt: skip

ENTITY_DAY = Table(
    "entity_day",
    "Mentions of each entity by day.",
    (
        DAY,
        Column("entity_id", "str", "The entity", references=_ENTITY),
        count("n_mentions", "Rows of mentions"),
        count("n_articles", "Articles that mention it, their copies included"),
        count("n_unique", "Articles that mention it and are no copy"),
        count("n_sources", "Different sources of those articles, all unknown ones as one"),
    ),
    primary_key=("pub_date", "entity_id"), sort_by=(), partitioned=False,
)  # fmt: skip

COMENTION_DAY = Table(
    "comention_day",
    "Pairs of entities mentioned in one article, by day.",
    (
        DAY,
        Column("entity_a", "str", "The entity of the pair whose id sorts first", references=_ENTITY),
        Column("entity_b", "str", "The other entity", references=_ENTITY),
        count("n_articles", "Articles with both, their copies included"),
        count("n_unique", "Articles with both that are no copy"),
        count("n_sentences", "Sentences with both"),
    ),
    primary_key=("pub_date", "entity_a", "entity_b"), sort_by=(), partitioned=False,
)  # fmt: skip

DYAD_DAY = Table(
    "dyad_day",
    "Events between pairs of countries or groups, by day. A coalition gives a row for each member: never sum dyads.",
    (
        EVENT_DAY,
        Column("actor", "str", "Country or group code of the actor", pattern=CODE3),
        Column("recipient", "str", "Country or group code of the recipient", pattern=CODE3),
        Column("quad", "str", "PLOVER quad class", values=v.QUADS),
        Column("status", "str", "Whether and when it happens", values=v.STATUSES),
        count("n_events", "Events"),
        count("n_articles", "Articles that report them, copies not counted"),
        Column("intensity_sum", "f64", "Sum of events.intensity"),
    ),
    primary_key=("event_date", "actor", "recipient", "quad", "status"), sort_by=(), partitioned=False,
)  # fmt: skip

PLACE_DAY = Table(
    "place_day",
    "Events by place, day and type.",
    (
        EVENT_DAY,
        Column("country", "str", "Country it happened in; events of no known country are in no row", pattern=CODE3),
        Column("admin1", "str", "First-level division; null where unknown", True),
        Column("event_type", "str", "PLOVER event type", values=v.EVENT_TYPES),
        Column("status", "str", "Whether and when it happens", values=v.STATUSES),
        count("n_events", "Events"),
        count("n_articles", "Articles that report them, copies not counted"),
        count("killed_low", "Sum of events.killed_low, unknown counted as 0"),
        count("killed_high", "Sum of events.killed_high, unknown counted as 0"),
    ),
    primary_key=("event_date", "country", "admin1", "event_type", "status"), sort_by=(), partitioned=False,
)  # fmt: skip

CORE: tuple[Table, ...] = (
    ARTICLES, TEXTS, MENTIONS, ENTITIES, ENTITY_ROLES, QUOTES, EVENT_MENTIONS, EVENT_ARGS, EVENTS, STORIES,
)  # fmt: skip
AUDIT: tuple[Table, ...] = (RUNS, REJECTS, CHANGES)
DAILY: tuple[Table, ...] = (COVERAGE_DAY, ENTITY_DAY, COMENTION_DAY, DYAD_DAY, PLACE_DAY)
TABLES: dict[str, Table] = {table.name: table for table in (*CORE, *AUDIT, *DAILY)}
