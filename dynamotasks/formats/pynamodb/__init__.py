"""Read the tables of PynamoDB models."""
