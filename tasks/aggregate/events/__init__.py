"""Reports merged to events: which belong together and what an event's row says."""
