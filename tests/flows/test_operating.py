"""The section on a Prefect server of docs/operating.md, followed word by word.

For: prefect.yaml, automations.yaml, flows.news, flows.verification, flows.artifact.
"""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from small_runs import ARTICLES, problems, write

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "operating.md").read_text("utf-8")
SECTION = PAGE[PAGE.index("## A Prefect server of your own") : PAGE.index("## Workers")]
POSTGRES = "postgresql+asyncpg://prefect@127.0.0.1:5432/prefect"
CHECKOUT = ("automations.yaml", "dateline", "flows", "prefect.yaml", "pyproject.toml", "seeds", "tasks")
WHO = ("The minister", "A spokesman", "The union", "The mayor", "A court", "The bank", "The general", "The party")
DID = ("met", "accused", "praised", "warned", "sued", "invited", "criticised", "thanked")
WHERE = ("Berlin", "Nairobi", "Lima", "Madrid", "Bamako", "Oslo", "Hanoi", "Quito", "Riga", "Tunis", "Perth", "Kyoto")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", SECTION, re.DOTALL)


SERVER, DEPLOY, WORKER, FIRST_RUN, ON_POSTGRES = blocks("sh")
(ALARM,) = blocks("python")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], object], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.5)
    return False


def descendants(pid: int) -> list[int]:
    told = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False).stdout
    below = [int(line) for line in told.split()]
    return [*below, *(pid for child in below for pid in descendants(child))]


@dataclass
class Alarm:
    """A web server that keeps what is posted to it."""

    port: int = field(default_factory=free_port)
    bodies: list[str] = field(default_factory=list)

    def __enter__(self) -> Alarm:
        told = self.bodies

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                told.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


class Site:
    """A checkout with a shell in it, as a newcomer has it; of the page only ports are exchanged."""

    def __init__(self, folder: Path, database: str = POSTGRES, alarm: int = 8080) -> None:
        self.checkout = folder / "checkout"
        self.checkout.mkdir()
        for name in CHECKOUT:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, self.checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, self.checkout / name)
        self.port = free_port()
        self.exchanged = {
            "http://127.0.0.1:4200/": f"http://127.0.0.1:{self.port}/",
            "http://127.0.0.1:8080/": f"http://127.0.0.1:{alarm}/",
            POSTGRES: database,
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        self.environment = kept | {
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
            "PREFECT_HOME": str(folder / "home"),
            "PREFECT_SERVER_API_PORT": str(self.port),
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
            "DO_NOT_TRACK": "1",
        }
        self.log = folder / "worker.log"

    def text(self, block: str) -> str:
        for written, used in self.exchanged.items():
            block = block.replace(written, used)
        return block

    def shell(self, block: str, seconds: float = 600) -> str:
        done = subprocess.run(
            ["bash", "-e", "-c", self.text(block)], cwd=self.checkout, env=self.environment, timeout=seconds,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        log = self.log.read_text("utf-8") if self.log.exists() else ""
        assert done.returncode == 0, f"{done.stdout}\n--- worker\n{log}"
        return done.stdout

    def start_worker(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as sink:
            return subprocess.Popen(
                ["bash", "-c", f"exec {self.text(WORKER).strip()}"], cwd=self.checkout, env=self.environment,
                stdout=sink, stderr=sink, stdin=subprocess.DEVNULL,
            )  # fmt: skip

    def ask(self, path: str, **body: Any) -> list[dict[str, Any]]:
        import httpx

        answer = httpx.post(f"http://127.0.0.1:{self.port}/api/{path}/filter", json=body, timeout=60)
        return list(answer.raise_for_status().json())

    def flow_runs(self) -> list[dict[str, Any]]:
        """Flow runs that have started, the first first."""
        found = self.ask("flow_runs", sort="START_TIME_ASC")
        return [run for run in found if run["start_time"] is not None]

    def articles(self) -> int:
        return int(pl.scan_parquet(self.checkout / "output/articles/**/*.parquet").select(pl.len()).collect().item())

    def add(self, name: str, articles: int, sentences: int) -> None:
        chosen = random.Random(name)

        def sentence() -> str:
            one, other = chosen.choice(WHO), chosen.choice(WHO).lower()
            place, paid = chosen.choice(WHERE), chosen.randrange(100_000)
            return f"{one} {chosen.choice(DID)} {other} in {place} over {paid} dollars of {chosen.choice(WHERE)}."

        rows = [
            ARTICLES[0] | {"id": f"{name}-{number}", "text": " ".join(sentence() for _ in range(sentences))}
            for number in range(articles)
        ]
        write(self.checkout / "inbox", f"{name}.jsonl", rows)


@contextlib.contextmanager
def running(site: Site) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Server and worker of the site, as the page starts them; whatever happens they are stopped."""
    workers: list[subprocess.Popen[bytes]] = []
    try:
        site.shell(SERVER)
        site.shell(DEPLOY)
        workers.append(site.start_worker())
        yield workers
    finally:
        server = site.checkout / "prefect-server.pid"
        for top in (*(worker.pid for worker in workers), *((int(server.read_text()),) if server.exists() else ())):
            for pid in (*descendants(top), top):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        for worker in workers:
            worker.wait()


def follow_the_page(site: Site) -> None:
    """The first run and the first check, and what they leave to be seen."""
    told = site.shell(FIRST_RUN)
    assert told.count("'Completed'") == 2
    first, check = site.flow_runs()
    grown = site.articles()
    assert grown >= 1
    assert re.fullmatch(rf"\d{{4}}-\d\d-\d\d · {grown} new", first["name"])
    assert check["name"].endswith("· every check holds")
    names = {run["name"] for run in site.ask("task_runs")}
    assert {"read 1 of 1", "annotate 1 of 1"} <= names
    artifacts = {artifact["key"]: artifact for artifact in site.ask("artifacts")}
    assert set(artifacts) == {
        *("dateline-run", "dateline-inputs", "dateline-rejects", "dateline-events", "dateline-slowest"),
        "dateline-verify",
    }
    assert json.loads(artifacts["dateline-inputs"]["data"])[0]["records"] == 1
    logs = "\n".join(line["message"] for line in site.ask("logs"))
    assert f"Records: {grown} in, {grown} new" in logs


@pytest.mark.slow
def test_the_page_can_be_followed_word_by_word(tmp_path: Path) -> None:
    with Alarm() as alarm:
        site = Site(tmp_path, alarm=alarm.port)
        with running(site) as workers:
            follow_the_page(site)
            before = site.articles()

            # Not on the page's path: its snippet for the alarm, and a worker that is killed in mid-run.
            (tmp_path / "alarm.py").write_text(site.text(ALARM), "utf-8")
            site.shell(f"python {tmp_path / 'alarm.py'}")
            site.add("killed", articles=60, sentences=30)
            site.shell("prefect deployment run news_to_parquet/hourly")

            def annotating() -> bool:
                runs = site.ask("task_runs", task_runs={"state": {"type": {"any_": ["RUNNING"]}}})
                return any(run["name"].startswith("annotate ") for run in runs)

            assert wait_until(annotating, 300), site.log.read_text()
            worker = workers[0]
            for pid in (worker.pid, *descendants(worker.pid)):
                os.kill(pid, signal.SIGKILL)
            worker.wait()
            assert site.articles() == before

            workers.append(site.start_worker())
            site.shell("prefect deployment run news_to_parquet/hourly --watch", seconds=900)
            assert site.articles() == before + 60
            assert problems(site.checkout / "output") == []
            killed, after = site.flow_runs()[-2:]
            assert (killed["state_type"], after["state_type"]) == ("CRASHED", "COMPLETED")
            assert "No heartbeat" in killed["state"]["message"]
            assert wait_until(lambda: any("No heartbeat" in body for body in alarm.bodies), 60), alarm.bodies

            # And a check that fails says in one line what does not hold.
            for file in (site.checkout / "output" / "stories").glob("*.parquet"):
                file.unlink()
            with pytest.raises(AssertionError):
                site.shell("prefect deployment run verify_tables/nightly --watch")


def postgres_program(name: str) -> str | None:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name)


@pytest.fixture
def postgres() -> Iterator[str]:
    """Address of a database in a new PostgreSQL server, in a temporary folder."""
    initdb, pg_ctl = postgres_program("initdb"), postgres_program("pg_ctl")
    if initdb is None or pg_ctl is None:
        pytest.skip("PostgreSQL is not installed")
    # It refuses to run as root.
    user: dict[str, Any] = {"user": "nobody", "extra_groups": []} if os.geteuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="dateline-postgres-"))
    port = free_port()
    try:
        if user:
            shutil.chown(folder, "nobody")
        data = folder / "data"
        subprocess.run(
            [initdb, "--auth=trust", "--username=prefect", "--encoding=UTF8", "--no-sync", str(data)],
            check=True, capture_output=True, cwd=folder, **user,
        )  # fmt: skip
        options = f"-h 127.0.0.1 -p {port} -k {folder}"
        start = [pg_ctl, "--pgdata", str(data), "--log", str(folder / "log"), "--options", options, "--wait", "start"]
        subprocess.run(start, check=True, stdout=subprocess.DEVNULL, cwd=folder, **user)
        create = [str(postgres_program("createdb")), "-h", "127.0.0.1", "-p", str(port), "-U", "prefect", "prefect"]
        subprocess.run(create, check=True, cwd=folder, **user)
        yield f"postgresql+asyncpg://prefect@127.0.0.1:{port}/prefect"
        stop = [pg_ctl, "--pgdata", str(data), "--mode", "immediate", "stop"]
        subprocess.run(stop, check=True, capture_output=True, cwd=folder, **user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
def test_the_page_can_be_followed_on_postgresql(tmp_path: Path, postgres: str) -> None:
    site = Site(tmp_path, database=postgres)
    site.shell(ON_POSTGRES)
    with running(site):
        follow_the_page(site)
        assert not list((tmp_path / "home").glob("*.db"))
        # A second batch, under the limit of one run at a time.
        site.add("more", articles=3, sentences=3)
        before = site.articles()
        site.shell("prefect deployment run news_to_parquet/hourly --watch")
        assert site.articles() == before + 3
        assert site.flow_runs()[-1]["name"].endswith("· 3 new")
        assert problems(site.checkout / "output") == []
