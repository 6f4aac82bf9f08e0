"""CloudFormation templates, also those of SAM and CDK, and parts of them."""
