import pytest
from botocore.exceptions import ClientError
from shop import orders


@pytest.mark.dynamodb(seed="seeds/stock.yaml")
@pytest.mark.parametrize("number", range(6))
def test_order_takes_from_the_stock(number):
    assert (orders.amount("apple"), orders.amount("pear")) == (3, 1)
    orders.place("ada", number, "apple")
    assert orders.of("ada") == orders.with_status("open") == [number]
    assert orders.amount("apple") == 2


@pytest.mark.dynamodb(seed="seeds/stock.yaml")
@pytest.mark.parametrize("number", range(3))
def test_order_of_a_sold_article_fails(number):
    orders.place("ada", number, "pear")
    with pytest.raises(ClientError, match="TransactionCanceled"):
        orders.place("bob", number, "pear")
    assert orders.of("bob") == []


@pytest.mark.dynamodb(tables=["orders"])
@pytest.mark.parametrize("count", [1, 30, 150])
def test_batches_are_removed(count):
    assert orders.with_status("delivered") == []
    orders.deliver(count)
    assert len(orders.with_status("delivered")) == count


@pytest.mark.dynamodb
def test_stock_is_empty_without_a_seed():
    assert orders.amount("apple") is None
