"""Plan the changes that make live tables match the config, and apply them."""
