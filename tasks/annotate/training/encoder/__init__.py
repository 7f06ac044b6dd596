"""How the encoder is trained: annotated articles in, weights out. Torch is needed here alone."""
