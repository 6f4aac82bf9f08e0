const { DynamoDB } = require("@aws-sdk/client-dynamodb");
const { DynamoDBDocument } = require("@aws-sdk/lib-dynamodb");

// the same in production: endpoint, Region and keys come from the environment
exports.documents = DynamoDBDocument.from(new DynamoDB());
