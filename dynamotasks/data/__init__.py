"""Read, write, back up and restore the items of tables."""
