"""Copies among all articles: exact ones by hash, near ones by MinHash over word 5-grams, excerpts by containment.

`signature` is a function of one text alone and is kept; `find_duplicates` looks at the signatures of the whole corpus
and gives the same answer for any order of its rows. The steps are apart: pairs of each kind, groups, originals, what
to annotate.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from rensa import RMinHash

from tasks.gate.containment import ALIKE_LENGTH, Samples, contained_pairs
from tasks.gate.sketch import SHINGLE_WORDS, differ, facts, sketch

PERMUTATIONS = 128
SEED = 20190418
NEAR_JACCARD = 0.8
# Short texts (headlines, alerts) share their few 5-grams by chance: they are copies only when they are the same.
SHORT_WORDS = 20
# 25 bands of 5 rows let a pair of Jaccard .8 slip with probability 5e-5 and one of .5 through with .55.
BAND_ROWS = 5
BANDS = PERMUTATIONS // BAND_ROWS
_PAIR_BLOCK = 200_000
_LARGE_BUCKET = 64

_WORD = re.compile(r"\w+")
RESULT_SCHEMA: Mapping[str, type[pl.DataType]] = {
    "article_id": pl.String,
    "dup_of": pl.String,
    "dup_kind": pl.String,
    "annotate": pl.Boolean,
}

Pairs = npt.NDArray[np.int64]
Signatures = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """What finds an article's copies.

    The MinHash values of its word 5-grams (32-bit unsigned, as int), a sample of the 5-grams themselves, and its
    figures and names (see `tasks.gate.sketch`).
    """

    article_id: str
    n_words: int
    minhash: tuple[int, ...]
    sketch: tuple[int, ...]
    facts: tuple[int, ...]


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
    return SignatureRow(article_id, len(words), tuple(minhash.digest()), sketch(words), facts(body))


def signature_columns(article_id: str, text: str, title: str | None = None) -> dict[str, list[int]]:
    """The signature as the columns that tables keep."""
    signed = signature(article_id, text, title)
    return {"minhash": list(signed.minhash), "sketch": list(signed.sketch), "facts": list(signed.facts)}


def find_duplicates(signatures: pl.DataFrame) -> pl.DataFrame:
    """Find the copies of a corpus, and what of each group of copies is to be annotated.

    Near copies make a group, and a text that lies inside another joins that text's group; where it lies inside several
    texts that are no copies of each other, the longest of them (a shared opening does not make two reports one).
    The original of all that hangs together is the earliest by (published_at, article_id), undated last.

    Annotated is the original; where texts lie inside others, in its place the earliest near copy of the longest text;
    and each near copy of what is annotated that states other figures, names or dates than all annotated before it.

    Parameters
    ----------
    signatures
        One row per article: article_id, published_at, text_sha256, n_words, minhash (list of 128 integers), sketch and
        facts (lists of integers; null where a signature was made before there were any).

    Returns
    -------
    pl.DataFrame
        One row per copy, and one per original that is not to be annotated (with `dup_of` null), sorted by article_id:
        article_id, dup_of (the original), dup_kind (exact: the original's text; update: a near copy that states other
        things; contained: one lies inside the other; else near), annotate.
    """
    if signatures.height < 2:
        return pl.DataFrame(schema=RESULT_SCHEMA)
    # In order of precedence the smallest index of a group is its original, and the order of the rows given is gone.
    ordered = signatures.sort("published_at", "article_id", nulls_last=True)
    n_words = ordered["n_words"].to_numpy().astype(np.int64)
    hashes = ordered["text_sha256"]
    first_with_hash = exact_originals(hashes)
    candidates = np.flatnonzero((first_with_hash == np.arange(ordered.height)) & (n_words >= SHORT_WORDS))
    pairs = near_pairs(signature_matrix(ordered["minhash"].gather(candidates)))
    alike = connected(first_with_hash, candidates[pairs])
    inside = _pairs_inside(ordered["sketch"], n_words, longest_of(alike, n_words, candidates))
    as_long = n_words[inside[:, 0]] >= ALIKE_LENGTH * n_words[inside[:, 1]]
    alike = connected(alike, inside[as_long])
    groups = connected(alike, _one_container_each(inside[~as_long], alike, n_words))
    return _result(ordered, groups, alike, n_words)


def _pairs_inside(sketches: pl.Series, n_words: Pairs, chosen: Pairs) -> Pairs:
    """Pairs (inner, outer) among the chosen texts."""
    lists = sketches.gather(chosen).fill_null([])
    lengths = lists.list.len().to_numpy().astype(np.int64)
    values = lists.list.explode(empty_as_null=False).to_numpy().astype(np.int64)
    offsets = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(lengths)))
    found: Pairs = chosen[contained_pairs(Samples(values, offsets), n_words[chosen])]
    return found


def longest_of(groups: Pairs, n_words: Pairs, among: Pairs) -> Pairs:
    """Of each group the longest text, the earliest of several, in order; only texts in `among` count."""
    order = np.lexsort((among, -n_words[among], groups[among]))
    ranked = among[order]
    first = np.concatenate(([True], groups[ranked][1:] != groups[ranked][:-1])) if len(ranked) else np.empty(0, bool)
    longest: Pairs = np.sort(ranked[first])
    return longest


def _one_container_each(inside: Pairs, alike: Pairs, n_words: Pairs) -> Pairs:
    """For each group of near copies the pair that ties it to its longest container."""
    inner, outer = alike[inside[:, 0]], inside[:, 1]
    apart = inner != alike[outer]
    inner, outer = inner[apart], outer[apart]
    order = np.lexsort((outer, -n_words[outer], inner))
    inner, outer = inner[order], outer[order]
    first = np.concatenate(([True], inner[1:] != inner[:-1])) if len(inner) else np.empty(0, bool)
    return np.stack((inner[first], outer[first]), axis=1)


def _result(ordered: pl.DataFrame, groups: Pairs, alike: Pairs, n_words: Pairs) -> pl.DataFrame:
    """The rows of all groups of more than one article; indices are places in order of precedence."""
    ids, hashes = ordered["article_id"], ordered["text_sha256"]
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.concatenate(([True], groups[order][1:] != groups[order][:-1])))
    rows: list[tuple[str, str | None, str | None, bool]] = []
    for members in np.split(order, starts[1:]):
        if len(members) < 2:
            continue
        original, *copies = members.tolist()
        base = int(alike[int(members[np.argmax(n_words[members])])])
        updates, parsed = _updates(members[alike[members] == base].tolist(), base, hashes, ordered["facts"])
        if base != original:
            rows.append((ids[original], None, None, False))
        for copy in copies:
            kind = "contained"
            if hashes[copy] == hashes[original]:
                kind = "exact"
            elif copy in updates and base == original:
                kind = "update"
            elif alike[copy] == original:
                kind = "near"
            elif copy in parsed and copy != base:
                kind = "update"
            rows.append((ids[copy], ids[original], kind, copy in parsed))
    return pl.DataFrame(rows, schema=dict(RESULT_SCHEMA), orient="row").sort("article_id")


def _updates(members: list[int], base: int, hashes: pl.Series, kept: pl.Series) -> tuple[set[int], set[int]]:
    """Of near copies those that state other things than the base, and those to annotate: the base and what is new."""
    stated: dict[int, frozenset[int]] = {base: _stated(kept, base)}
    updates: set[int] = set()
    for member in members:
        if hashes[member] == hashes[base]:
            continue
        own = _stated(kept, member)
        if differ(own, stated[base]):
            updates.add(member)
            if all(differ(own, other) for other in stated.values()):
                stated[member] = own
    return updates, set(stated)


def _stated(kept: pl.Series, index: int) -> frozenset[int]:
    found = kept[index]
    return frozenset(found) if found is not None else frozenset()


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
