"""Knowledge across articles: entities and their roles, events, stories, the daily tables."""
