"""Which spans name a person, a body or a place, and which of them are one (component `dateline_names`)."""
