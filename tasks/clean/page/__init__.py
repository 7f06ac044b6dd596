"""From an HTML page to its article: text, title and what the page states about itself."""
