"""Of what country and sector a person, body or role is, and who holds which office (component `dateline_actors`)."""
