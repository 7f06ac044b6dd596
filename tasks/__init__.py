"""What the pipeline is made of: the ground, the contract, the store, the stages, the jobs that join them, readers."""
