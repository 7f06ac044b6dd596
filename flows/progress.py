"""What a person sees of a run under way: a live line on a terminal, plain log lines elsewhere, or nothing."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from flows.summary import counts_line, waiting_lines
from tasks.errors import RunFailed, UserError

LOG = logging.getLogger("dateline")
# What goes to the log file alone: progress also where a terminal shows it live, or nobody wants to see it.
FILE_LOG = logging.getLogger("dateline.file")
FILE_LOG.addHandler(logging.NullHandler())
FILE_LOG.propagate = False
# Without a terminal, one line at most every so many seconds.
LOG_SECONDS = 10.0


@dataclass
class Reporter:
    """Shows how far a step has come; the default one only logs.

    A plain object rather than a flow parameter: Prefect stores parameters, and a progress bar is not one.
    """

    quiet: bool = False
    display: Progress | None = None
    _bar: TaskID | None = None
    _name: str = ""
    _total: int = 0
    _articles: int = 0
    _words: int = 0
    _failures: int = 0
    _started: float = field(default_factory=time.monotonic)
    _logged: float = 0.0

    def start(self, name: str, articles: int) -> None:
        """Begin a step over a number of articles."""
        self._name, self._total, self._articles, self._words, self._failures = name, articles, 0, 0, 0
        self._started = self._logged = time.monotonic()
        if self.display is not None:
            self.stop()
            self._bar = self.display.add_task(name, total=max(articles, 1), speed="", unit="articles")
        if articles:
            self._tell("%s: %d articles", name, articles)

    def step(self, name: str, done: int, of: int) -> None:
        """Show how far something has come that has steps, not articles."""
        if self._name != name:
            self.start(name, 0)
            self._tell("%s, once", name)
        if self.display is not None and self._bar is not None:
            self.display.update(self._bar, completed=done, total=of, unit="steps")

    def advance(self, articles: int, words: int, failures: int = 0) -> None:
        """Add what a shard brought."""
        self._articles += articles
        self._words += words
        self._failures += failures
        seconds = max(time.monotonic() - self._started, 1e-6)
        speed = f"{self._words / seconds:,.0f} words/s"
        if self._failures:
            speed += f", {self._failures} failed"
        if self.display is not None and self._bar is not None:
            self.display.update(self._bar, completed=self._articles, speed=speed)
        if time.monotonic() - self._logged >= LOG_SECONDS:
            self._logged = time.monotonic()
            left = seconds / max(self._articles, 1) * max(self._total - self._articles, 0)
            self._tell("%s: %d of %d articles, %s, %.0f s left", self._name, self._articles, self._total, speed, left)

    def _tell(self, message: str, *values: object) -> None:
        if self.display is None and not self.quiet:
            LOG.info(message, *values)
        FILE_LOG.info(message, *values)

    def stop(self) -> None:
        """Take the bar of the step away."""
        if self.display is not None and self._bar is not None:
            self.display.remove_task(self._bar)
            self._bar = None


_current = Reporter(quiet=True)


def reporter() -> Reporter:
    """The reporter of this process."""
    return _current


@contextlib.contextmanager
def reporting(console: Console, quiet: bool) -> Iterator[Reporter]:
    """Use a live display on a terminal and log lines elsewhere, while the context lasts."""
    global _current
    before = _current
    try:
        if console.is_terminal and not quiet:
            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.completed:.0f}/{task.total:.0f} {task.fields[unit]}"),
                TextColumn("{task.fields[speed]}"),
                TimeRemainingColumn(),
            )
            with Progress(*columns, console=console, transient=True) as display:
                _current = Reporter(display=display)
                yield _current
        else:
            _current = Reporter(quiet=quiet)
            yield _current
    finally:
        _current = before


class RunLog(logging.FileHandler):
    """The log file of a run."""


@contextlib.contextmanager
def logging_to(path: str | None) -> Iterator[bool]:
    """Add what happens while the context lasts to a log file, with the one line of an error that ends it.

    Gives whether the file was opened here: a flow that is called by a command finds it open already.

    Raises
    ------
    UserError
        The file cannot be written.
    """
    if path is None or any(isinstance(handler, RunLog) for handler in FILE_LOG.handlers):
        yield False
        return
    try:
        handler = RunLog(path, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise UserError(f"--log-file {path}: {error.strerror}; name a file in a folder that can be written") from error
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    FILE_LOG.addHandler(handler)
    before = FILE_LOG.level
    FILE_LOG.setLevel(logging.INFO)
    try:
        yield True
    except (UserError, RunFailed) as error:
        FILE_LOG.error("%s", error)
        raise
    finally:
        FILE_LOG.setLevel(before)
        FILE_LOG.removeHandler(handler)
        handler.close()


def log_summary(summary: Mapping[str, Any]) -> None:
    """Add the counts of a run that is over to the log file."""
    for line in (counts_line(summary["run"]), *waiting_lines(summary["waiting"])):
        FILE_LOG.info("%s", line)


def log_end(ended: object) -> None:
    """Add the end of a flow to the log file: its summary, or the message of the state that it ended in."""
    if isinstance(ended, Mapping):
        log_summary(ended)
    else:
        FILE_LOG.error("%s", getattr(ended, "message", ended))
