"""What another sentence of the article tells of an event: its day, its status."""
