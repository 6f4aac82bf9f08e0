"""Convert table definitions of other formats to and from `TableSpec`."""
