require("./support/tables");
const { importOrders, ordersOf, ordersWithStatus } = require("../src/orders");

const orders = Array.from({ length: 30 }, (_, number) => ({
  customer_id: number % 3 ? "ada" : "bob",
  order_id: String(number).padStart(6, "0"),
  status: number % 2 ? "placed" : "sent",
}));

test("a new customer has no orders", async () => {
  expect((await ordersOf("ada")).orders).toEqual([]);
});

test("orders of a customer are sorted by number", async () => {
  await importOrders(orders);
  const ids = (await ordersOf("ada")).orders.map((order) => order.order_id);
  expect(ids).toHaveLength(20);
  expect(ids).toEqual([...ids].sort());
});

test("the newest order comes first on request", async () => {
  await importOrders(orders);
  expect((await ordersOf("bob", { newestFirst: true })).orders[0].order_id).toBe("000027");
});

test("pages of orders continue each other", async () => {
  await importOrders(orders);
  const first = await ordersOf("bob", { limit: 6 });
  const second = await ordersOf("bob", { limit: 6, after: first.next });
  expect([first.orders.length, second.orders.length, second.next]).toEqual([6, 4, undefined]);
});

test("the index finds orders by status", async () => {
  await importOrders(orders);
  expect(await ordersWithStatus("sent")).toHaveLength(15);
});
