"""What happens when the server of a run dies under it: the run must end within seconds, with one line.

Prefect's client takes a server that no longer listens for one that is being restarted, and asks again for a minute: at
each of its calls, in each worker, and once more in the threads that send logs and events when the process ends. So the
dead server's port is taken by one that refuses whatever it is asked. Every call fails at once, in every process, and
the run unwinds in order: it publishes nothing more and gives its lock back.
"""

from __future__ import annotations

import http.server
import subprocess
import threading
from collections.abc import Callable
from http import HTTPStatus
from types import TracebackType

CHECK_SECONDS = 0.5


class _Refusal(http.server.BaseHTTPRequestHandler):
    """Answers that the server is gone. Not with 502 or 503: a client would take these for a moment's trouble."""

    protocol_version = "HTTP/1.1"

    def _refuse(self) -> None:
        # Log lines alone are taken, and lost: their sender would print a complaint of its own for each batch.
        logs = self.command == "POST" and self.path.rstrip("/").endswith("/logs")
        self.close_connection = True
        self.send_response(HTTPStatus.CREATED if logs else HTTPStatus.GONE)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(b"{}")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _refuse

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the run has a line of its own for this."""


class ServerWatch:
    """Watches the process of a server for as long as the context lasts, and puts one that refuses in its place.

    Parameters
    ----------
    process
        The server, or what ends with it.
    host, port
        Where it listens.
    on_loss
        Called once, from a thread, as soon as the process has ended and its place is taken.
    """

    def __init__(
        self, process: subprocess.Popen[bytes], host: str, port: int, on_loss: Callable[[], None] | None = None
    ) -> None:
        self._process = process
        self._address = (host, port)
        self._on_loss = on_loss
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="server-watch", daemon=True)
        self.lost = False

    def __enter__(self) -> ServerWatch:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._end.wait(CHECK_SECONDS):
            if self._process.poll() is None:
                continue
            self.lost = True
            self._refuse_from_now_on()
            if self._on_loss is not None:
                self._on_loss()
            return

    def _refuse_from_now_on(self) -> None:
        try:
            server = http.server.ThreadingHTTPServer(self._address, _Refusal)
        except OSError:
            # Somebody else has the port already: whatever they answer, calls no longer wait for a dead server.
            return
        # Until the process ends: threads that send logs and events try once more when it does.
        threading.Thread(target=server.serve_forever, name="server-refusal", daemon=True).start()
