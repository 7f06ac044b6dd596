"""URLs: one canonical form, without what only tracks the reader, and the publisher's domain."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import quote, urlsplit, urlunsplit

from tld import get_fld

from tasks.reference.files import toml

_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNSAFE = re.compile(r"[\s<>\"{}|\\^`\x00-\x20\x7f]")
_DOMAIN = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-zA-Z]{2,24}(?:[:/].*)?", re.IGNORECASE)


@cache
def _tracking() -> tuple[frozenset[str], tuple[str, ...]]:
    data = toml("tracking_parameters.toml")
    return frozenset(data["names"]), tuple(data["prefixes"])


def canonical_url(url: str) -> str | None:
    """Give the URL with lower-case scheme and host, without fragment, default port and tracking parameters.

    Only http and https URLs with a host count; anything else is None. Parameters that remain keep their order.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not host:
        return None
    if _UNSAFE.search(host) or not re.fullmatch(r"[\w.:%-]+", host):
        return None
    netloc = f"[{host}]" if ":" in host else host.rstrip(".")
    if port and port != _DEFAULT_PORTS[scheme]:
        netloc += f":{port}"
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _is_tracking(pair))
    return urlunsplit((scheme, netloc, _quoted(parts.path) or "/", _quoted(query), ""))


def _quoted(part: str) -> str:
    """Percent-encode what a URL cannot hold; what is encoded already stays."""
    return quote(part, safe="/%:@!$&'()*+,;=~?-._", errors="replace")


def _is_tracking(pair: str) -> bool:
    names, prefixes = _tracking()
    name = pair.split("=", 1)[0].lower()
    return name in names or name.startswith(prefixes)


def registrable_domain(url: str) -> str | None:
    """The part of a URL's host that somebody registered (`bbc.co.uk`), the whole host where there is no such part."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    if not host:
        return None
    found = get_fld(f"http://{host}/", fail_silently=True) if ":" not in host else None
    return str(found) if found else host


def source_of(source: str | None, url: str | None) -> str | None:
    """Who published: the source as given (a URL or host becomes its registrable domain), else the URL's domain."""
    if source:
        if _DOMAIN.fullmatch(source):
            return registrable_domain(source if "://" in source else f"http://{source}") or source
        return source
    return registrable_domain(url) if url else None
