"""The published tables checked against every promise of the contract, by code of its own."""
