"""The published tables for people: evidence, queries, exports, reports about the lexicon and unknown actors."""
