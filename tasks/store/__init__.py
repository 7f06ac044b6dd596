"""The way to an output folder, for all but `verify`: storage, layout, publishing, the journal, the lock."""
