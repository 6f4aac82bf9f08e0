"""Table definitions in other forms: to and from `TableSpec`."""
