"""How the encoder is trained: annotated articles in, a model file out (`make model`). Torch is needed here alone."""
