"""The types of CSV columns on the command line."""

from __future__ import annotations

import pytest

from dynamotasks.cli.commands.seed import column_types
from dynamotasks.errors import UsageError


@pytest.mark.parametrize(
    ("text", "expected"),
    [(None, {}), ("age:N", {"age": "N"}), ("age:N, ok:BOOL,a:b:SS", {"age": "N", "ok": "BOOL", "a:b": "SS"})],
)
def test_types_of_columns(text: str | None, expected: dict[str, str]) -> None:
    assert column_types(text) == expected


@pytest.mark.parametrize("text", ["age", "age:", ":N", "age:number", "age:N,", "age:N,age:S"])
def test_invalid_types_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"invalid --types|two types of age"):
        column_types(text)
