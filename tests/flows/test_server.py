"""For: flows.server, flows.lost_server, flows.serving. A run's own Prefect server: started, shared, killed."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest
from small_runs import AUDIT, digests, problems, write

from flows.lost_server import ServerWatch
from flows.server import Listen, ServerFailed, _own_place, temporary_server

SENTENCES = (
    "French Foreign Minister Anne Dubois visited Berlin on Monday and met German Chancellor Karl Weber.",
    "Police in Nairobi arrested 45 protesters on Tuesday after a demonstration against new taxes turned violent.",
    "The Kenyan government condemned the violence and urged calm across the capital.",
    "The army killed four rebels near Bamako on Friday, a spokesman said.",
)
DATELINE = (sys.executable, "-c", "from flows.cli import main; main()")


def articles(number: int, sentences: int) -> list[dict[str, str]]:
    return [
        {
            "id": str(this),
            "source": "example.org",
            "title": f"Report number {this} of the day",
            "published_at": "2024-03-04T08:00:00Z",
            "text": " ".join(SENTENCES[(this * part + part) % 4] for part in range(sentences)) + f" It was {this}.",
        }
        for this in range(number)
    ]


def environment(**more: str) -> dict[str, str]:
    """As on a user's machine: nothing of the test session's own server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")} | more


def start(*arguments: str, cwd: Path, log: Path, **more: str) -> subprocess.Popen[bytes]:
    with log.open("wb") as sink:
        return subprocess.Popen(
            [*DATELINE, *arguments], cwd=cwd, env=environment(**more), stdout=sink, stderr=subprocess.STDOUT
        )


def said(log: Path, wanted: str) -> bool:
    return wanted in log.read_text("utf-8")


def children(pid: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def wait_until(condition: Callable[[], object], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.2)
    return False


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def web_server(free_port: int, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(free_port)]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL)

    def answers() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", free_port)) == 0

    assert wait_until(answers, 20)
    yield process
    process.kill()
    process.wait()


def test_calls_to_a_server_that_died_fail_at_once(web_server: subprocess.Popen[bytes], free_port: int) -> None:
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL, temporary_settings

    lost: list[float] = []
    with (
        ServerWatch(web_server, "127.0.0.1", free_port, lambda: lost.append(time.monotonic())) as watch,
        temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{free_port}/api"}),
        get_client(sync_client=True) as client,
    ):
        with pytest.raises(httpx.HTTPStatusError, match="501"):
            client.read_work_pools()
        assert not watch.lost
        web_server.kill()
        assert wait_until(lambda: lost, 10)
        began = time.monotonic()
        with pytest.raises(httpx.HTTPStatusError, match="410"):
            client.read_work_pools()
        assert time.monotonic() - began < 5
    assert watch.lost


def test_a_server_that_lives_is_not_taken_for_dead(web_server: subprocess.Popen[bytes], free_port: int) -> None:
    with ServerWatch(web_server, "127.0.0.1", free_port) as watch:
        time.sleep(1.5)
        assert not watch.lost
    web_server.kill()
    web_server.wait()
    time.sleep(1)
    assert not watch.lost


def test_servers_of_one_folder_share_neither_log_nor_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    one, two = _own_place("state"), _own_place("state")
    assert one.log != two.log
    assert one.database != two.database
    one.hold.close()
    # Once a server has ended, its place is the next one's: the history of runs goes on there.
    again = _own_place("state")
    assert again.database == one.database
    for place in (two, again):
        place.hold.close()


def test_a_server_that_cannot_start_is_named_with_the_last_line_of_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(ServerFailed, match=rf"did not start; its log .*server.*\.log ends: .*{port}") as raised,
            temporary_server(str(tmp_path), Listen(port=port)),
        ):
            pass
    assert "\n" not in str(raised.value)


@pytest.mark.slow
def test_a_run_whose_server_is_killed_ends_within_seconds_and_publishes_nothing(tmp_path: Path) -> None:
    write(tmp_path, "in.jsonl", articles(300, 30))
    log = tmp_path / "log"
    run = start(
        "run", "in.jsonl", "--workers", "2", cwd=tmp_path, log=log, DATELINE_WORDS_PER_SHARD="3000",
        DATELINE_ON_FAILURE="cat > told",
    )  # fmt: skip
    shards = tmp_path / "output" / ".staging" / "shards"
    assert wait_until(lambda: len(list(shards.glob("annotate-*"))) > 1, 180), log.read_text()
    (guard,) = (child for child in children(run.pid) if "guard.py" in command_of(child))
    (server,) = children(guard)
    assert "server start" in command_of(server)
    os.kill(server, signal.SIGKILL)
    began = time.monotonic()
    assert run.wait(60) == 1
    assert time.monotonic() - began < 30
    lines = log.read_text("utf-8").strip().splitlines()
    assert "Traceback" not in log.read_text("utf-8")
    assert "server died; its log" in lines[-1]
    assert len([line for line in lines if not re.match(r"\d\d:\d\d:\d\d (reading|annotating)", line)]) == 1
    assert not (tmp_path / "output" / "_meta" / "lock.json").exists()
    assert not (tmp_path / "output" / "articles").exists()
    assert "server" in (tmp_path / "told").read_text()

    again, undisturbed = tmp_path / "again", tmp_path / "undisturbed"
    assert start("run", "in.jsonl", "--workers", "2", cwd=tmp_path, log=again).wait(600) == 0, again.read_text()
    done = start("run", "in.jsonl", "--output", "other", cwd=tmp_path, log=undisturbed).wait(600)
    assert done == 0, undisturbed.read_text()
    assert digests(tmp_path / "output", AUDIT) == digests(tmp_path / "other", AUDIT)
    assert problems(tmp_path / "output") == []


@pytest.mark.slow
def test_two_first_runs_of_one_working_folder_both_work(tmp_path: Path) -> None:
    write(tmp_path, "in.jsonl", articles(3, 3))
    logs = [tmp_path / name for name in ("one.log", "two.log")]
    runs = [start("run", "in.jsonl", "--output", log.stem, cwd=tmp_path, log=log) for log in logs]
    assert [run.wait(600) for run in runs] == [0, 0], [log.read_text() for log in logs]
    assert digests(tmp_path / "one", AUDIT) == digests(tmp_path / "two", AUDIT)


@pytest.mark.slow
def test_serve_shows_pages_and_runs_link_to_them_only_where_there_are_any(tmp_path: Path, free_port: int) -> None:
    write(tmp_path, "in.jsonl", articles(2, 3))
    for options in (["--ui", "--port", str(free_port)], ["--port", str(free_port)]):
        ui = "--ui" in options
        log = tmp_path / f"serve{len(options)}.log"
        serve = start("serve", "in.jsonl", *options, cwd=tmp_path, log=log)
        try:
            wanted = (
                f"Prefect at http://127.0.0.1:{free_port};"
                if ui
                else f"Prefect API at http://127.0.0.1:{free_port}/api;"
            )
            assert wait_until(partial(said, log, wanted), 120), log.read_text()
            api = environment(PREFECT_API_URL=f"http://127.0.0.1:{free_port}/api", PREFECT_HOME=str(tmp_path / "cli"))
            trigger = [sys.executable, "-m", "prefect", "deployment", "run", "news_to_parquet/dateline", "--watch"]
            deadline = time.monotonic() + 120
            while subprocess.run(trigger, env=api, capture_output=True, check=False).returncode:
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(1)
            shown = log.read_text("utf-8")
            assert "Records: 2 in" in shown
            assert ("View at" in shown) == ui
            if ui:
                (link,) = set(re.findall(r"View at (\S+)", shown))
                with urllib.request.urlopen(link) as page:
                    assert b"<html" in page.read().lower()
                with urllib.request.urlopen(f"http://127.0.0.1:{free_port}/ui-settings") as settings:
                    assert json.load(settings)["api_url"] == f"http://127.0.0.1:{free_port}/api"
        finally:
            serve.send_signal(signal.SIGINT)
            assert serve.wait(60) is not None


@pytest.mark.slow
def test_serve_ends_with_its_server(tmp_path: Path) -> None:
    write(tmp_path, "in.jsonl", articles(1, 3))
    log = tmp_path / "log"
    serve = start("serve", "in.jsonl", cwd=tmp_path, log=log)
    assert wait_until(lambda: "Prefect API at" in log.read_text(), 120), log.read_text()
    time.sleep(5)
    (guard,) = (child for child in children(serve.pid) if "guard.py" in command_of(child))
    os.kill(children(guard)[0], signal.SIGKILL)
    assert serve.wait(60) == 1
    assert "server died; its log" in log.read_text()
