"""The report: one self-contained HTML page about the tables and a run, drawn by plain functions, without scripts."""
