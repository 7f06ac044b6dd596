"""One writer at a time: a lock file with owner and heartbeat, taken over only from a writer that is certainly gone.

The lock is `_meta/lock.json`. It changes only by compare-and-swap (`Storage.create_exclusive`, `Storage.replace_if`),
so of several who want it at once one gets it. Clock times in it never reach a table.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from polars.exceptions import PolarsError

from tasks.contract.metadata import META
from tasks.errors import UserError
from tasks.store.layout import Store
from tasks.store.storage import GuardHeld, join

HEARTBEAT_SECONDS = 10.0
STALE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a lock: the content of the lock file.

    `machine` tells process numbers apart that only look alike: it differs between machines, boots and containers.
    `process_start` does so for a number that was given out again. `token` is new for every lock taken.
    """

    owner: str
    host: str
    pid: int
    machine: str
    process_start: str | None
    token: str
    heartbeat_seconds: float
    heartbeat_at: str


@dataclass(slots=True)
class WriterLock:
    """A lock that is held. `check` raises once it is not."""

    store: Store
    owner: Owner
    stale_seconds: float
    _content: bytes
    _renewed: float
    _lost: bool = False
    _guard: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _end: threading.Event = field(default_factory=threading.Event, repr=False)

    def check(self) -> None:
        """See that the lock is still ours, in the store itself; to be called before every step that cannot be undone.

        Raises
        ------
        UserError
            Another writer has taken it over, or it was removed.
        """
        with self._guard:
            if not self._lost and time.monotonic() - self._renewed > self.stale_seconds / 2:
                self._renew()  # after a long sleep of the machine: somebody may be about to take it over
            elif not self._lost:
                self._lost = _read(self.store) != self._content
            self._require()

    @contextmanager
    def held(self) -> Iterator[str]:
        """Do one step that cannot be undone: nobody takes the lock over inside the block. Gives the lock's token.

        To be short: the heart does not beat inside. A process that is stopped inside keeps others out until it goes on
        or ends; one that was stopped before and lost the lock meanwhile is refused here.

        Raises
        ------
        UserError
            Another writer has taken the lock over, or it was removed.
        """
        with self._guard, self.store.storage.guarded(_url(self.store)):
            self._lost = self._lost or _read(self.store) != self._content
            self._require()
            yield self.owner.token

    def _require(self) -> None:
        if self._lost:
            raise UserError(
                f"{self.store.name}: another run took the writer's lock over while this one was silent; "
                "nothing more is written: let it finish, then run again"
            )

    def _renew(self) -> None:
        content = _content(self.owner)
        if self.store.storage.replace_if(_url(self.store), self._content, content):
            self._content, self._renewed = content, time.monotonic()
        else:
            self._lost = True

    def _beat(self) -> None:
        """Renew until told to end. A failure passes or not: `check` sees to it before it matters."""
        while not self._end.wait(self.owner.heartbeat_seconds):
            with self._guard, suppress(OSError, UserError):
                if self._lost:
                    return
                self._renew()

    def _release(self) -> None:
        with self._guard, suppress(OSError, UserError):
            # Left behind it does no harm: the next writer sees that this process is gone.
            if not self._lost:
                self.store.storage.replace_if(_url(self.store), self._content, None)


@contextmanager
def writer_lock(
    store: Store,
    owner: str,
    heartbeat_seconds: float = HEARTBEAT_SECONDS,
    stale_seconds: float = STALE_SECONDS,
) -> Iterator[WriterLock]:
    """Hold the store's lock for writing; give its `check` to `Publication` and `recover`.

    Parameters
    ----------
    owner
        What a second writer is told about this one, such as a run id.
    heartbeat_seconds
        How often the lock is renewed.
    stale_seconds
        A lock not renewed for so long is taken over, once it has also stayed as it is for two of its heartbeats (the
        clocks of two machines may differ). Where the holder was a process of this machine that no longer lives, at
        once.

    Raises
    ------
    UserError
        Another writer holds the lock: the message says who and what to do. Or the folder cannot be written. Or the
        lock was lost, where that made the block fail: another run takes what this one staged for left behind.
    """
    lock = _acquire(store, owner, heartbeat_seconds, stale_seconds)
    thread = threading.Thread(target=lock._beat, name="writer-lock", daemon=True)
    thread.start()
    try:
        yield lock
    except (OSError, PolarsError):
        lock.check()
        raise
    finally:
        lock._end.set()
        thread.join()
        lock._release()


def _acquire(store: Store, name: str, heartbeat_seconds: float, stale_seconds: float) -> WriterLock:
    owner = Owner(
        name,
        socket.gethostname(),
        os.getpid(),
        _machine(),
        _process_start(os.getpid()),
        secrets.token_hex(16),
        heartbeat_seconds,
        "",
    )
    started, content = time.monotonic(), _content(owner)
    found = None
    try:
        free = store.storage.create_exclusive(_url(store), content)
    except GuardHeld as error:
        raise _stopped(store) from error
    if not free:
        found = _read(store)
        if found is not None and not _is_abandoned(store, found, stale_seconds):
            raise _held(store, _read(store) or found)
        started, content = time.monotonic(), _content(owner)
        try:
            if found is None:
                taken = store.storage.create_exclusive(_url(store), content)
            else:
                taken = store.storage.replace_if(_url(store), found, content)
        except GuardHeld as error:
            raise _stopped(store) from error
        if not taken:
            raise _held(store, _read(store))
    return WriterLock(store, owner, stale_seconds, content, started)


def _is_abandoned(store: Store, content: bytes, stale_seconds: float) -> bool:
    """Whether the holder is certainly gone."""
    owner = _parse(content)
    if owner is None:
        raise UserError(
            f"{store.storage.location(_url(store))}: not a lock that dateline wrote; make sure that no run is writing, "
            "then remove it"
        )
    if _is_gone(owner):
        return True
    # Also a heartbeat from the future is suspicious: the clocks differ, and it may be older than it looks.
    if abs(_age(owner)) <= stale_seconds:
        return False
    time.sleep(2 * owner.heartbeat_seconds)
    return _read(store) == content


def _held(store: Store, content: bytes | None) -> UserError:
    owner = _parse(content) if content else None
    if owner is None:
        return UserError(f"{store.name}: another run has just taken the writer's lock; wait for it, then run again")
    return UserError(
        f"{store.name}: being written by {owner.owner} (host {owner.host}, process {owner.pid}, last heard of "
        f"{max(0, round(_age(owner)))} s ago); wait for it to end, or, if you are sure that it is gone, remove "
        f"{store.storage.location(_url(store))}"
    )


def _stopped(store: Store) -> UserError:
    """What a writer is told that waits for one which is stopped in the middle of a step."""
    owner = _parse(_read(store) or b"")
    who = f"process {owner.pid} on {owner.host}" if owner else "its process"
    return UserError(
        f"{store.name}: another run was stopped in the middle of a step of publishing; let {who} go on (kill -CONT) "
        "or end it (kill -KILL), then run again"
    )


def _url(store: Store) -> str:
    return join(store.url, META, "lock.json")


def _read(store: Store) -> bytes | None:
    try:
        return store.storage.read(_url(store))
    except FileNotFoundError:
        return None


def _content(owner: Owner) -> bytes:
    """The lock file of an owner whose heart beats now."""
    facts = asdict(owner) | {"heartbeat_at": dt.datetime.now(dt.UTC).isoformat()}
    return (json.dumps(facts, indent=1) + "\n").encode()


def _parse(content: bytes) -> Owner | None:
    try:
        owner = Owner(**json.loads(content))
        _age(owner)
        if owner.pid <= 0 or not 0 <= owner.heartbeat_seconds <= 3600:
            return None
    except (ValueError, TypeError):
        return None
    return owner


def _age(owner: Owner) -> float:
    """Seconds since the owner's last heartbeat, by two clocks that may differ."""
    return (dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(owner.heartbeat_at)).total_seconds()


def _is_gone(owner: Owner) -> bool:
    """Whether the owner was a process of this machine and is no longer; False where that cannot be told."""
    if owner.machine != _machine():
        return False
    try:
        os.kill(owner.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # another user's process: it lives
    start = _process_start(owner.pid)
    return start is not None and start != owner.process_start


def _machine() -> str:
    """What processes have in common that see each other's numbers: boot and container, else host and its address."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return f"{socket.gethostname()} {uuid.getnode():x}"


def _process_start(pid: int) -> str | None:
    """When a process of this machine started, in clock ticks since boot; None where the system does not tell."""
    try:
        facts = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The name in brackets may hold anything; after it come state (3rd field) to start time (22nd).
    after_name = facts.rpartition(")")[2].split()
    return "ended" if after_name[0] in ("Z", "X") else after_name[19]
