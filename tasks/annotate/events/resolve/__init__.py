"""Which of the matches are events: deeds told twice, and what tells no event."""
