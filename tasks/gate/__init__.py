"""Which articles are parsed: versions of one article, copies of one text, the paths and URLs they came by."""
