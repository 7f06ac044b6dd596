"""The reference tables of `tasks/data` in memory: word lists, lexicons of names and roles, the gazetteer."""
