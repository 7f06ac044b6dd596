"""From the public weights of an encoder and what training changed to a graph that onnxruntime can run."""
