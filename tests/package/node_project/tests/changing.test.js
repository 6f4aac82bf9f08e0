require("./support/tables");
const { placeOrder, findOrder, changeStatus, ordersWithStatus, removeOrder } = require("../src/orders");

let order;

beforeEach(async () => {
  order = await placeOrder("ada", [{ article: "tea", count: 1 }]);
});

test("a placed order can be sent", async () => {
  expect(await changeStatus("ada", order.order_id, "placed", "sent")).toEqual({ ...order, status: "sent" });
});

test("an order is not sent twice", async () => {
  await changeStatus("ada", order.order_id, "placed", "sent");
  await expect(changeStatus("ada", order.order_id, "placed", "sent")).rejects.toThrow(
    expect.objectContaining({ name: "ConditionalCheckFailedException" }),
  );
});

test("the index follows a change", async () => {
  await changeStatus("ada", order.order_id, "placed", "sent");
  expect(await ordersWithStatus("placed")).toEqual([]);
  expect(await ordersWithStatus("sent")).toHaveLength(1);
});

test("a removed order cannot be found", async () => {
  expect(await removeOrder("ada", order.order_id)).toBe(true);
  expect(await findOrder("ada", order.order_id)).toBeUndefined();
});

test("removing an unknown order changes nothing", async () => {
  expect(await removeOrder("ada", "999999")).toBe(false);
  expect(await findOrder("ada", order.order_id)).toEqual(order);
});
