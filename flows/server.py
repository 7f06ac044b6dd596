"""A Prefect server for one run: started once on loopback, its state in the project's own folder, stopped again."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import flows.guard
from flows.children import SAFE_PATH, variables
from tasks.errors import UserError

STARTUP_SECONDS = 180.0


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
        # A record logged while the server stops must not print a traceback about itself.
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    }
    return {name: os.environ.get(name, value) for name, value in wanted.items()}


@contextlib.contextmanager
def temporary_server(state: str) -> Iterator[str]:
    """Run a Prefect server while the context lasts and give its API address.

    An address in PREFECT_API_URL is used as it is and nothing is started: the flow then runs under the user's own
    server. Otherwise the address is put into the environment, where this process and its workers find it.

    Raises
    ------
    UserError
        Where the server does not answer in time; the message names its log.
    """
    # Nothing on loopback goes through a proxy.
    proxies = {
        name: ",".join(filter(None, (os.environ.get(name), "127.0.0.1,localhost"))) for name in ("NO_PROXY", "no_proxy")
    }
    with variables(prefect_environment(state) | proxies):
        given = os.environ.get("PREFECT_API_URL")
        if given:
            if not _answers(given):
                raise UserError(
                    f"PREFECT_API_URL {given}: no Prefect server answers there; start it or unset the variable"
                )
            yield given
            return
        with _started(state) as address, variables({"PREFECT_API_URL": address}):
            yield address


@contextlib.contextmanager
def _started(state: str) -> Iterator[str]:
    folder = Path(os.environ["PREFECT_HOME"])
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"setting state = {state!r}: {error.strerror}; name a folder that can be written") from error
    log = folder / "server.log"
    port = _free_port()
    command = [
        *(sys.executable, *SAFE_PATH, flows.guard.__file__),
        *(sys.executable, *SAFE_PATH, "-m", "prefect"),
        "server",
        "start",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--no-ui",
    ]
    with log.open("wb") as sink:
        # A session of its own: Ctrl-C on the terminal is for the run, which then ends its server in order.
        process = subprocess.Popen(command, stdout=sink, stderr=sink, stdin=subprocess.PIPE, start_new_session=True)
    address = f"http://127.0.0.1:{port}/api"
    try:
        _wait_until_up(process, address, log)
        yield address
    finally:
        _send_what_is_logged()
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


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
            break
        if _answers(address):
            return
        time.sleep(0.2)
    raise UserError(f"the local Prefect server did not start; its log is {log}")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health", timeout=5):
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError, ValueError):
        return False
