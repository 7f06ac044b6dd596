"""What another sentence of the article says of an event: its day, its status."""
