"""The units of work: each stage joined to the store and to Prefect."""
