"""The way in, from bytes to records: find input files, tell their format, cut them into slices, read them.

Every reader is a generator that yields Article or Reject records and holds one record at a time.
"""

from tasks.ingest.discover import InputFile, discover
from tasks.ingest.limits import Limits
from tasks.ingest.slices import Slice, plan, read, read_slice
from tasks.ingest.sniff import sniff

__all__ = ["InputFile", "Limits", "Slice", "discover", "plan", "read", "read_slice", "sniff"]
