"""From records to clean articles: text repair, boilerplate, titles, dates, language, genre."""
