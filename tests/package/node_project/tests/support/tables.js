const { paginateScan } = require("@aws-sdk/lib-dynamodb");
const { documents } = require("../../src/client");

// Delete all items of a table; `keys` are the names of its key attributes.
async function empty(TableName, ...keys) {
  const names = Object.fromEntries(keys.map((key, index) => [`#${index}`, key]));
  const scan = { TableName, ProjectionExpression: Object.keys(names).join(), ExpressionAttributeNames: names };
  for await (const page of paginateScan({ client: documents }, scan)) {
    await Promise.all(page.Items.map((Key) => documents.delete({ TableName, Key })));
  }
}

beforeEach(async () => {
  await empty("orders", "customer_id", "order_id");
  await empty("counters", "name");
});
