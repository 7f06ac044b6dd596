"""What the pipeline is made of: the ground, the contract, the store, the stages, the jobs that join them, readers."""

# The one place of the version: pyproject.toml and the fingerprint of the tables read it here. A version that is not
# released ends in .dev, so that tables made with one are never taken for a release's.
__version__ = "0.2.0.dev0"
