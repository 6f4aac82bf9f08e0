"""The limits of items: what a seed file accepts is stored, and what it refuses would be refused by DynamoDB."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dynamotasks.aws.items import put_request
from dynamotasks.data.item_json import encode
from dynamotasks.data.scanning import scan
from dynamotasks.data.seed_files import read_seed
from dynamotasks.data.writing import write
from dynamotasks.errors import CallError, ConfigError
from dynamotasks.schema.serialization import Call, create_table_call
from dynamotasks.schema.table_spec import Attribute, Key, TableSpec

from .places import Place


@pytest.fixture
def table(place: Place, prefix: str) -> Iterator[TableSpec]:
    spec = TableSpec(
        name=f"{prefix}items",
        key_schema=(Key(attribute_name="id", key_type="HASH"),),
        attributes=(Attribute(name="id", type="S"),),
    )
    database = place.database
    database.call(create_table_call(spec))
    database.client.get_waiter("table_exists").wait(TableName=spec.name, WaiterConfig={"Delay": 1})
    yield spec
    database.call(Call("DeleteTable", {"TableName": spec.name}))


def nested(levels: int) -> str:
    return '{"a": ' * (levels - 1) + '"x"' + "}" * (levels - 1)


def typed_nested(levels: int) -> dict[str, Any]:
    return {"M": {"a": typed_nested(levels - 1)}} if levels > 1 else {"S": "x"}


ACCEPTED = {
    "most digits": "1" * 38,
    "largest number": "9." + "9" * 37 + "e125",
    "smallest number": "-1E-130",
    "more zeros than digits": "1" + "0" * 50,
    "trailing zeros": "0.1000",
    "deepest value": nested(32),
    "empty values": '["", [], {}, null, false]',
    "largest item": json.dumps("x" * (409_600 - 3 - 5)),
}
REFUSED: dict[str, tuple[str, Any]] = {
    "too many digits": ("1" * 39, {"N": "1" * 39}),
    "too large a number": ("1E126", {"N": "1E126"}),
    "too small a number": ("1E-131", {"N": "1E-131"}),
    "too deep": (nested(33), typed_nested(33)),
    "too large an item": (json.dumps("x" * (409_600 - 3 - 4)), {"S": "x" * (409_600 - 3 - 4)}),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_item_that_a_seed_file_accepts_is_stored(name: str, place: Place, table: TableSpec, tmp_path: Path) -> None:
    if (place.name, name) == ("moto", "largest item"):
        pytest.skip("moto counts more bytes than DynamoDB")
    file = tmp_path / "seed.json"
    file.write_text(f'{{"{table.name}": [{{"id": "a", "value": {ACCEPTED[name]}}}]}}')
    items = read_seed(file, [table])[table.name]
    write(place.database, table.name, map(put_request, map(encode, items)), lambda count: None)
    (page,) = scan(place.database, table.name)
    assert list(map(plain, page)) == list(map(plain, items))


def plain(item: Any) -> Any:
    """Return an item with its number in one form."""
    return {**item, "value": {"N": Decimal(item["value"]["N"])}} if "N" in item["value"] else item


@pytest.mark.parametrize("name", REFUSED)
def test_value_that_dynamodb_refuses_is_a_problem_of_the_seed_file(
    name: str, place: Place, table: TableSpec, tmp_path: Path
) -> None:
    written, typed = REFUSED[name]
    file = tmp_path / "seed.json"
    file.write_text(f'{{"{table.name}": [{{"id": "a", "value": {written}}}]}}')
    with pytest.raises(ConfigError, match=r"significant digits|magnitude|levels deep|bytes: the maximum"):
        read_seed(file, [table])
    if place.name != "moto":  # it accepts most of them
        with pytest.raises(CallError):
            place.database.call(Call("PutItem", {"TableName": table.name, "Item": {"id": {"S": "a"}, "value": typed}}))
