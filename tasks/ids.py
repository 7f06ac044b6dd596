"""Stable ids: the first 16 hex digits of a SHA-256 over a content key."""

from __future__ import annotations

import hashlib


def hash_id(*parts: str) -> str:
    """Give the 16 lowercase hex digits that stand for a content key.

    Parameters
    ----------
    *parts
        The key's parts; they are joined by the unit separator, so ("ab", "c") and ("a", "bc") differ.
    """
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def sha256_hex(data: bytes) -> str:
    """The full SHA-256 of `data` as 64 lowercase hex digits."""
    return hashlib.sha256(data).hexdigest()
