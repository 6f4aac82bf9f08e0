"""The command line: Invoke tasks, the console program and their output."""
