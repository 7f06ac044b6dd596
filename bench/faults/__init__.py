"""Whatever can happen to a run, done to it, and what is lost: `python -m bench.faults` writes docs/faults.md."""
