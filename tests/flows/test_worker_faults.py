"""For: flows.runners, flows.workers, flows.steps. Workers killed at random and disks that fill up change no byte."""

from __future__ import annotations

import multiprocessing
import os
import random
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from small_runs import ARTICLES, AUDIT, Run, digests, problems, table, write

from tasks.errors import RunFailed, UserError

KILLS = 20


def many(number: int) -> list[dict[str, str]]:
    """So many articles, no two of the same words."""
    towns = ("Nairobi", "Berlin", "Lima", "Oslo", "Hanoi", "Accra")
    return [
        ARTICLES[1]
        | {
            "id": str(n),
            "text": f"Police in {towns[n % 6]} arrested {n + 3} protesters on Tuesday after a march against tax "
            f"number {n} turned violent. The government condemned the violence and urged calm in district {n * 7}.",
        }
        for n in range(number)
    ]


@contextmanager
def beside(work: Callable[[threading.Event], None]) -> Iterator[None]:
    """Do something else in a thread while the block lasts."""
    over = threading.Event()
    thread = threading.Thread(target=work, args=(over,))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def in_hand(output: Path) -> bool:
    return bool(list(output.glob(".staging/shards/*/in_hand.json")))


@pytest.mark.slow
@pytest.mark.parametrize("victims", ["one", "all"])
def test_workers_killed_at_random_change_no_byte(tmp_path: Path, run_flow: Run, victims: str) -> None:
    write(tmp_path / "in", "a.jsonl", many(96))
    settings = {"dedup": "off", "words_per_shard": 1000}
    run_flow(tmp_path / "in", tmp_path / "quiet", **settings)
    chance = random.Random(20)
    kills = 0

    def kill(over: threading.Event) -> None:
        nonlocal kills
        while kills < (KILLS if victims == "one" else KILLS // 4) and not over.is_set():
            # Now and then while a worker starts; a start that is never let end would end the run, and rightly.
            while not in_hand(tmp_path / "out") and chance.random() > 0.01 and not over.wait(0.5):
                pass
            over.wait(chance.uniform(0.0, 2.0))
            workers = multiprocessing.active_children()
            for worker in chance.sample(workers, min(len(workers), 1 if victims == "one" else 2)):
                worker.kill()
            kills += bool(workers)

    with beside(kill):
        run_flow(tmp_path / "in", tmp_path / "out", workers=2, **settings)
    assert kills >= 3
    print(f"{kills} kills of {victims}")  # noqa: T201
    assert digests(tmp_path / "out", AUDIT) == digests(tmp_path / "quiet", AUDIT)
    assert table(tmp_path / "out", "rejects").height == 0
    assert problems(tmp_path / "out") == []


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small file system")
def test_a_disk_that_fills_up_while_annotating_fails_no_article(tmp_path: Path, run_flow: Run) -> None:
    output = tmp_path / "out"
    output.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(output)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no small file system can be mounted here")
    ballast = output / "ballast"

    def fill(over: threading.Event) -> None:
        while not in_hand(output) and not over.wait(0.02):
            pass
        with ballast.open("wb", buffering=0) as file:
            try:
                while not over.is_set():
                    file.write(b"x" * 4096)
            except OSError:
                return

    try:
        write(tmp_path / "in", "a.jsonl", many(12))
        started = time.monotonic()
        with beside(fill), pytest.raises((UserError, RunFailed), match="the disk is full; free some space") as raised:
            run_flow(tmp_path / "in", output, workers=1, dedup="off", max_failed_articles=99)
        assert str(output) in str(raised.value)
        assert "cannot be annotated" not in str(raised.value)
        assert not (output / "articles").exists()
        assert time.monotonic() - started < 300
        ballast.unlink()
        run_flow(tmp_path / "in", output, workers=1, dedup="off")
        assert table(output, "articles")["annotated"].all()
        assert table(output, "rejects").height == 0
        assert problems(output) == []
    finally:
        subprocess.run(["umount", str(output)], check=True)
