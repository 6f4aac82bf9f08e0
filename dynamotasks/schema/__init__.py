"""Tables as values: pure, without botocore, clock or output."""
