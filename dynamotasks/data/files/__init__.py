"""Read items from files, whatever their format."""
