"""Plain JSON keeps each value, or there is an error."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from dynamotasks.data.dumps.plain_json import InexpressibleError, to_plain_json


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ({"S": "☂\n"}, "☂\n"),
        ({"N": "1" * 38}, Decimal("1" * 38)),
        ({"N": "-1.5E-100"}, Decimal("-1.5E-100")),
        ({"N": ".5"}, Decimal("0.5")),
        ({"N": "+007"}, Decimal(7)),
        ({"BOOL": False}, False),
        ({"NULL": True}, None),
        ({"L": [{"M": {"a": {"L": []}}}, {"S": ""}]}, [{"a": []}, ""]),
    ],
    ids=str,
)
def test_value_is_kept(typed: Any, value: Any) -> None:
    line = to_plain_json({"a": typed})
    assert b"\n" not in line
    assert json.loads(line, parse_int=Decimal, parse_float=Decimal) == {"a": value}


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"B": "AA=="}, "attribute a is a binary value"),
        ({"SS": ["b"]}, "attribute a is a set of strings"),
        ({"M": {"b": {"L": [{"NS": ["1"]}]}}}, r"attribute a\.b is a set of numbers"),
        ({"BS": ["AA=="]}, "attribute a is a set of binary values"),
    ],
    ids=str,
)
def test_value_that_plain_json_lacks_is_refused(typed: Any, message: str) -> None:
    with pytest.raises(InexpressibleError, match=message):
        to_plain_json({"a": typed})
