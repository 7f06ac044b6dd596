"""Copies among all articles: exact ones by hash, near ones by MinHash over word 5-grams.

`signature` is a function of one text alone and is kept; `find_duplicates` looks at the signatures of the whole corpus
and gives the same answer for any order of its rows. The steps are apart (pairs of each kind, groups, originals, kinds),
so that further kinds of pairs (contained texts, updates) join as further steps.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from rensa import RMinHash

PERMUTATIONS = 128
SEED = 20190418
SHINGLE_WORDS = 5
NEAR_JACCARD = 0.8
# Short texts (headlines, alerts) share their few 5-grams by chance: they are copies only when they are the same.
SHORT_WORDS = 20
# 25 bands of 5 rows let a pair of Jaccard .8 slip with probability 5e-5 and one of .5 through with .55.
BAND_ROWS = 5
BANDS = PERMUTATIONS // BAND_ROWS
_PAIR_BLOCK = 200_000
_LARGE_BUCKET = 64

_WORD = re.compile(r"\w+")
RESULT_SCHEMA = {"article_id": pl.String, "dup_of": pl.String, "dup_kind": pl.String}

Pairs = npt.NDArray[np.int64]
Signatures = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """What finds an article's copies: the MinHash values of its word 5-grams (32-bit unsigned, as int)."""

    article_id: str
    n_words: int
    minhash: tuple[int, ...]


def signature(article_id: str, text: str, title: str | None = None) -> SignatureRow:
    """Sign a text by its word 5-grams, case-folded, punctuation and layout aside.

    Parameters
    ----------
    title
        Where it is given and the text begins with it, it is left out: reprints change the headline first.
    """
    body = text.removeprefix(title) if title else text
    words = _WORD.findall(body.casefold()) or _WORD.findall(text.casefold())
    shingles = [" ".join(words[i : i + SHINGLE_WORDS]) for i in range(max(1, len(words) - SHINGLE_WORDS + 1))]
    minhash = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    minhash.update(shingles)
    return SignatureRow(article_id, len(words), tuple(minhash.digest()))


def find_duplicates(signatures: pl.DataFrame) -> pl.DataFrame:
    """Find the copies of a corpus.

    Articles that are copies of each other, directly or over others, make a group. Its original is the earliest by
    (published_at, article_id), undated last; the others are its copies.

    Parameters
    ----------
    signatures
        One row per article: article_id, published_at, text_sha256, n_words, minhash (list of 128 integers).

    Returns
    -------
    pl.DataFrame
        One row per copy, sorted by article_id: article_id, dup_of (the original), dup_kind (`exact` where the text is
        the original's, else `near`).
    """
    if signatures.height < 2:
        return pl.DataFrame(schema=RESULT_SCHEMA)
    # In order of precedence the smallest index of a group is its original, and the order of the rows given is gone.
    ordered = signatures.sort("published_at", "article_id", nulls_last=True)
    hashes = ordered["text_sha256"]
    first_with_hash = exact_originals(hashes)
    candidates = np.flatnonzero(
        (first_with_hash == np.arange(ordered.height)) & (ordered["n_words"].to_numpy() >= SHORT_WORDS)
    )
    pairs = near_pairs(signature_matrix(ordered["minhash"].gather(candidates)))
    groups = connected(first_with_hash, candidates[pairs])
    copies = np.flatnonzero(groups != np.arange(ordered.height))
    ids = ordered["article_id"]
    originals = groups[copies]
    return pl.DataFrame(
        {
            "article_id": ids.gather(copies),
            "dup_of": ids.gather(originals),
            "same": hashes.gather(copies) == hashes.gather(originals),
        }
    ).select(
        "article_id",
        "dup_of",
        dup_kind=pl.when("same").then(pl.lit("exact")).otherwise(pl.lit("near")),
    ).sort("article_id")  # fmt: skip


def exact_originals(hashes: pl.Series) -> Pairs:
    """For each text hash the index of its first occurrence."""
    index = pl.DataFrame({"hash": hashes}).with_row_index("index")
    first = index.select(pl.col("index").first().over("hash").cast(pl.Int64))
    return np.asarray(first["index"].to_numpy(), dtype=np.int64)


def signature_matrix(minhash: pl.Series) -> Signatures:
    """Signatures as one row each."""
    if len(minhash) == 0:
        return np.empty((0, PERMUTATIONS), dtype=np.uint32)
    flat = minhash.explode().to_numpy()
    return np.asarray(flat, dtype=np.uint32).reshape(len(minhash), PERMUTATIONS)


def near_pairs(matrix: Signatures) -> Pairs:
    """Pairs of rows whose signatures agree in at least the share `NEAR_JACCARD`, shape (n, 2).

    Only pairs that share a band are compared; in buckets of very many rows a chain of pairs that connects what is
    alike stands for all of them.
    """
    confirmed: list[Pairs] = []
    for band in range(BANDS):
        columns = np.ascontiguousarray(matrix[:, band * BAND_ROWS : (band + 1) * BAND_ROWS])
        for bucket_pairs in _bucket_pairs(columns, matrix):
            confirmed.append(bucket_pairs)
    if not confirmed:
        return np.empty((0, 2), dtype=np.int64)
    return np.unique(np.concatenate(confirmed), axis=0)


def _bucket_pairs(columns: Signatures, matrix: Signatures) -> list[Pairs]:
    """Confirmed pairs of one band."""
    if len(columns) < 2:
        return []
    keys = columns.view(np.dtype((np.void, columns.dtype.itemsize * columns.shape[1]))).ravel()
    order = np.argsort(keys, kind="stable").astype(np.int64)
    starts = np.flatnonzero(np.concatenate(([True], keys[order][1:] != keys[order][:-1])))
    sizes = np.diff(np.append(starts, len(order)))
    found: list[Pairs] = []
    pending: list[Pairs] = []
    waiting = 0
    for start, size in zip(starts[sizes > 1].tolist(), sizes[sizes > 1].tolist(), strict=True):
        members = order[start : start + size]
        if size > _LARGE_BUCKET:
            found.append(_pairs_of_large_bucket(members, matrix))
            continue
        left, right = np.triu_indices(size, 1)
        pending.append(np.stack((members[left], members[right]), axis=1))
        waiting += len(left)
        if waiting > _PAIR_BLOCK:
            found.append(_confirm(np.concatenate(pending), matrix))
            pending, waiting = [], 0
    if pending:
        found.append(_confirm(np.concatenate(pending), matrix))
    return found


def _confirm(pairs: Pairs, matrix: Signatures) -> Pairs:
    agree: npt.NDArray[np.bool_] = (matrix[pairs[:, 0]] == matrix[pairs[:, 1]]).mean(axis=1) >= NEAR_JACCARD
    near: Pairs = pairs[agree]
    return near


def _pairs_of_large_bucket(members: Pairs, matrix: Signatures) -> Pairs:
    """Pairs that connect all rows of a bucket that are alike: a row already reached is compared with those not yet."""
    found: list[Pairs] = []
    unreached = members
    while len(unreached) > 1:
        frontier, unreached = [int(unreached[0])], unreached[1:]
        while frontier and len(unreached):
            current = frontier.pop()
            alike = (matrix[unreached] == matrix[current]).mean(axis=1) >= NEAR_JACCARD
            near = unreached[alike]
            found.append(np.stack((np.full(len(near), current, dtype=np.int64), near), axis=1))
            frontier.extend(near.tolist())
            unreached = unreached[~alike]
    return np.concatenate(found) if found else np.empty((0, 2), dtype=np.int64)


def connected(first_with_hash: Pairs, pairs: Pairs) -> Pairs:
    """For each index the smallest index of its group, where exact copies and pairs connect."""
    parent = first_with_hash.tolist()

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for left, right in pairs.tolist():
        a, b = root(left), root(right)
        if a != b:
            parent[max(a, b)] = min(a, b)
    return np.array([root(node) for node in range(len(parent))], dtype=np.int64)
