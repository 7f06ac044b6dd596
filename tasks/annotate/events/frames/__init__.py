"""How a frame fits the parse around a trigger."""
