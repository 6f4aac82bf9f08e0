"""Services of the Serverless Framework, and files that they include."""
