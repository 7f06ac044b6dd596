"""Whom pronouns and descriptions mean (component `dateline_coreference`)."""
