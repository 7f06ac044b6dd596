"""Memory and time of the gazetteer: what opening it and looking names up adds to a process.

python -m bench.gazetteer
"""

from __future__ import annotations

import resource
import time

from tasks.reference.files import table
from tasks.reference.gazetteer import index_path, load_gazetteer


def resident() -> float:
    """Peak resident memory of this process in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    load_gazetteer()  # builds the index where there is none yet, which is not what is measured
    load_gazetteer.__globals__["_open"].cache_clear()
    before, started = resident(), time.process_time()
    gazetteer = load_gazetteer()
    names = [row["name"] for row in table("regions.csv")] + [row["iso3"] for row in table("countries.csv")]
    found = [gazetteer.lookup(name) for name in names]
    hard = [gazetteer.lookup(name) for name in ("San José", "Springfield", "Victoria", "Santa Cruz", "Washington")]
    print(f"index on disk {index_path().stat().st_size / 2**20:.0f} MiB")
    print(f"opening and {len(found) + len(hard)} names: {1000 * (time.process_time() - started):.0f} ms of CPU time")
    print(f"peak memory of the process: {before:.0f} MiB before, {resident():.0f} MiB after")


if __name__ == "__main__":
    main()
