"""No room and no permission: a full disk at the output and at the folder of temporary files, a read-only output."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from bench.faults.bench import Bench, Family, Trial, TrialOutcome, copy_of, ended_well, judged, rerun, settings_for
from bench.faults.child import FAILED, start_run
from bench.faults.command import run_piped
from bench.faults.oracle import Examined, differing

BLOCK = 4096
ROOM = (8, 16, 32, 64, 96, 128, 160, 192, 256, 320, 384, 448, 512, 560, 640, 720, 800, 900, 1000, 1200)
NO_MOUNT = "no permission to mount a file system"


@cache
def can_mount() -> bool:
    """Whether this process may mount: root on a machine of its own."""
    return (
        os.geteuid() == 0
        and subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode == 0
    )


@contextlib.contextmanager
def mounted(place: Path, *options: str, source: str = "none") -> Iterator[None]:
    """Mount something while the context lasts."""
    place.mkdir(exist_ok=True)
    subprocess.run(["mount", *options, source, str(place)], check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False, capture_output=True)


def remount(place: Path, options: str) -> None:
    """Change the options of what is mounted."""
    subprocess.run(["mount", "-o", f"remount,{options}", str(place)], check=True, capture_output=True)


def size_of(folder: Path) -> int:
    """Bytes that a folder takes on a file system of pages."""
    return sum(BLOCK + -(-path.stat().st_size // BLOCK) * BLOCK for path in folder.rglob("*"))


def full_output(bench: Bench, count: int) -> Sequence[Trial]:
    """Room for some more KiB than the tables take: the disk is full at another place each time."""
    bench.reference()
    return [_full(bench, ROOM[number % len(ROOM)]) for number in range(count)]


def _full(bench: Bench, room: int) -> Trial:
    def trial(place: Path) -> TrialOutcome:
        if not can_mount():
            return TrialOutcome(Examined(), skipped=NO_MOUNT)
        output = place / "output"
        with mounted(output, "-t", "tmpfs", "-o", f"size={size_of(bench.start()) + room * 1024}"):
            shutil.copytree(bench.start(), output, dirs_exist_ok=True)
            child = start_run(settings_for([bench.newer], output), place / "disturbed.log")
            code = child.wait()
            wrong = ended_well(child, code)
            if code == FAILED and "disk is full" not in child.said():
                wrong.append(f"says something else: {child.said()[-200:]}")
            if code == FAILED and not (output / "_meta/publish.json").exists() and differing(output, bench.start()):
                wrong.append("published files were touched")
            remount(output, "size=200m")
            wrong += rerun([bench.newer], output, place / "rerun.log")
            told = "full before the journal" if code else "enough room"
            return judged(output, [bench.reference()], place / "verify.log", wrong, told)

    return trial


def full_temporary(bench: Bench, count: int) -> Sequence[Trial]:
    """Piped input larger than TMPDIR, through the command line."""
    bench.reference()
    return [_full_temporary(bench, number) for number in range(count)]


def _full_temporary(bench: Bench, number: int) -> Trial:
    def trial(place: Path) -> TrialOutcome:
        if not can_mount():
            return TrialOutcome(Examined(), skipped=NO_MOUNT)
        output, temporary = copy_of(bench.start(), place), place / "tmp"
        with mounted(temporary, "-t", "tmpfs", "-o", f"size={64 << number % 3}k"):
            done = run_piped(bytes(3_000_000), output, place, {"TMPDIR": str(temporary)})
        wrong = []
        if done.returncode not in (1, 2) or "Traceback" in done.stderr or len(done.stderr.strip().splitlines()) > 3:
            wrong.append(f"ended with {done.returncode}: {done.stderr.strip()[-200:]}")
        if differing(output, bench.start()):
            wrong.append("published files were touched")
        wrong += rerun([bench.newer], output, place / "rerun.log")
        return judged(output, [bench.reference()], place / "verify.log", wrong)

    return trial


def read_only(bench: Bench, count: int) -> Sequence[Trial]:
    """The output, or a folder to be made in, on a read-only file system; in the middle of a run, too."""
    bench.reference()
    return [_read_only(bench, new=bool(number % 2)) for number in range(count)]


def _read_only(bench: Bench, *, new: bool) -> Trial:
    def trial(place: Path) -> TrialOutcome:
        if not can_mount():
            return TrialOutcome(Examined(), skipped=NO_MOUNT)
        disk = place / "disk"
        with mounted(disk, "-t", "tmpfs"):
            output = disk / "output"
            if not new:
                shutil.copytree(bench.start(), output)
            remount(disk, "ro")
            settings = settings_for([bench.earlier, bench.newer], output) | {"state": str(place / "state")}
            child = start_run(settings, place / "disturbed.log")
            wrong = ended_well(child, child.wait(), (FAILED,))
            if "read-only" not in child.said() and "cannot be written" not in child.said():
                wrong.append(f"says something else: {child.said()[-200:]}")
            remount(disk, "rw")
            inputs = [bench.earlier, bench.newer]
            wrong += rerun(inputs, output, place / "rerun.log", state=str(place / "state"))
            references = [bench.state("both at once", [inputs])] if new else [bench.reference()]
            return judged(output, references, place / "verify.log", wrong, "new output" if new else "tables there")

    return trial


FAMILIES = (
    Family("disk-full", "Disk full at the output (room for 8 to 1,200 KiB)", 20, 5, full_output),
    Family("tmp-full", "Disk full in TMPDIR, input piped in (command line)", 3, 1, full_temporary),
    Family("read-only", "Output on a read-only file system", 6, 2, read_only),
)
