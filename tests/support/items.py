"""Items of all types for hypothesis, in the form of boto3's client."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
names = texts.filter(bool)
binaries = st.binary(max_size=40)
# at most 38 digits, and a magnitude that DynamoDB stores
numbers = st.builds(
    lambda digits, exponent: str(Decimal(f"{digits}E{exponent - len(str(abs(digits)))}")),
    st.integers(-(10**38) + 1, 10**38 - 1),
    st.integers(-128, 126),
)


def _set(elements: st.SearchStrategy[Any], key: Any = None) -> st.SearchStrategy[list[Any]]:
    return st.lists(elements, min_size=1, max_size=4, unique_by=key or (lambda element: element))


scalars = st.one_of(
    st.builds(lambda value: {"S": value}, texts),
    st.builds(lambda value: {"N": value}, numbers),
    st.builds(lambda value: {"B": value}, binaries),
    st.builds(lambda value: {"BOOL": value}, st.booleans()),
    st.just({"NULL": True}),
    st.builds(lambda value: {"SS": value}, _set(texts)),
    st.builds(lambda value: {"NS": value}, _set(numbers, Decimal)),
    st.builds(lambda value: {"BS": value}, _set(binaries)),
)
values: st.SearchStrategy[dict[str, Any]] = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.builds(lambda value: {"L": value}, st.lists(inner, max_size=4)),
        st.builds(lambda value: {"M": value}, st.dictionaries(names, inner, max_size=4)),
    ),
    max_leaves=12,
)


def plain(typed: Any) -> Any:
    """Return a value in a form that is equal for equal values: sets have no order, numbers one form."""
    ((kind, value),) = typed.items()
    match kind:
        case "N":
            return kind, Decimal(value)
        case "NS":
            return kind, frozenset(map(Decimal, value))
        case "SS" | "BS":
            return kind, frozenset(value)
        case "L":
            return kind, [plain(part) for part in value]
        case "M":
            return kind, plain_item(value)
    return kind, value


def plain_item(item: Any) -> dict[str, Any]:
    """Return the attributes of an item in the form of `plain`."""
    return {name: plain(typed) for name, typed in item.items()}
