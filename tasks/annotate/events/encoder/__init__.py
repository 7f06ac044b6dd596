"""A pretrained encoder that reads the whole article and says which words report which event."""
