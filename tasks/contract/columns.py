"""Columns that recur in the contract's tables, and the forms that their values take."""

from __future__ import annotations

from tasks.contract import vocabulary as v
from tasks.contract.schema import Column

HEX16 = "[0-9a-f]{16}"
HEX64 = "[0-9a-f]{64}"
CODE3 = "[A-Z]{3}"
ACTOR_CODE = "([A-Z]{3}|---)([A-Z]{3})*"
CAMEO = "[0-9]{2,4}"

PUB_DATE = Column("pub_date", "date", "UTC day the article was published; null where unknown", True)
ARTICLE_ID = Column("article_id", "str", "The article", references="articles.article_id", pattern=HEX16)
DAY = Column("pub_date", "date", "UTC day of publication; undated articles are in no row")
EVENT_DAY = Column("event_date", "date", "First day of the event; null where unknown", True)


def start(what: str) -> Column:
    """Where a stretch of text starts."""
    return Column("char_start", "i32", f"Where {what} starts in texts.text, in Unicode code points")


def end(what: str) -> Column:
    """Where a stretch of text ends."""
    return Column("char_end", "i32", f"Where {what} ends in texts.text (exclusive), in Unicode code points")


def country(what: str, method: str = "") -> Column:
    """The country of an actor, with what is told of how it is known."""
    text = f"{what}: ISO 3166-1 alpha-3, or {' '.join(v.INTERNATIONAL_CODES)} for an actor of no country{method}"
    return Column("country", "str", text, True, pattern=CODE3)


def sector(what: str) -> Column:
    """The sector of an actor."""
    return Column("sector", "str", f"{what}: PLOVER sector", True, v.SECTORS)


def people(name: str, what: str) -> Column:
    """A number of people in an event, null where no report tells one."""
    return Column(name, "i32", what, True)


def count(name: str, what: str) -> Column:
    """A count of a daily table."""
    return Column(name, "i64", what)
