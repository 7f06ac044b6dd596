"""The picture of a sentence that every component reads: words, clauses, phrases, and the word lists of grammar."""
