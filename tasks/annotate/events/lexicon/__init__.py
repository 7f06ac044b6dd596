"""The event frames: what one is, how the files are read, and the page about them."""
