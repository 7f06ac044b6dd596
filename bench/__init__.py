"""Speed and memory, every figure a ratio against something run beside it in the same session."""
