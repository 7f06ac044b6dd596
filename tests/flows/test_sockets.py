"""For: flows.server and everything a run starts. No connection leaves the machine, no name is looked up."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from small_runs import ARTICLES, table, write

# Calls that say where something goes, with the address as strace prints it. Not `sendto`: a server calls it a hundred
# thousand times to wake itself, and a resolver connects its socket first.
CALLS = ("connect", "bind", "sendmmsg")
ADDRESSED = re.compile(rf"\b({'|'.join(CALLS)})\(")
INET = re.compile(r'sin_port=htons\((\d+)\), sin_addr=inet_addr\("([^"]+)"\)')
INET6 = re.compile(r'sin6_port=htons\((\d+)\).*?inet_pton\(AF_INET6, "([^"]+)"')
COMMAND = (sys.executable, "-P", "-c", "from flows.cli import main; main()")
ROOT = str(Path(__file__).resolve().parents[2])


def runs(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def can_trace() -> bool:
    return shutil.which("strace") is not None and runs("strace", "-f", "-o", os.devnull, "true")


def can_isolate() -> bool:
    return shutil.which("unshare") is not None and runs("unshare", "-rn", "sh", "-c", "ip link set lo up")


def environment() -> dict[str, str]:
    """Without addresses that this process may have been given: the run starts a server of its own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return own | {"PYTHONPATH": ROOT}


def arguments(place: Path) -> list[str]:
    inputs = write(place / "in", "a.jsonl", ARTICLES[:2])
    return [*COMMAND, "run", str(inputs), "--output", str(place / "out"), "--workers", "1"]


def addresses(trace: str) -> list[tuple[str, str, str]]:
    """Call, address and port of every call that names an address of the internet, whatever came of it."""
    found = []
    for line in trace.splitlines():
        call = ADDRESSED.search(line)
        if call is not None:
            found += [(call[1], address, port) for port, address in (*INET.findall(line), *INET6.findall(line))]
    return found


def is_loopback(address: str) -> bool:
    return address.startswith("127.") or address in ("::1", "::ffff:127.0.0.1")


def beyond(found: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Those that leave the machine, and name look-ups, also of a name server on loopback."""
    return [item for item in found if not is_loopback(item[1]) or item[2] == "53"]


def test_what_leaves_the_machine_is_seen() -> None:
    trace = """
    1 connect(3, {sa_family=AF_INET, sin_port=htons(4200), sin_addr=inet_addr("127.0.0.1")}, 16) = 0
    1 connect(3, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("93.184.216.34")}, 16) = -1 ENETUNREACH
    1 connect(3, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0),
    1 connect(3, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("127.0.0.53")}, 16) = 0
    1 sendmmsg(3, [{msg_name={sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("10.0.0.2")}}], 1, 0) = 1
    1 connect(3, {sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=0, inet_pton(AF_INET6, "2606::1", &s)}, 28) = 0
    1 connect(3, {sa_family=AF_UNIX, sun_path="/run/x"}, 110) = 0
    """
    assert beyond(addresses(trace)) == [
        ("connect", "93.184.216.34", "443"),
        ("connect", "127.0.0.53", "53"),
        ("sendmmsg", "10.0.0.2", "53"),
        ("connect", "2606::1", "80"),
    ]


@pytest.mark.slow
def test_no_connection_of_a_run_leaves_the_machine(tmp_path: Path) -> None:
    given: dict[str, Any] = {
        "cwd": tmp_path,
        "env": environment(),
        "capture_output": True,
        "text": True,
        "check": False,
    }
    if can_trace():
        trace = tmp_path / "trace"
        tracer = ["strace", "-f", "--seccomp-bpf", "-qq", "-e", f"trace={','.join(CALLS)}", "-e", "signal=none"]
        if not runs(*tracer, "true"):
            tracer.remove("--seccomp-bpf")  # before strace 5.3
        done = subprocess.run([*tracer, "-o", str(trace), *arguments(tmp_path)], **given)
        assert done.returncode == 0, done.stderr
        told = trace.read_text("utf-8", "replace")
        found = addresses(told)
        # The run talked to its server: the trace holds what it is asked for.
        assert any(call == "connect" and is_loopback(address) for call, address, _ in found)
        assert beyond(found) == []
        # Nor is a name looked up through a service of the machine.
        assert not re.search(r'sun_path="[^"]*(nscd|resolve)', told)
    elif can_isolate():
        alone = ["unshare", "-rn", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
        done = subprocess.run([*alone, *arguments(tmp_path)], **given)
        assert done.returncode == 0, done.stderr
    else:
        pytest.skip("neither strace nor a network namespace can be had here")
    assert table(tmp_path / "out", "articles").height == 2
