"""Publishing: new files are built aside, then one journal makes the whole change certain, then it is carried out.

The order, each step durable before the next begins:

1. every new file lies in `.staging/<run_id>/`, read back and verified, the new manifest among them;
2. the journal `_meta/publish.json` appears: from here on the change will happen, by this run or the next;
3. `_meta/generation` becomes odd; every put is one atomic rename, then every delete; the generation becomes even;
4. the journal goes, then the staging folder.

From 2 on each step is made while nobody can take the writer's lock over (`WriterLock.held`): a run that was taken over
while it slept touches nothing that is not its own.

The journal comes before the odd generation, so an odd generation never stands without the journal that ends it.
Every step may be made twice. So a run that is killed anywhere leaves either no journal (nothing has happened) or a
journal that `recover` carries out to the end.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

import polars as pl
import pyarrow.parquet as pq

from tasks.contract.metadata import MANIFEST, META, describe
from tasks.contract.schema import Table, arrow_schema, conform, empty
from tasks.contract.tables import SCHEMA_VERSION, TABLES
from tasks.errors import ContractError, UserError
from tasks.store.journal import (
    Hold,
    Journal,
    Put,
    begin,
    carry_out,
    drop_journal,
    is_ahead,
    is_stale,
    journal_url,
    no_lock,
    read_journal,
    require_reachable,
    settled_generation,
    write_generation,
)
from tasks.store.layout import (
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
from tasks.store.manifest import UNLISTED, PublishedFile, list_published, manifest_bytes, published_file, read_manifest
from tasks.store.storage import join, relative_name

MAX_ROWS = 2_000_000
MAX_TEXTS = 200_000

_HEX_DIGITS = "0123456789abcdef"


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
    hold
        `WriterLock.held`: entered for the journal and for each step after it; raises where the lock was lost.
    damaged
        Names of published files that count as not there: those that are not put anew go with the commit.
    max_rows, max_texts
        Rows (`max_texts`: of the table `texts`) above which a month is split into 16 files by the first hex digit of
        its ids.
    """

    def __init__(
        self,
        store: Store,
        run_id: str,
        hold: Hold = no_lock,
        max_rows: int = MAX_ROWS,
        max_texts: int = MAX_TEXTS,
        damaged: Collection[str] = (),
    ) -> None:
        self._store = store
        self._run_id = run_id
        self._hold = hold
        self._max_rows = max_rows
        self._max_texts = max_texts
        self._folder = staging_url(store, run_id)
        self._given: set[str] = set()
        self._puts: dict[str, Put] = {}
        self._deletes: set[str] = set(damaged)
        self._unchanged: set[str] = set()
        self._facts: dict[str, PublishedFile] = {}
        self._open = True
        self._generation = settled_generation(store)

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
        self._deletes = (self._deletes | published) - parts.keys()
        for name, part in parts.items():
            self._put_rows(name, table, part, exists=name in published)

    def drop(self, table_name: str, month: str | None) -> None:
        """Let a table's month (or a whole table without months) have no rows."""
        self.put(table_name, month, empty(find_table(table_name)))

    def put_meta(self, relative_name: str, data: bytes) -> None:
        """Let `_meta/<relative_name>` hold these bytes, with the same commit as the tables."""
        if relative_name in UNLISTED or relative_name.startswith("partials/"):
            raise ContractError(f"{META}/{relative_name} is written by the store itself")
        name = f"{META}/{relative_name}"
        self._claim(name)
        self._put_bytes(name, data, exists=self._store.storage.exists(join(self._store.url, name)))

    def drop_meta(self, relative_name: str) -> None:
        """Let `_meta/<relative_name>` be gone with the same commit."""
        name = f"{META}/{relative_name}"
        self._claim(name)
        if self._store.storage.exists(join(self._store.url, name)):
            self._deletes.add(name)

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
        files = self._files(table)
        wanted = [name for name in sorted(files) if folders is None or name.rpartition("/")[0] in folders]
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
        self._describe()
        self._list()
        self._open = False
        journal = Journal(
            self._run_id,
            self._generation + 2,
            tuple(self._puts[name] for name in sorted(self._puts)),
            tuple(sorted(self._deletes)),
        )
        if journal.puts or journal.deletes:
            try:
                certain = begin(self._store, journal, self._hold)
            except UserError:
                # A journal that is there all the same, as on a disk that fills up behind it, is carried out by the next
                # run, and needs what is staged.
                if not self._store.storage.exists(journal_url(self._store)):
                    self._store.storage.delete_tree(self._folder)
                raise
            carry_out(self._store, certain, self._hold)
        with self._hold():
            self._clean()
        return PublishResult(tuple(sorted(self._puts)), journal.deletes, tuple(sorted(self._unchanged)))

    def _files(self, table: Table) -> dict[str, str]:
        """A table's files as they will be, by their names in the store, with where each lies now."""
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
        return {name: url for name, url in files.items() if name not in self._deletes}

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
        self._facts[name] = published_file(data)
        self._deletes.discard(name)
        if exists and storage.size(final) == len(data) and storage.read(final) == data:
            self._unchanged.add(name)
            return None
        staged = join(self._folder, name)
        storage.write(staged, data)
        found = storage.read(staged)
        if found != data:
            raise UserError(f"{storage.location(staged)}: read back other than written; check the disk")
        self._puts[name] = Put(relative_name(self._store.url, staged), name, self._facts[name].sha256)
        return found

    def _fill_up(self) -> None:
        """See that every table has a file, so that every reader can open it; one without rows has an empty one.

        The empty `undated` file that stands in for a partitioned table goes once another file is there, so that the
        tables do not depend on how the articles were spread over runs.
        """
        for table in TABLES.values():
            stand_in = partition_name(table, UNDATED if table.partitioned else None)
            left = self._files(table).keys()
            new = {name for name in self._puts if name.startswith(f"{table.path}/")}
            if not left:
                exists = self._store.storage.exists(join(self._store.url, stand_in))
                self._put_rows(stand_in, table, empty(table), exists=exists)
            elif table.partitioned and stand_in in left - new and len(left) > 1:
                url = join(self._store.url, stand_in)
                data = parquet_bytes(table, empty(table))
                if self._store.storage.size(url) == len(data) and self._store.storage.read(url) == data:
                    self._deletes.add(stand_in)

    def _describe(self) -> None:
        """Describe the tables as they will be, beside them, for other programs."""
        files = {name: sorted(self._files(table)) for name, table in TABLES.items()}
        for name, data in describe(TABLES, files, SCHEMA_VERSION).items():
            self._put_bytes(name, data, exists=self._store.storage.exists(join(self._store.url, name)))

    def _list(self) -> None:
        """Put the manifest of the files as they will be, where a file changes or there is none yet."""
        found = read_manifest(self._store)
        if found is not None and not self._puts and not self._deletes:
            return
        before = list_published(self._store) if found is None else found[0]
        files = {name: file for name, file in (before | self._facts).items() if name not in self._deletes}
        name = f"{META}/{MANIFEST}"
        exists = self._store.storage.exists(join(self._store.url, name))
        self._put_bytes(name, manifest_bytes(files, self._generation + 2), exists=exists)


def recover(store: Store, hold: Hold = no_lock) -> bool:
    """Bring a store into order after a run that was stopped: to be called, under the lock, before anything else.

    Carries a journal out to its end, drops one that can never have begun, makes an odd generation without a journal (no
    run of ours leaves one) even, and removes what unfinished publications staged; the shards in `.staging/shards/`
    stay. May itself be stopped anywhere and called again.

    Returns
    -------
    bool
        Whether a publication was found unfinished.

    Raises
    ------
    UserError
        The journal is damaged, or a file it names is nowhere to be found, or the generation went back or is missing:
        nothing is guessed, nothing changed.
    """
    journal = read_journal(store)
    generation = read_generation(store)
    if journal is not None and is_stale(journal, generation):
        with hold():
            drop_journal(store, journal)
        journal = None
    if journal is not None:
        if is_ahead(journal, generation):
            raise UserError(
                f"{store.storage.location(journal_url(store))}: an unfinished publication of generation "
                f"{journal.generation}, but the folder is in {generation}; nothing was changed: run "
                f"`dateline repair --output {store.name}`"
            )
        if generation != journal.generation:
            require_reachable(store, journal)
        carry_out(store, journal, hold)
    elif generation % 2:
        with hold():
            write_generation(store, generation + 1, generation)
    with hold():
        clean_staging(store)
        store.storage.sweep(join(store.url, META))
    return journal is not None or generation % 2 == 1
