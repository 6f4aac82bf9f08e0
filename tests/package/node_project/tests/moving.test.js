require("./support/tables");
const { documents } = require("../src/client");
const { placeOrder, findOrder, moveOrder, importOrders } = require("../src/orders");

const lines = [{ article: "tea", count: 1, options: { gift: true, tags: new Set(["green"]) } }];

test("an order moves to another customer", async () => {
  const order = await placeOrder("ada", lines);
  await moveOrder("ada", "bob", order.order_id);
  expect(await findOrder("ada", order.order_id)).toBeUndefined();
  expect(await findOrder("bob", order.order_id)).toEqual({ ...order, customer_id: "bob" });
});

test("a transaction that fails changes nothing", async () => {
  const order = await placeOrder("ada", lines);
  await importOrders([{ ...order, customer_id: "bob", status: "sent" }]);
  await expect(moveOrder("ada", "bob", order.order_id)).rejects.toThrow(
    expect.objectContaining({ name: "TransactionCanceledException" }),
  );
  expect(await findOrder("ada", order.order_id)).toEqual(order);
});

test("nested values and sets are kept", async () => {
  const order = await placeOrder("ada", lines);
  expect((await findOrder("ada", order.order_id)).lines).toEqual(lines);
});

test("many orders are imported in batches", async () => {
  await importOrders(Array.from({ length: 60 }, (_, id) => ({ customer_id: "ada", order_id: `${id}`, status: "sent" })));
  expect((await documents.scan({ TableName: "orders", Select: "COUNT" })).Count).toBe(60);
});

test("the table is empty before each test", async () => {
  expect((await documents.scan({ TableName: "orders", Select: "COUNT" })).Count).toBe(0);
});
