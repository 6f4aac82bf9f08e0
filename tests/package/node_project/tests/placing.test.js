require("./support/tables");
const { placeOrder, findOrder, nextNumber } = require("../src/orders");

const tea = { article: "tea", count: 2 };

test("a placed order can be found", async () => {
  const order = await placeOrder("ada", [tea]);
  expect(await findOrder("ada", order.order_id)).toEqual(order);
});

test("the first order of a test has the number 1", async () => {
  expect((await placeOrder("ada", [tea])).order_id).toBe("000001");
});

test("orders are numbered in sequence", async () => {
  const orders = [await placeOrder("ada", [tea]), await placeOrder("bob", [tea])];
  expect(orders.map((order) => order.order_id)).toEqual(["000001", "000002"]);
});

test("simultaneous orders have different numbers", async () => {
  const numbers = await Promise.all(Array.from({ length: 10 }, () => nextNumber("orders")));
  expect(numbers.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test("an order without lines is refused", async () => {
  await expect(placeOrder("ada", [])).rejects.toThrow("needs a line");
});
