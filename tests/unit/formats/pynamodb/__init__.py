"""Test the tables of PynamoDB models."""
