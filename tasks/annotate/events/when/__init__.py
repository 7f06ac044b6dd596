"""The day of an event, from the words around its trigger."""
