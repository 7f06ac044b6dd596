"""Actors and recipients: which words they are, and of what country and sector."""
