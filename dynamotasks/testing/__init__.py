"""Help for the tests of projects that use DynamoDB: pytest fixtures, Nox sessions, stream events and TTL."""
