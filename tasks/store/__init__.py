"""The only code that reads or writes an output folder: files, layout, publishing, the journal, the lock."""
