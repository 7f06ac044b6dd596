"""Extraction of pages in a process of its own, so that a page that hangs its parser can be stopped.

Parsers and regular expressions do not give way to signals or other threads, so a limit that holds needs a process that
can be killed. Each thread that asks for pages has one helper process; it lives until it is stopped or its input ends.
"""

from __future__ import annotations

import atexit
import os
import pickle
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from typing import BinaryIO

from tasks.clean.page.extract import Page, extract_page


class PageTimeoutError(Exception):
    """The time limit for one page was reached; its process was stopped."""


class PageProcessLostError(Exception):
    """The process that extracted the page died: the parser crashed, or the machine ran out of memory."""


# Where this package was imported from, which need not be on the path of a process that starts anew.
_ROOT = str(Path(__file__).resolve().parents[3])
_helpers: weakref.WeakSet[subprocess.Popen[bytes]] = weakref.WeakSet()
_own = threading.local()


def extract_page_within(html: str, url: str | None, seconds: float) -> Page | None:
    """Extract a page as `tasks.clean.page.extract.extract_page` does, in at most `seconds` of wall-clock time.

    The first page of a thread pays for the start of its helper process, which does not count.

    Raises
    ------
    PageTimeoutError
        Where the time was up.
    PageProcessLostError
        Where the helper process died of the page.
    """
    helper = _helper()
    late = threading.Event()

    def stop() -> None:
        late.set()
        helper.kill()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        assert helper.stdin is not None
        assert helper.stdout is not None
        pickle.dump((html, url), helper.stdin)
        helper.stdin.flush()
        answer: Page | None = pickle.load(helper.stdout)
    except (EOFError, OSError, pickle.UnpicklingError) as lost:
        _discard(helper)
        if late.is_set():
            raise PageTimeoutError(f"{seconds:g} s") from lost
        raise PageProcessLostError(f"exit code {helper.returncode}") from lost
    finally:
        timer.cancel()
        timer.join()
    if late.is_set():
        # The answer came in the very moment of the stop: it holds, but the process is gone.
        _discard(helper)
    return answer


def _helper() -> subprocess.Popen[bytes]:
    """The helper process of this thread (and of this process: a fork has none of its own yet)."""
    helper: subprocess.Popen[bytes] | None = getattr(_own, "helper", None)
    if helper is not None and getattr(_own, "pid", None) == os.getpid() and helper.poll() is None:
        return helper
    # -P keeps the working folder off the path: a `tasks/` of the user's may lie there.
    helper = subprocess.Popen(
        [sys.executable, "-P", "-m", "tasks.clean.page.process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([*filter(None, sys.path), _ROOT])},
    )
    _own.helper, _own.pid = helper, os.getpid()
    _helpers.add(helper)
    assert helper.stdout is not None
    pickle.load(helper.stdout)
    return helper


def _discard(helper: subprocess.Popen[bytes]) -> None:
    helper.kill()
    for pipe in (helper.stdin, helper.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:
                # What was left to write has no reader any more.
                continue
    helper.wait()
    _own.helper = None


@atexit.register
def _stop_helpers() -> None:
    for helper in list(_helpers):
        if helper.poll() is None:
            helper.kill()
            helper.wait()


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer each request (page, address) with what extraction gives, until the requests end."""
    pickle.dump("ready", answers)
    answers.flush()
    while True:
        try:
            html, url = pickle.load(requests)
        except EOFError:
            return
        pickle.dump(extract_page(html, url), answers)
        answers.flush()


if __name__ == "__main__":
    # Answers go out on a copy of standard output; what a library prints must not get between them.
    own_output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, own_output)
