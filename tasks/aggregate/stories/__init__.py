"""Articles about one happening gathered to stories."""
