"""Run a command for as long as its starter lives: `python -m flows.guard COMMAND…`, with a pipe as standard input.

A run that is killed cannot stop its server. The pipe closes with the run, whatever ended it, and the guard then ends
the command.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading

STOP_SECONDS = 15.0


def main() -> int:
    """Start the command, wait until it ends or standard input closes, and give its exit code."""
    child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)

    def stop_with_starter() -> None:
        # Not through sys.stdin: its lock, held by this thread, would stop the interpreter from ending.
        while os.read(0, 1024):
            pass
        child.terminate()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()

    threading.Thread(target=stop_with_starter, daemon=True).start()
    return child.wait()


if __name__ == "__main__":
    sys.exit(main())
