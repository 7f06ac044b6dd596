"""A Prefect server for one run: started once on loopback, its state in the project's own folder, stopped again."""

from __future__ import annotations

import contextlib
import fcntl
import multiprocessing
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import flows.guard
from flows.children import SAFE_PATH, variables
from flows.lost_server import ServerWatch
from tasks.errors import RunFailed, UserError

STARTUP_SECONDS = 180.0
LOOPBACK = "127.0.0.1"
# An address to listen on that means every interface, and the one of them at which this machine finds it.
EVERYWHERE = {"0.0.0.0": LOOPBACK, "::": "::1"}
DATABASE = "PREFECT_SERVER_DATABASE_CONNECTION_URL"


class ServerFailed(RunFailed):
    """The Prefect server of a run is not there, or died under the run."""


class ServerNotStarted(ServerFailed):
    """It does not answer or did not start, so no run began."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Where a server of ours listens, and whether it shows its web pages. Without a port, a free one is taken."""

    host: str = LOOPBACK
    port: int | None = None
    ui: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """What a server of ours has to itself while it lives: a log and a database. `hold` is the lock on both."""

    log: Path
    database: Path
    hold: BinaryIO


# What watches this process's own server, and the log of that, while there is one.
_watched: tuple[ServerWatch, Path] | None = None


def prefect_environment(state: str) -> dict[str, str]:
    """Environment variables that keep Prefect offline, private and inside `state`; what the user set wins."""
    wanted = {
        "PREFECT_HOME": str(Path(state, "prefect").absolute()),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        # Should Prefect start a server of its own after all, a cold machine needs more than its default 20 s.
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        # What went wrong is said once, by dateline; the server keeps the tracebacks with the run.
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
        "PREFECT_INTERNAL_LOGGING_LEVEL": "CRITICAL",
        # A record logged while the server stops must not print a traceback about itself.
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    }
    return {name: os.environ.get(name, value) for name, value in wanted.items()}


@contextlib.contextmanager
def temporary_server(
    state: str, listen: Listen | None = None, on_loss: Callable[[], None] | None = None
) -> Iterator[str]:
    """Run a Prefect server while the context lasts and give its API address.

    An address in PREFECT_API_URL is used as it is and nothing is started: the flow then runs under the user's own
    server. Otherwise the address is put into the environment, where this process and its workers find it.

    Parameters
    ----------
    state
        Folder of the server's database and log.
    listen
        Where it listens; a free port of the loopback address, without web pages, where nothing is given.
    on_loss
        Called from a thread where the server dies while the context lasts; every call to it fails from then on.

    Raises
    ------
    UserError
        Where `state` cannot be written.
    ServerFailed
        Where the server named in PREFECT_API_URL does not answer; where our own does not start, or dies and what is
        done in the context fails with it: the message names its log.
    """
    # Nothing on loopback goes through a proxy.
    proxies = {
        name: ",".join(filter(None, (os.environ.get(name), "127.0.0.1,localhost"))) for name in ("NO_PROXY", "no_proxy")
    }
    with variables(prefect_environment(state) | proxies):
        given = os.environ.get("PREFECT_API_URL")
        if given:
            if not _answers(given):
                raise ServerNotStarted(
                    f"PREFECT_API_URL {given}: no Prefect server answers there; start it or unset the variable"
                )
            yield given
            return
        listening = listen or Listen()
        with _started(state, listening, on_loss) as address:
            # Without web pages a link to them leads nowhere, and Prefect prints none where it knows of no address.
            pages = {} if listening.ui else {"PREFECT_UI_URL": ""}
            with variables({"PREFECT_API_URL": address} | pages):
                yield address


def end_workers() -> None:
    """End the worker processes of this one: nobody can be told of what they would go on computing."""
    for child in multiprocessing.active_children():
        child.kill()


def server_loss() -> ServerFailed | None:
    """What to say of a run whose own server has died: whatever failed in it afterwards failed with the server."""
    if _watched is None or not _watched[0].lost:
        return None
    return ServerFailed(f"the run's Prefect server died; {_last_words(_watched[1])}")


@contextlib.contextmanager
def _started(state: str, listen: Listen, on_loss: Callable[[], None] | None) -> Iterator[str]:
    place = _own_place(state)
    port = listen.port or _free_port()
    command = [
        *(sys.executable, *SAFE_PATH, flows.guard.__file__),
        *(sys.executable, *SAFE_PATH, "-m", "prefect"),
        *("server", "start", "--host", listen.host, "--port", str(port), "--ui" if listen.ui else "--no-ui"),
    ]
    # Wide: the last line of the log is told to the user, and is no use in pieces.
    host = EVERYWHERE.get(listen.host, listen.host)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/api"
    # The web pages ask where they came from, whatever its port; under a name of their own they ask their own server.
    pages = {"PREFECT_SERVER_UI_API_URL": "/api" if listen.host in EVERYWHERE else address}
    environment = {DATABASE: f"sqlite+aiosqlite:///{place.database}"} | pages | os.environ | {"COLUMNS": "1000"}
    with place.hold, place.log.open("wb") as sink:
        # A session of its own: Ctrl-C on the terminal is for the run, which then ends its server in order. The guard
        # keeps the lock on log and database for as long as the server lives, also where the run was killed.
        process = subprocess.Popen(
            command,
            stdout=sink,
            stderr=sink,
            stdin=subprocess.PIPE,
            start_new_session=True,
            env=environment,
            pass_fds=(place.hold.fileno(),),
        )
    global _watched
    watch = ServerWatch(process, host, port, on_loss)
    try:
        _wait_until_up(process, address, place.log)
        _watched = (watch, place.log)
        with watch:
            try:
                yield address
            except Exception as error:
                loss = server_loss()
                if loss is None:
                    raise
                raise loss from error
    finally:
        _watched = None
        if not watch.lost:
            _send_what_is_logged()
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _own_place(state: str) -> _Place:
    """Log and database that no living server uses: the first of their folder, and others where several runs meet."""
    folder = Path(os.environ["PREFECT_HOME"])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(1, 1000):
            name = "" if number == 1 else f"-{number}"
            hold = (folder / f"server{name}.lock").open("wb")
            try:
                fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                hold.close()
                continue
            return _Place(folder / f"server{name}.log", (folder / f"prefect{name}.db").absolute(), hold)
    except OSError as error:
        raise UserError(f"setting state = {state!r}: {error.strerror}; name a folder that can be written") from error
    raise ServerNotStarted(f"{folder}: a thousand servers are running here; stop some, or name another folder as state")


def _send_what_is_logged() -> None:
    """Give Prefect's log lines to the server while it is there; a batch sent later would complain on the console."""
    if "prefect.logging.handlers" in sys.modules:
        from prefect.logging.handlers import APILogHandler

        # In a thread of its own: beside a running event loop, as in a notebook, it would not wait.
        sending = threading.Thread(target=APILogHandler().flush)
        sending.start()
        sending.join()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + STARTUP_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ServerNotStarted(f"the local Prefect server did not start; {_last_words(log)}")
        if _answers(address):
            return
        time.sleep(0.2)
    raise ServerNotStarted(f"the local Prefect server did not answer in {STARTUP_SECONDS:.0f} s; {_last_words(log)}")


def _last_words(log: Path) -> str:
    """The last line of a log, and where the others are."""
    lines = [line.strip() for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    return f"its log {log} ends: {lines[-1]}" if lines else f"its log {log} is empty"


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health", timeout=5):
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError, ValueError):
        return False
