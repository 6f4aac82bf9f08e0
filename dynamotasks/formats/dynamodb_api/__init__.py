"""Read the requests and responses of DynamoDB's API, such as those of CreateTable and DescribeTable."""
