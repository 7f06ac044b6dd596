"""For: flows.notify, flows.news. Who is told of a failed run, by a real command and a real web server."""

from __future__ import annotations

import http.server
import json
import logging
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_runs import ARTICLES, Run, write

import flows.notify
from flows.notify import notify_failure
from tasks.errors import RunFailed, UserError

MESSAGE = "at least 5 of 9 articles cannot be annotated: „Straße“ 'quoted' $HOME"


class Hook:
    """A web server that keeps what is posted to it."""

    def __init__(self, status: int) -> None:
        self.bodies: list[dict[str, str]] = []
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                hook.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(status)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def hook(request: pytest.FixtureRequest) -> Iterator[Hook]:
    made = Hook(getattr(request, "param", 200))
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_a_command_gets_what_happened_on_standard_input_and_in_variables(tmp_path: Path) -> None:
    file = tmp_path / "told"
    notify_failure(f'cat > {file}; printf "\\n$DATELINE_MESSAGE" >> {file}', "run-1", MESSAGE, "out")
    body, _, variable = file.read_text("utf-8").partition("\n")
    assert json.loads(body) == {"run_id": "run-1", "message": MESSAGE, "output": "out"}
    assert variable == MESSAGE


def test_an_address_gets_it_posted(hook: Hook) -> None:
    notify_failure(hook.url, "run-1", MESSAGE, "out")
    assert hook.bodies == [{"run_id": "run-1", "message": MESSAGE, "output": "out"}]


def test_nobody_is_told_where_nobody_is_named(caplog: pytest.LogCaptureFixture) -> None:
    notify_failure(None, "run-1", MESSAGE, "out")
    assert not caplog.records


@pytest.mark.parametrize("hook", [500], indirect=True)
def test_a_hook_that_fails_is_one_line(
    hook: Hook, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flows.notify, "WAIT_SECONDS", 0.5)
    monkeypatch.setattr(logging.getLogger("dateline"), "propagate", True)
    for told, trouble in (
        (hook.url, "answered 500"),
        ("http://127.0.0.1:9/hook", "refused"),
        ("echo no mailer >&2; exit 3", "ended with 3 (no mailer)"),
        ("exit 1 <&-", "ended with 1"),
        ("sleep 60 & sleep 60", "did not end"),
        ("/no/such/program", "ended with 127"),
    ):
        caplog.clear()
        notify_failure(told, "run-1", MESSAGE, "out")
        (record,) = caplog.records
        assert trouble in record.getMessage()
        assert "\n" not in record.getMessage()


def test_what_answers_and_is_no_web_server_is_one_line(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("dateline"), "propagate", True)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"220 mail.example.org ready\r\n")

        threading.Thread(target=answer, daemon=True).start()
        notify_failure(f"http://127.0.0.1:{listening.getsockname()[1]}/hook", "run-1", MESSAGE, "out")
    notify_failure("http://127.0.0.1:9/my hook", "run-1", MESSAGE, "out")
    assert ["220 mail.example.org ready" in caplog.messages[0], "my hook" in caplog.messages[1]] == [True, True]
    assert len(caplog.records) == 2


def test_a_name_that_is_no_text_can_be_told(tmp_path: Path) -> None:
    file = tmp_path / "told"
    notify_failure(f"cat > {file}", "run-1", "in/caf\udce9.txt: cut", "out")
    assert json.loads(file.read_text("utf-8"))["message"] == "in/caf\udce9.txt: cut"


def test_a_failed_run_tells_and_raises_its_own_error(tmp_path: Path, run_flow: Run, hook: Hook) -> None:
    inputs = write(tmp_path / "in", "a.jsonl", ARTICLES[:1])
    run_flow(inputs, tmp_path / "out", annotate=False)
    with pytest.raises(UserError, match="were made otherwise") as raised:
        run_flow(inputs, tmp_path / "out", on_failure=hook.url)
    (body,) = hook.bodies
    assert body["message"] == str(raised.value)
    assert body["output"] == str(tmp_path / "out")
    assert body["run_id"].startswith("run-")


def test_a_bug_is_told_too(tmp_path: Path, run_flow: Run, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("flows.steps.gate", broken)
    with pytest.raises(ZeroDivisionError):
        run_flow(write(tmp_path / "in", "a.jsonl", ARTICLES[:1]), tmp_path / "out", on_failure=hook.url)
    assert [body["message"] for body in hook.bodies] == ["ZeroDivisionError: division by zero"]


def test_a_hook_that_fails_does_not_hide_why_the_run_failed(tmp_path: Path, run_flow: Run) -> None:
    with pytest.raises((UserError, RunFailed), match="no such file"):
        run_flow(tmp_path / "missing", tmp_path / "out", on_failure="exit 1")
