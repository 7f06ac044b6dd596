"""Publishing: new files are built aside, then one journal makes the whole change certain, then it is carried out.

The order, each step durable before the next begins:

1. every new file lies in `.staging/<run_id>/`, read back and verified;
2. the journal `_meta/publish.json` appears: from here on the change will happen, by this run or the next;
3. `_meta/generation` becomes odd; every put is one atomic rename, then every delete; the generation becomes even;
4. the journal goes, then the staging folder.

The journal comes before the odd generation, so an odd generation never stands without the journal that ends it.
Every step may be made twice. So a run that is killed anywhere leaves either no journal (nothing has happened) or a
journal that `recover` carries out to the end.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import asdict, dataclass
from io import BytesIO

import polars as pl
import pyarrow.parquet as pq

from tasks.errors import ContractError, UserError
from tasks.ids import sha256_hex
from tasks.schema import Table, arrow_schema, conform, empty
from tasks.storage import join, relative_name
from tasks.store import (
    META,
    STAGING,
    UNDATED,
    Store,
    clean_staging,
    find_table,
    parquet_bytes,
    partition_files,
    partition_name,
    read_generation,
    scan_files,
    staging_url,
)
from tasks.tables import TABLES

MAX_ROWS = 2_000_000
MAX_TEXTS = 200_000

_HEX_DIGITS = "0123456789abcdef"
_JOURNAL = "publish.json"
_JOURNAL_FORMAT = 1
_RESERVED = {_JOURNAL, "generation", "lock.json"}


@dataclass(frozen=True, slots=True)
class Put:
    """One file of a publication: from where in the store to where, and what it holds."""

    staged: str
    final: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Journal:
    """What a publication is about to do; names are relative to the store, which may have moved since."""

    run_id: str
    generation: int
    puts: tuple[Put, ...]
    deletes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublishResult:
    """What a commit did: names relative to the store, sorted."""

    puts: tuple[str, ...]
    deletes: tuple[str, ...]
    unchanged: tuple[str, ...]


class Publication:
    """The one way rows get into the tables: `put` and `drop` what a run changes, then `commit`.

    Until `commit` nothing a reader sees has changed; a publication that is not committed leaves only its staging
    folder, which `recover` removes. The caller holds the writer's lock and has called `recover`.

    Parameters
    ----------
    run_id
        Names the staging folder: letters, digits, and `. _ = -`.
    check
        Called before the journal is written and before each step after it; raises where the lock was lost.
    max_rows, max_texts
        Rows (`max_texts`: of the table `texts`) above which a month is split into 16 files by the first hex digit of
        its ids.
    """

    def __init__(
        self,
        store: Store,
        run_id: str,
        check: Callable[[], None] | None = None,
        max_rows: int = MAX_ROWS,
        max_texts: int = MAX_TEXTS,
    ) -> None:
        self._store = store
        self._run_id = run_id
        self._check = check or _no_check
        self._max_rows = max_rows
        self._max_texts = max_texts
        self._folder = staging_url(store, run_id)
        self._given: set[str] = set()
        self._puts: dict[str, Put] = {}
        self._deletes: set[str] = set()
        self._unchanged: set[str] = set()
        self._open = True
        self._generation = _settled_generation(store)

    def put(self, table_name: str, month: str | None, frame: pl.DataFrame) -> None:
        """Let these rows be the whole of a table's month (or of a table without months).

        The rows are conformed, sorted, written aside, read back and verified. Bytes equal to what is published change
        nothing. No rows: the partition is dropped; a table without months keeps one empty file.

        Raises
        ------
        ContractError
            The rows break the table's contract, or the month was given before.
        UserError
            The folder cannot be written, or gave back other bytes than were written.
        """
        table = find_table(table_name)
        self._claim(partition_name(table, month))
        rows = conform(table, frame)
        parts = {partition_name(table, month, number): part for number, part in self._split(table, rows)}
        published = self._published(partition_name(table, month))
        self._deletes |= published - parts.keys()
        for name, part in parts.items():
            self._put_rows(name, table, part, exists=name in published)

    def drop(self, table_name: str, month: str | None) -> None:
        """Let a table's month (or a whole table without months) have no rows."""
        self.put(table_name, month, empty(find_table(table_name)))

    def put_meta(self, relative_name: str, data: bytes) -> None:
        """Let `_meta/<relative_name>` hold these bytes, with the same commit as the tables."""
        if relative_name in _RESERVED or relative_name.startswith("partials/"):
            raise ContractError(f"{META}/{relative_name} is written by the store itself")
        name = f"{META}/{relative_name}"
        self._claim(name)
        self._put_bytes(name, data, exists=self._store.storage.exists(join(self._store.url, name)))

    def touched(self, table_name: str) -> set[str]:
        """The folders of a table's partitions in which a file is put or deleted so far."""
        path = find_table(table_name).path
        return {name.rpartition("/")[0] for name in (*self._puts, *self._deletes) if name.startswith(f"{path}/")}

    def scan(
        self, table_name: str, columns: Sequence[str] | None = None, folders: Container[str] | None = None
    ) -> pl.LazyFrame:
        """Read a table as it will be after `commit`: what is published, less what is dropped, with what was put.

        `folders` takes only these partitions, as `touched` names them.
        """
        table = find_table(table_name)
        files = {
            relative_name(self._store.url, url): url
            for urls in partition_files(self._store, table).values()
            for url in urls
        }
        files |= {
            name: join(self._store.url, put.staged)
            for name, put in self._puts.items()
            if name.startswith(f"{table.path}/")
        }
        wanted = [
            name
            for name in sorted(files.keys() - self._deletes)
            if folders is None or name.rpartition("/")[0] in folders
        ]
        return scan_files(self._store, table, [files[name] for name in wanted], columns)

    def commit(self) -> PublishResult:
        """Make the change visible; nothing at all is written where nothing changed.

        Raises
        ------
        UserError
            The lock was lost, another run published meanwhile, or the folder cannot be written. After the journal
            is written the change is certain: the next `recover` carries out what is left.
        """
        self._require_open()
        self._fill_up()
        self._open = False
        journal = Journal(
            self._run_id,
            self._generation + 2,
            tuple(self._puts[name] for name in sorted(self._puts)),
            tuple(sorted(self._deletes)),
        )
        if journal.puts or journal.deletes:
            self._check()
            if _settled_generation(self._store) != self._generation:
                raise UserError(f"{self._store.name}: another run has published meanwhile; run again")
            self._store.storage.write(_journal_url(self._store), _journal_bytes(journal))
            _carry_out(self._store, journal, self._check)
        self._clean()
        return PublishResult(tuple(sorted(self._puts)), journal.deletes, tuple(sorted(self._unchanged)))

    def abandon(self) -> None:
        """Give the publication up and free the space of its staging folder; nothing published changes."""
        self._require_open()
        self._open = False
        self._clean()

    def _clean(self) -> None:
        self._store.storage.delete_tree(self._folder)
        self._store.storage.sweep(join(self._store.url, STAGING))

    def _require_open(self) -> None:
        if not self._open:
            raise ContractError(f"publication {self._run_id} is over; begin another")

    def _claim(self, name: str) -> None:
        self._require_open()
        if name in self._given:
            raise ContractError(f"{name} was given twice in one publication")
        self._given.add(name)

    def _published(self, first_part: str) -> set[str]:
        """The published parts of a partition."""
        folder = join(self._store.url, first_part.rpartition("/")[0])
        files = self._store.storage.list_files(folder)
        return {relative_name(self._store.url, url) for url in files if url.endswith(".parquet")}

    def _split(self, table: Table, rows: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
        """The numbers of a partition's parts with their rows."""
        limit = self._max_texts if table.name == "texts" else self._max_rows
        if not table.partitioned or 0 < rows.height <= limit:
            yield 0, rows
        elif rows.height:
            column = "article_id" if "article_id" in table.names else table.primary_key[0]
            first = rows.get_column(column).str.slice(0, 1)
            if not first.is_in(list(_HEX_DIGITS)).all():
                raise ContractError(f"{table.name}.{column}: an id that does not start with a hex digit")
            for number, digit in enumerate(_HEX_DIGITS):
                part = rows.filter(first == digit)
                if part.height:
                    yield number, part

    def _put_rows(self, name: str, table: Table, rows: pl.DataFrame, *, exists: bool) -> None:
        data = self._put_bytes(name, parquet_bytes(table, rows), exists=exists)
        if data is None:
            return
        file = pq.ParquetFile(BytesIO(data))
        if file.metadata.num_rows != rows.height or not file.schema_arrow.equals(arrow_schema(table)):
            raise ContractError(f"{name}: the file has not the rows or the schema it was given")

    def _put_bytes(self, name: str, data: bytes, *, exists: bool) -> bytes | None:
        """Stage a file and give what was read back; None if it is published already with these bytes."""
        storage = self._store.storage
        final = join(self._store.url, name)
        if exists and storage.size(final) == len(data) and storage.read(final) == data:
            self._unchanged.add(name)
            return None
        staged = join(self._folder, name)
        storage.write(staged, data)
        found = storage.read(staged)
        if found != data:
            raise UserError(f"{storage.location(staged)}: read back other than written; check the disk")
        self._puts[name] = Put(relative_name(self._store.url, staged), name, sha256_hex(data))
        return found

    def _fill_up(self) -> None:
        """See that every table has a file, so that every reader can open it; one without rows has an empty one.

        The empty `undated` file that stands in for a partitioned table goes once another file is there, so that the
        tables do not depend on how the articles were spread over runs.
        """
        for table in TABLES.values():
            stand_in = partition_name(table, UNDATED if table.partitioned else None)
            published = {
                relative_name(self._store.url, url)
                for urls in partition_files(self._store, table).values()
                for url in urls
            }
            new = {name for name in self._puts if name.startswith(f"{table.path}/")}
            left = (published - self._deletes) | new
            if not left:
                self._deletes.discard(stand_in)
                self._put_rows(stand_in, table, empty(table), exists=stand_in in published)
            elif table.partitioned and stand_in in left - new and len(left) > 1:
                url = join(self._store.url, stand_in)
                data = parquet_bytes(table, empty(table))
                if self._store.storage.size(url) == len(data) and self._store.storage.read(url) == data:
                    self._deletes.add(stand_in)


def recover(store: Store, check: Callable[[], None] | None = None) -> bool:
    """Bring a store into order after a run that was stopped: to be called, under the lock, before anything else.

    Carries a journal out to its end, makes an odd generation without a journal (no run of ours leaves one) even, and
    removes what unfinished publications staged; the shards in `.staging/shards/` stay. May itself be stopped anywhere
    and called again.

    Returns
    -------
    bool
        Whether a publication was found unfinished.

    Raises
    ------
    UserError
        The journal is damaged, or a file it names is nowhere to be found: nothing is guessed, nothing changed.
    """
    check = check or _no_check
    journal = _read_journal(store)
    generation = read_generation(store)
    if journal is not None:
        if generation != journal.generation:
            _require_reachable(store, journal)
        check()
        _carry_out(store, journal, check)
    elif generation % 2:
        _write_generation(store, generation + 1)
    clean_staging(store)
    store.storage.sweep(join(store.url, META))
    return journal is not None or generation % 2 == 1


def _carry_out(store: Store, journal: Journal, check: Callable[[], None]) -> None:
    """Do what the journal says, from wherever it was left; the journal goes last."""
    storage = store.storage
    if read_generation(store) != journal.generation:
        check()
        _write_generation(store, journal.generation - 1)
        for put in journal.puts:
            check()
            storage.move(join(store.url, put.staged), join(store.url, put.final))
        for name in journal.deletes:
            check()
            storage.delete(join(store.url, name))
        for folder in sorted({name.split("/")[0] for name in (*journal.deletes, *_finals(journal)) if "/" in name}):
            storage.sweep(join(store.url, folder))
        check()
        _write_generation(store, journal.generation)
    check()
    storage.delete(_journal_url(store))


def _finals(journal: Journal) -> tuple[str, ...]:
    return tuple(put.final for put in journal.puts)


def _require_reachable(store: Store, journal: Journal) -> None:
    """Every file to be put is either still staged or already in place, with the content the journal states."""
    storage = store.storage
    for put in journal.puts:
        staged, final = join(store.url, put.staged), join(store.url, put.final)
        place = staged if storage.exists(staged) else final
        if not storage.exists(place) or sha256_hex(storage.read(place)) != put.sha256:
            raise UserError(
                f"{storage.location(_journal_url(store))}: the unfinished publication names {put.final}, which is "
                "missing or damaged; nothing was changed: restore the folder from a copy, or run into a new one"
            )


def _settled_generation(store: Store) -> int:
    """The generation of a store with no publication under way."""
    generation = read_generation(store)
    if generation % 2 or store.storage.exists(_journal_url(store)):
        raise UserError(f"{store.name}: a publication is unfinished; run again to have it finished first")
    return generation


def _write_generation(store: Store, number: int) -> None:
    store.storage.write(join(store.url, META, "generation"), f"{number}\n".encode())


def _journal_url(store: Store) -> str:
    return join(store.url, META, _JOURNAL)


def _journal_bytes(journal: Journal) -> bytes:
    return (json.dumps({"format": _JOURNAL_FORMAT, **asdict(journal)}, indent=1) + "\n").encode()


def _read_journal(store: Store) -> Journal | None:
    """The journal, None where there is none; one that this program cannot have written is refused."""
    url = _journal_url(store)
    try:
        data = store.storage.read(url)
    except FileNotFoundError:
        return None
    try:
        found = json.loads(data)
        if found.pop("format") != _JOURNAL_FORMAT:
            raise ValueError("another format")
        puts = tuple(Put(**put) for put in found.pop("puts"))
        journal = Journal(puts=puts, deletes=tuple(found.pop("deletes")), **found)
        for name in (*_finals(journal), *journal.deletes, *(put.staged for put in puts)):
            join(store.url, name)
        if _journal_bytes(journal) != data or journal.generation % 2 or journal.generation < 2:
            raise ValueError("not as written")
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UserError(
            f"{store.storage.location(url)}: the journal is damaged and was not followed; nothing was changed: "
            "restore the folder from a copy, or run into a new one"
        ) from error
    return journal


def _no_check() -> None:
    """The check of a publication without a lock."""
