"""What the tasks do, usable without Invoke: each function takes a `Command` and its own words."""
