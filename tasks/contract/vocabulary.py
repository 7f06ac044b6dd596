"""The closed lists of the contract: every value that a column with a fixed set of values may take.

Event types, modes, quads, sectors and international codes come from `tasks/data/events/plover.toml`; they and the
contexts are the names that the PLOVER 2.0 manual gives (Open Event Data Alliance, CC BY-SA 4.0); labels are those of
OntoNotes. The reject reasons are our own.
"""

from __future__ import annotations

from tasks.contract.plover import plover

GENRES = ("news", "opinion", "liveblog", "factbox", "correction", "other")
PUBLISHED_BASES = ("meta", "feed", "url", "text", "dateline", "none")
DUP_KINDS = ("exact", "near", "contained", "update")

MENTION_LABELS = (
    "PERSON", "NORP", "ORG", "GPE", "LOC", "FAC", "EVENT", "LAW", "PRODUCT", "WORK_OF_ART", "LANGUAGE", "DATE", "TIME",
    "ROLE",
)  # fmt: skip
MENTION_FORMS = ("name", "nominal", "pronoun", "date")
LINK_METHODS = ("gazetteer", "authority", "alias", "role", "coref", "self", "none")

ENTITY_KINDS = ("person", "org", "group", "place", "event", "law", "work", "product", "other")
PLACE_TYPES = ("country", "admin1", "admin2", "city", "region", "natural", "facility")

QUOTE_KINDS = ("direct", "indirect", "mixed")
SPEAKER_METHODS = ("dep", "coref", "adjacent", "none")

# Codes that stand where a country would, for actors of no country.
INTERNATIONAL_CODES = tuple(plover().international)
# PLOVER's sectors; the last five are its international codes that also say what kind of actor it is.
SECTORS = tuple(plover().sectors)

# The manual's own text calls SANCTION material, its appendix verbal; we follow the text.
QUAD_OF_TYPE: dict[str, str] = {name: entry.quad for name, entry in plover().types.items()}
QUADS = tuple(dict.fromkeys(QUAD_OF_TYPE.values()))
EVENT_TYPES = tuple(QUAD_OF_TYPE)
# Types in which every side does the same thing: all sides are actors. A visit (CONSULT, mode visit) has a visitor and
# a host instead.
RECIPROCAL = ("AGREE", "CONSULT", "COOPERATE")
MODES_OF_TYPE: dict[str, tuple[str, ...]] = {name: tuple(entry.modes) for name, entry in plover().types.items()}
MODES = tuple(dict.fromkeys(mode for modes in MODES_OF_TYPE.values() for mode in modes))
CONTEXTS = (
    "military", "intelligence", "executive", "legislative", "election", "political_institutions", "pro_democracy",
    "pro_autocracy", "economic", "legal", "reparations", "human_rights", "rights_freedoms", "repression",
    "human_security", "gender", "lgbt", "religion_ethnicity", "inequality", "diplomatic", "territory", "peacekeeping",
    "health", "asylum", "migration", "disasters", "natural_resource", "environment", "technology", "terrorism", "cbrn",
    "cyber", "misinformation", "crime", "corruption", "illegal_drugs", "trafficking",
)  # fmt: skip

STATUSES = ("happened", "ongoing", "planned", "hypothetical", "negated", "cancelled", "historical")
# The statuses of what took place, as against plans, threats and what did not happen.
TOOK_PLACE = ("happened", "ongoing", "historical")
# From the weakest claim to the strongest is denied, alleged, attributed, reported.
ASSERTIONS = ("reported", "attributed", "alleged", "denied")
DATE_PRECISIONS = ("day", "week", "month", "quarter", "year")
DATE_BASES = ("explicit", "relative", "dateline", "none")
GEO_PRECISIONS = ("point", "city", "admin2", "admin1", "country", "none")
GEO_BASES = ("argument", "sentence", "dateline", "article", "none")

ARGUMENT_ROLES = (
    "actor", "recipient", "place", "date", "instrument", "killed", "wounded", "arrested", "kidnapped", "displaced",
    "crowd", "amount",
)  # fmt: skip
ARGUMENT_METHODS = ("dep", "coref", "regex", "sentence", "dateline")
COUNTRY_METHODS = ("name", "title", "corpus", "place")
VALUE_SCOPES = ("event", "cumulative", "other")

RUN_STATUSES = ("completed", "failed")
CHANGE_OPS = ("insert", "update", "delete")

REJECT_STAGES = ("discover", "read", "extract", "clean", "language", "annotate")
# Each reason with what it tells the person who looks the rejected record up.
REJECT_REASONS: dict[str, str] = {
    "unreadable": "the file cannot be opened or read: permission, input error, or it went away",
    "changed_while_read": "the file changed while it was read; none of its records counts, the next run reads it again",
    "symlink_loop": "a link that leads back into a folder above it",
    "unknown_format": "a format that no reader takes, such as PDF or an office document",
    "unsupported_format": "a known format or compression that this installation cannot read; detail names it",
    "binary": "no text: an image, a program, or bytes with no encoding",
    "empty": "no bytes, or white space only",
    "truncated": "the file ends in the middle of a record or of its compressed stream",
    "corrupt": "a damaged record or compressed stream; what follows it is read where that is possible",
    "encrypted": "an archive or document that needs a password",
    "unsafe_archive": "an archive that unpacks to far more than its size, or whose paths leave it",
    "unsafe_xml": "XML that declares entities to expand or to fetch",
    "too_large": "a file, record, page or feed past its size limit, or an article of more words than are parsed",
    "too_deep": "markup or data nested past the limit of the settings",
    "bad_encoding": "bytes that fit neither the declared encoding nor any other",
    "bad_json": "a line or file that is not the JSON object it should be",
    "bad_xml": "a feed, export or wire document that is not well-formed and cannot be recovered",
    "bad_table": "a CSV or Parquet file that cannot be read, or a row that does not fit its header",
    "missing_field": "a record or table without the field that holds the text",
    "bad_value": "a field whose value has the wrong type or cannot be true, such as a number for a text",
    "not_an_article": "a record that holds no article: a request, a redirect, an error page, a menu, an attachment",
    "not_published": "a draft, private, scheduled or deleted post of an export",
    "no_text": "nothing is left to read once markup and boilerplate are gone",
    "duplicate_id": "another record of the same input has the same id and the same words",
    "language_not_configured": "a language that the settings do not let in; detail is its code",
    "language_unknown": "too little text, or too mixed, to tell the language",
    "withdrawn": "the article was withdrawn, by `dateline withdraw` or by its own agency's kill notice",
    "timeout": "the time limit for one record was reached",
    "out_of_memory": "the memory limit for one record was reached",
    "worker_lost": "the process that worked on the record died",
    "failed": "a step failed on this record with an error of its own; detail has it",
}
