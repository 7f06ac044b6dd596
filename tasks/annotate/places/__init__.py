"""Which place in the gazetteer a toponym is (component `dateline_places`)."""
