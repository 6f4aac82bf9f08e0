"""Test the package formats: definitions of other tools."""
