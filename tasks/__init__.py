"""What a step does: plain functions on plain data, with thin Prefect tasks at the edge of each package."""
