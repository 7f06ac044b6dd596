"""The journal of a publication: what it is about to do, written before, carried out, and read again after a stop."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, replace

from tasks.contract.metadata import GENERATION, JOURNAL, META
from tasks.errors import UserError
from tasks.ids import sha256_hex
from tasks.store.layout import Store, read_generation
from tasks.store.storage import join

_FORMAT = 2
# What makes a step safe: inside the block nobody takes the writer's lock over; it gives the lock's token.
Hold = Callable[[], AbstractContextManager[str]]


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
    token: str = ""


@contextmanager
def no_lock() -> Iterator[str]:
    """The hold of a publication without a lock."""
    yield ""


def begin(store: Store, journal: Journal, hold: Hold) -> Journal:
    """Write the journal, which makes the publication certain, with the token of the lock it is written under.

    Raises
    ------
    UserError
        The lock was lost, or another run has published or begun to since the journal was drawn up.
    """
    with hold() as token:
        certain = replace(journal, token=token)
        if settled_generation(store) != journal.generation - 2 or not store.storage.create_exclusive(
            journal_url(store), journal_bytes(certain)
        ):
            raise UserError(f"{store.name}: another run has published meanwhile; run again")
    return certain


def carry_out(store: Store, journal: Journal, hold: Hold) -> None:
    """Do what the journal says, from wherever it was left; the journal goes last.

    Raises
    ------
    UserError
        The lock was lost; or a staged file is gone and what lies in its place is not what the journal states.
    """
    storage = store.storage
    generation = read_generation(store)
    if generation != journal.generation:
        with hold():
            if generation != journal.generation - 1:
                write_generation(store, journal.generation - 1, generation)
        for put in journal.puts:
            with hold():
                _move(store, put)
        for name in journal.deletes:
            with hold():
                storage.delete(join(store.url, name))
        for folder in sorted({name.split("/")[0] for name in (*journal.deletes, *finals(journal)) if "/" in name}):
            with hold():
                storage.sweep(join(store.url, folder))
        with hold():
            write_generation(store, journal.generation, journal.generation - 1)
    with hold():
        drop_journal(store, journal)


def drop_journal(store: Store, journal: Journal) -> None:
    """Remove a journal; one that another run wrote in its place stays."""
    if read_journal(store) == journal:
        store.storage.delete(journal_url(store))


def _move(store: Store, put: Put) -> None:
    staged, final = join(store.url, put.staged), join(store.url, put.final)
    there = store.storage.exists(staged)
    store.storage.move(staged, final)
    if not there and sha256_hex(store.storage.read(final)) != put.sha256:
        raise UserError(
            f"{store.storage.location(final)}: holds other content than the unfinished publication put there; "
            f"run `dateline repair --output {store.name}`"
        )


def finals(journal: Journal) -> tuple[str, ...]:
    """The names of the files it puts."""
    return tuple(put.final for put in journal.puts)


def require_reachable(store: Store, journal: Journal) -> None:
    """Every file to be put is either still staged or already in place, with the content the journal states."""
    storage = store.storage
    for put in journal.puts:
        staged, final = join(store.url, put.staged), join(store.url, put.final)
        place = staged if storage.exists(staged) else final
        if not storage.exists(place) or sha256_hex(storage.read(place)) != put.sha256:
            raise UserError(
                f"{storage.location(journal_url(store))}: the unfinished publication names {put.final}, which is "
                f"missing or damaged; nothing was changed: run `dateline repair --output {store.name}`"
            )


def settled_generation(store: Store) -> int:
    """The generation of a store with no publication under way."""
    generation = read_generation(store)
    if generation % 2 or store.storage.exists(journal_url(store)):
        raise UserError(f"{store.name}: a publication is unfinished; run again to have it finished first")
    return generation


def write_generation(store: Store, number: int, expected: int) -> None:
    """Let the store be in its n-th generation, odd while a publication is under way; it only ever rises.

    Raises
    ------
    UserError
        The store is not in the expected generation: another run has published.
    """
    url, data = join(store.url, META, GENERATION), f"{number}\n".encode()
    if expected == 0 and not store.storage.exists(url):
        written = store.storage.create_exclusive(url, data)
    else:
        written = store.storage.replace_if(url, f"{expected}\n".encode(), data)
    if not written:
        raise UserError(f"{store.name}: another run has published meanwhile; run again")


def is_stale(journal: Journal, generation: int) -> bool:
    """Whether a journal can never have begun: the store is past the generation that it was drawn up in.

    A process stopped while it writes its journal, on a storage without locks, may put it down after others published.
    """
    return journal.generation < generation + generation % 2


def is_ahead(journal: Journal, generation: int) -> bool:
    """Whether a journal was drawn up in a later generation than the store is in: its number went back or is gone."""
    return journal.generation > generation + (1 if generation % 2 else 2)


def journal_url(store: Store) -> str:
    """Where the journal lies while there is one."""
    return join(store.url, META, JOURNAL)


def journal_bytes(journal: Journal, form: int = _FORMAT) -> bytes:
    """The journal as it is written; format 1, of dateline 0.1.0, had no token."""
    fields = asdict(journal)
    if form == 1:
        del fields["token"]
    return (json.dumps({"format": form, **fields}, indent=1) + "\n").encode()


def read_journal(store: Store) -> Journal | None:
    """The journal, None where there is none; one that this program cannot have written is refused."""
    url = journal_url(store)
    try:
        data = store.storage.read(url)
    except FileNotFoundError:
        return None
    try:
        found = json.loads(data)
        form = found.pop("format")
        if form not in (1, _FORMAT):
            raise ValueError("another format")
        puts = tuple(Put(**put) for put in found.pop("puts"))
        journal = Journal(puts=puts, deletes=tuple(found.pop("deletes")), **found)
        for name in (*finals(journal), *journal.deletes, *(put.staged for put in puts)):
            join(store.url, name)
        if journal_bytes(journal, form) != data or journal.generation % 2 or journal.generation < 2:
            raise ValueError("not as written")
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UserError(
            f"{store.storage.location(url)}: the journal is damaged and was not followed; nothing was changed: "
            f"run `dateline repair --output {store.name}`"
        ) from error
    return journal
