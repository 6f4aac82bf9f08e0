"""Write tables in other formats."""
