"""Tell somebody that a run failed: a command of the user's, or a web address of theirs (setting `on_failure`).

The only connection beyond the run's own server that dateline ever opens, and only to the address that was given for it.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import logging
import os
import signal
import subprocess
import urllib.error
import urllib.request

LOG = logging.getLogger("dateline")
WAIT_SECONDS = 30.0
WEB = ("http://", "https://")


def notify_failure(told: str | None, run_id: str, message: str, output: str) -> None:
    """Run the command, or post to the address, that the setting `on_failure` names; nothing where it names none.

    A command is run by the shell. It gets the JSON object `{"run_id", "message", "output"}` on standard input and the
    same in the variables DATELINE_RUN_ID, DATELINE_MESSAGE and DATELINE_OUTPUT; an address gets the object as the body
    of a POST. Either is given `WAIT_SECONDS`. What goes wrong here is one line in the log: it must not hide why the run
    failed.
    """
    if told is None:
        return
    told_of = {"run_id": run_id, "message": message, "output": output}
    # Names of files need not be text.
    body = json.dumps(told_of, ensure_ascii=False).encode("utf-8", "backslashreplace")
    if told.startswith(WEB):
        trouble = _post(told, body)
    else:
        trouble = _run(told, body, {"DATELINE_RUN_ID": run_id, "DATELINE_MESSAGE": message, "DATELINE_OUTPUT": output})
    if trouble is not None:
        LOG.warning("on_failure %s: %s; nobody was told of the failed run", told, trouble)


def _post(address: str, body: bytes) -> str | None:
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"}, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=WAIT_SECONDS):
            return None
    except urllib.error.HTTPError as error:
        with error:
            return f"answered {error.code} {error.reason}"
    except (OSError, ValueError, http.client.HTTPException) as error:
        return str(getattr(error, "reason", error)).strip() or type(error).__name__


def _run(command: str, body: bytes, variables: dict[str, str]) -> str | None:
    try:
        process = subprocess.Popen(
            command,
            shell=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=os.environ | variables,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        return str(error)
    try:
        _, said = process.communicate(body, timeout=WAIT_SECONDS)
    except subprocess.TimeoutExpired:
        # The shell's children too: it may have started some, and they keep the pipe open.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return f"did not end in {WAIT_SECONDS:.0f} s"
    if process.returncode == 0:
        return None
    last = said.decode("utf-8", "replace").strip().splitlines()[-1:]
    return f"ended with {process.returncode}" + "".join(f" ({line})" for line in last)
