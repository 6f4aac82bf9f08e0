"""A shop, written without a thought of its tests: the clients are created at import, as in a Lambda function."""
