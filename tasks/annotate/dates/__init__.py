"""Which words tell a time and which day, month or span it is, as TIMEX3 values (component `dateline_dates`)."""
