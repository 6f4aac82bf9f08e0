"""Engines that run DynamoDB on this machine, and their lifecycle."""
