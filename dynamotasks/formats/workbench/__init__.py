"""Read the data models of NoSQL Workbench for DynamoDB.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/workbench.Modeler.html
"""
