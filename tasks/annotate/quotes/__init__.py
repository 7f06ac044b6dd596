"""Who said what, in direct, mixed and indirect speech (component `dateline_quotes`)."""
