"""From text to rows through one spaCy pipeline: a package a component, which meet on the Doc through `layers`."""
