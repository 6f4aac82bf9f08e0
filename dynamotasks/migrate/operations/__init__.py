"""The operations that a plan consists of, one class each: of tables, indexes, properties and settings."""
