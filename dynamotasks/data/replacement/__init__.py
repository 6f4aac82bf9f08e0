"""Replace a table with a new one that has the same items."""
