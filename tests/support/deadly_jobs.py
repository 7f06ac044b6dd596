"""Jobs for real worker processes: they say where they run, and end their process or wait to be ended."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class DeadlyJob:
    """A job that ends its worker the first `deaths` times; the first `waits` times it waits to be ended."""

    folder: str
    name: str
    deaths: int = 0
    waits: int = 0
    error: str = ""


def tries(job: DeadlyJob) -> list[int]:
    """The numbers of the processes that took the job, in order."""
    path = Path(job.folder, job.name)
    return [int(line) for line in path.read_text().split()] if path.exists() else []


@task(name="deadly", cache_policy=NO_CACHE, persist_result=False)
def work(job: DeadlyJob) -> str:
    """Do what the job says."""
    with Path(job.folder, job.name).open("a") as file:
        file.write(f"{os.getpid()}\n")
    n = len(tries(job))
    if n <= job.deaths:
        os.kill(os.getpid(), signal.SIGKILL)
    if n <= job.waits:
        time.sleep(WAIT_SECONDS)
    if job.error == "full":
        raise OSError(28, "No space left on device", "/some/folder")
    return job.name
