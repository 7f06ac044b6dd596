"""Who did what to whom, when and where: PLOVER events (component `dateline_events`)."""
