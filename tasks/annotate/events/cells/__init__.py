"""The other cells of an event: place, numbers, instruments, contexts."""
