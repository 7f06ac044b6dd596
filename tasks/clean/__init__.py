"""Text repair, boilerplate, metadata, language, duplicates."""
