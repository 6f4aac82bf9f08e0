const { documents } = require("./client");

const TableName = "orders";

async function nextNumber(name) {
  const counted = await documents.update({
    TableName: "counters",
    Key: { name },
    UpdateExpression: "ADD #value :one",
    ExpressionAttributeNames: { "#value": "value" },
    ExpressionAttributeValues: { ":one": 1 },
    ReturnValues: "UPDATED_NEW",
  });
  return counted.Attributes.value;
}

async function placeOrder(customer, lines) {
  if (lines.length === 0) throw new Error("an order needs a line");
  const order = {
    customer_id: customer,
    order_id: String(await nextNumber("orders")).padStart(6, "0"),
    status: "placed",
    lines,
  };
  await documents.put({ TableName, Item: order, ConditionExpression: "attribute_not_exists(order_id)" });
  return order;
}

async function findOrder(customer, id) {
  const found = await documents.get({ TableName, Key: { customer_id: customer, order_id: id }, ConsistentRead: true });
  return found.Item;
}

async function ordersOf(customer, options = {}) {
  const found = await documents.query({
    TableName,
    KeyConditionExpression: "customer_id = :customer",
    ExpressionAttributeValues: { ":customer": customer },
    ScanIndexForward: !options.newestFirst,
    Limit: options.limit,
    ExclusiveStartKey: options.after,
  });
  return { orders: found.Items, next: found.LastEvaluatedKey };
}

async function ordersWithStatus(status) {
  const found = await documents.query({
    TableName,
    IndexName: "by_status",
    KeyConditionExpression: "#status = :status",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: { ":status": status },
  });
  return found.Items;
}

async function changeStatus(customer, id, from, to) {
  const changed = await documents.update({
    TableName,
    Key: { customer_id: customer, order_id: id },
    UpdateExpression: "SET #status = :to",
    ConditionExpression: "#status = :from",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: { ":from": from, ":to": to },
    ReturnValues: "ALL_NEW",
  });
  return changed.Attributes;
}

async function removeOrder(customer, id) {
  const removed = await documents.delete({
    TableName,
    Key: { customer_id: customer, order_id: id },
    ReturnValues: "ALL_OLD",
  });
  return removed.Attributes !== undefined;
}

async function moveOrder(from, to, id) {
  const order = await findOrder(from, id);
  await documents.transactWrite({
    TransactItems: [
      { Delete: { TableName, Key: { customer_id: from, order_id: id }, ConditionExpression: "attribute_exists(order_id)" } },
      { Put: { TableName, Item: { ...order, customer_id: to }, ConditionExpression: "attribute_not_exists(order_id)" } },
    ],
  });
}

async function importOrders(orders) {
  for (let start = 0; start < orders.length; start += 25) {
    const requests = orders.slice(start, start + 25).map((Item) => ({ PutRequest: { Item } }));
    await documents.batchWrite({ RequestItems: { [TableName]: requests } });
  }
}

module.exports = {
  nextNumber, placeOrder, findOrder, ordersOf, ordersWithStatus, changeStatus, removeOrder, moveOrder, importOrders,
};
