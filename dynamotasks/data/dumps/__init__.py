"""Write the items of tables to a folder, and load them from it."""
