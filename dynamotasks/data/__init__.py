"""Items: read, written and kept while a table is replaced."""
