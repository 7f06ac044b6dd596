"""One reader a format, each a generator of records that holds one at a time."""
