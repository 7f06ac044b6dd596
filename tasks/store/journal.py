"""The journal of a publication: what it is about to do, written before, carried out, and read again after a stop."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

from tasks.contract.metadata import JOURNAL, META
from tasks.errors import UserError
from tasks.ids import sha256_hex
from tasks.store.layout import Store, read_generation
from tasks.store.storage import join

_FORMAT = 1


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


def carry_out(store: Store, journal: Journal, check: Callable[[], None]) -> None:
    """Do what the journal says, from wherever it was left; the journal goes last."""
    storage = store.storage
    if read_generation(store) != journal.generation:
        check()
        write_generation(store, journal.generation - 1)
        for put in journal.puts:
            check()
            storage.move(join(store.url, put.staged), join(store.url, put.final))
        for name in journal.deletes:
            check()
            storage.delete(join(store.url, name))
        for folder in sorted({name.split("/")[0] for name in (*journal.deletes, *finals(journal)) if "/" in name}):
            storage.sweep(join(store.url, folder))
        check()
        write_generation(store, journal.generation)
    check()
    storage.delete(journal_url(store))


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
                "missing or damaged; nothing was changed: restore the folder from a copy, or run into a new one"
            )


def settled_generation(store: Store) -> int:
    """The generation of a store with no publication under way."""
    generation = read_generation(store)
    if generation % 2 or store.storage.exists(journal_url(store)):
        raise UserError(f"{store.name}: a publication is unfinished; run again to have it finished first")
    return generation


def write_generation(store: Store, number: int) -> None:
    """Let the store be in its n-th generation; odd while a publication is under way."""
    store.storage.write(join(store.url, META, "generation"), f"{number}\n".encode())


def journal_url(store: Store) -> str:
    """Where the journal lies while there is one."""
    return join(store.url, META, JOURNAL)


def journal_bytes(journal: Journal) -> bytes:
    """The journal as it is written."""
    return (json.dumps({"format": _FORMAT, **asdict(journal)}, indent=1) + "\n").encode()


def read_journal(store: Store) -> Journal | None:
    """The journal, None where there is none; one that this program cannot have written is refused."""
    url = journal_url(store)
    try:
        data = store.storage.read(url)
    except FileNotFoundError:
        return None
    try:
        found = json.loads(data)
        if found.pop("format") != _FORMAT:
            raise ValueError("another format")
        puts = tuple(Put(**put) for put in found.pop("puts"))
        journal = Journal(puts=puts, deletes=tuple(found.pop("deletes")), **found)
        for name in (*finals(journal), *journal.deletes, *(put.staged for put in puts)):
            join(store.url, name)
        if journal_bytes(journal) != data or journal.generation % 2 or journal.generation < 2:
            raise ValueError("not as written")
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UserError(
            f"{store.storage.location(url)}: the journal is damaged and was not followed; nothing was changed: "
            "restore the folder from a copy, or run into a new one"
        ) from error
    return journal
