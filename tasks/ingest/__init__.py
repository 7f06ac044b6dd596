"""Readers: one file per format, each yielding Article records; readers.py picks one by sniffing."""
