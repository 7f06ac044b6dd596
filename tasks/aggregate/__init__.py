"""Evidence across articles: events, entities, stories."""
