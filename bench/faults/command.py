"""The same through the command line: its own Prefect server, two workers; parts of it are killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.faults.bench import Bench, Family, Trial, TrialOutcome, copy_of, draws, judged, rerun
from bench.faults.child import living

MARK = "DATELINE_FAULT_TRIAL"
DATELINE = (sys.executable, "-P", "-c", "from flows.cli import main; main()")
TIME_LIMIT = 600.0
END_SECONDS = 20.0
SETTINGS = "words_per_shard = 250\nrecords_per_shard = 5\nlock_stale_seconds = 30\nworkers = 2\n"


@dataclass(slots=True)
class Command:
    """A run of the command line under way, with everything it starts."""

    process: subprocess.Popen[bytes]
    place: Path

    def said(self) -> str:
        """What it wrote."""
        return (self.place / "command.log").read_text("utf-8", "replace")

    def family(self) -> dict[int, str]:
        """Living processes that stem from it, with their command lines: the mark in their environment tells."""
        mark = f"{MARK}={self.place}".encode()
        found = {}
        for pid in living():
            try:
                if mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                    found[pid] = (
                        Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                    )
            except OSError:
                continue
        return {pid: line for pid, line in found.items() if line}

    def workers(self) -> list[int]:
        """Worker processes."""
        children = {pid for pid in self.family() if parent_of(pid) == self.process.pid}
        return sorted(pid for pid, line in self.family().items() if pid in children and "spawn_main" in line)

    def server(self) -> list[int]:
        """The Prefect server itself, without what guards it."""
        return [pid for pid, line in self.family().items() if "server start" in line and "guard.py" not in line]

    def wait(self) -> int | None:
        """Exit code; None for one that did not end in time and was ended."""
        try:
            return self.process.wait(TIME_LIMIT)
        except subprocess.TimeoutExpired:
            self.end()
            return None

    def end(self) -> None:
        """Kill whatever is left."""
        for pid in self.family():
            kill(pid)
        self.process.wait()

    def left_running(self) -> list[str]:
        """What still runs some seconds after the end; it is ended then."""
        deadline = time.monotonic() + END_SECONDS
        while self.family() and time.monotonic() < deadline:
            time.sleep(0.2)
        left = list(self.family().values())
        for pid in self.family():
            kill(pid)
        return left


def kill(pid: int, number: int = signal.SIGKILL) -> None:
    """Send a signal to a process that may be over."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def parent_of(pid: int) -> int | None:
    """The parent of a living process."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1])
    except OSError:
        return None


def environment(place: Path, **more: str) -> dict[str, str]:
    """The environment of a trial's processes."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "DATELINE_"))}
    cache = {"DATELINE_CACHE": os.environ["DATELINE_CACHE"]} if "DATELINE_CACHE" in os.environ else {}
    root = str(Path(__file__).resolve().parents[2])
    return inherited | cache | {MARK: str(place), "PYTHONPATH": root} | more


def start_command(
    inputs: Sequence[Path], output: Path, place: Path, name: str = "command", cwd: Path | None = None
) -> Command:
    """Start `dateline run` with a server and two workers of its own, in a session of its own."""
    settings = place / "command.toml"
    settings.write_text(SETTINGS, "utf-8")
    command = [*DATELINE, "run", *map(str, inputs), "--output", str(output), "--config", str(settings)]
    with (place / "command.log").open("wb") as sink:
        process = subprocess.Popen(
            command,
            stdout=sink,
            stderr=sink,
            stdin=subprocess.DEVNULL,
            cwd=cwd or place,
            env=environment(place),
            start_new_session=True,
        )
    return Command(process, place)


def run_piped(data: bytes, output: Path, place: Path, more: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """`dateline run -` with something piped in."""
    done = subprocess.run(
        [*DATELINE, "run", "-", "--output", str(output), "--workers", "1"],
        input=data,
        capture_output=True,
        cwd=place,
        env=environment(place, **more),
        timeout=TIME_LIMIT,
        check=False,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def until(found: Callable[[], object], command: Command) -> bool:
    """Wait until something is so; False where the command ended first."""
    deadline = time.monotonic() + TIME_LIMIT
    while command.process.poll() is None and time.monotonic() < deadline:
        if found():
            return True
        time.sleep(0.02)
    return False


Strike = Callable[[Command, random.Random], str]


def strike_group(command: Command, draw: random.Random) -> str:
    """SIGKILL to the run's group at a random instant; server and workers have to notice themselves."""
    if draw.random() < 0.3:
        until(lambda: (command.place / "output/_meta/publish.json").exists(), command)
        time.sleep(draw.uniform(0, 0.3))
    else:
        until(lambda: "reading" in command.said(), command)
        time.sleep(draw.uniform(0, 12))
    said = command.said()
    try:
        os.killpg(command.process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return "after its end"
    return next((phase for phase in ("merging", "annotating", "reading") if phase in said), "start")


def strike_worker(command: Command, draw: random.Random) -> str:
    """SIGKILL to one worker."""
    return _strike_workers(command, draw, 1)


def strike_workers(command: Command, draw: random.Random) -> str:
    """SIGKILL to all workers at once."""
    return _strike_workers(command, draw, 2)


def _strike_workers(command: Command, draw: random.Random, fewest: int) -> str:
    if not until(lambda: "annotating" in command.said() and len(command.workers()) >= 2, command):
        return "no workers met"
    time.sleep(draw.uniform(0, 4))
    workers = command.workers()
    for pid in workers if fewest > 1 else workers[:1]:
        kill(pid)
    return "annotating" if workers else "no workers met"


def strike_server(command: Command, draw: random.Random) -> str:
    """SIGKILL to the run's Prefect server."""
    until(lambda: "annotating" in command.said() and command.server(), command)
    time.sleep(draw.uniform(0, 4))
    servers = command.server()
    for pid in servers:
        kill(pid)
    return "annotating" if servers else "no server met"


def _family(key: str, strike: Strike, survives: bool = False) -> Callable[[Bench, int], Sequence[Trial]]:
    def make(bench: Bench, count: int) -> Sequence[Trial]:
        bench.reference()
        return [_struck(bench, strike, draw, survives=survives) for draw in draws(key, count)]

    return make


def _struck(bench: Bench, strike: Strike, draw: random.Random, *, survives: bool) -> Trial:
    """`survives`: the run itself goes on to its right end; otherwise the next one has to."""

    def trial(place: Path) -> TrialOutcome:
        output = copy_of(bench.start(), place)
        command = start_command([bench.newer], output, place)
        try:
            told = strike(command, draw)
            code = command.wait()
        finally:
            if command.process.poll() is None:
                command.end()
        wrong = [f"left running: {line[:80]}" for line in command.left_running()]
        if code is None:
            wrong.append("the run did not end")
        elif "Traceback (most recent call last)" in command.said():
            wrong.append(f"{command.said().count('Traceback')} tracebacks, exit code {code}")
        if survives and code:
            wrong.append(f"the run itself ended with {code}: {command.said()[-200:]}")
        marks = [f"exit code {code}"] if code is not None else []
        wrong += rerun([bench.newer], output, place / "rerun.log")
        return judged(output, [bench.reference()], place / "verify.log", wrong, told, marks)

    return trial


FAMILIES = (
    Family("command", "SIGKILL of the command's group (command line)", 20, 2, _family("command", strike_group)),
    Family("worker", "SIGKILL of one worker of two (command line)", 20, 2, _family("worker", strike_worker, True)),
    Family("workers", "SIGKILL of all workers at once (command line)", 5, 1, _family("workers", strike_workers)),
    Family("server", "SIGKILL of the run's Prefect server (command line)", 5, 1, _family("server", strike_server)),
)
