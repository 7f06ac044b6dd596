"""The spaCy pipeline: one component a file; rows.py turns a Doc into rows."""
