"""The connection to DynamoDB and other AWS services: the only package that imports botocore."""
