"""Test the tables of Terraform."""
