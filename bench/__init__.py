"""Speed and memory, every figure a ratio against something run beside it in the same session."""

# One matrix thread a process, as the flows run.
import flows  # noqa: F401
