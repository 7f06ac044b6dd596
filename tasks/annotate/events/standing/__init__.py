"""Whether an event happened and who says so: status and assertion."""
