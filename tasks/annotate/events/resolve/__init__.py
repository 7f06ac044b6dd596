"""Which of the matches are events: those that another one holds or repeats, and what reports no event."""
