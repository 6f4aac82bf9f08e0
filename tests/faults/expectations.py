"""Two tables, and checks that they are as declared and that a command ended properly."""

from __future__ import annotations

import faulthandler
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.simulator import ControlPlane
from tests.support.running import Result

HANG = 60
DROP = ("--yes", "--allow-destructive")
TAGS = {f"tag{number:02}": "x" for number in range(3)}


def index(name: str) -> dict[str, Any]:
    return {
        "index_name": f"by_{name}",
        "key_schema": [{"attribute_name": name, "key_type": "HASH"}],
        "projection": {"projection_type": "ALL"},
    }


def table(name: str, **properties: Any) -> dict[str, Any]:
    return {
        "name": name,
        "attributes": [{"name": "id", "type": "S"}, {"name": "email", "type": "S"}],
        "key_schema": [{"attribute_name": "id", "key_type": "HASH"}],
        "billing_mode": "PAY_PER_REQUEST",
        "global_secondary_indexes": [index("email")],
        "stream_specification": {"stream_view_type": "NEW_IMAGE"},
        "tags": TAGS,
        "time_to_live_specification": {"attribute_name": "expires"},
        "point_in_time_recovery_specification": {"point_in_time_recovery_enabled": True},
    }


def ask(plane: ControlPlane, operation: str, **parameters: Any) -> dict[str, Any]:
    status, document = plane.answer(operation, parameters)
    return document if status == 200 else {}


def state(plane: ControlPlane, name: str) -> Any:
    """Return the declared properties of a table as the control plane has them."""
    shown = ask(plane, "DescribeTable", TableName=name).get("Table")
    if shown is None:
        return None
    return (
        shown["TableStatus"],
        [(each["IndexName"], each["IndexStatus"]) for each in shown.get("GlobalSecondaryIndexes", ())],
        shown.get("StreamSpecification"),
        dict(plane.tables[name].tags),
        ask(plane, "DescribeTimeToLive", TableName=name)["TimeToLiveDescription"],
        plane.tables[name].pitr is not None,
    )


DECLARED = (
    "ACTIVE",
    [("by_email", "ACTIVE")],
    {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    TAGS,
    {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"},
    True,
)


def is_declared(plane: ControlPlane) -> bool:
    return all(state(plane, name) == DECLARED for name in ("users", "orders"))


def assert_clean_output(result: Result) -> None:
    for text in (result.out, result.err):
        assert "Traceback" not in text, text
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]|^::error", text, re.M), text
    assert result.code in (0, 1, 2), result
    if result.code == 1:
        assert result.err.strip(), "it fails without a message"
        assert len(result.err) < 20_000, "the message is too long"


class Hanging(BaseException):
    """Raised by the alarm; the code under test does not catch it."""


@contextmanager
def time_limit() -> Iterator[None]:
    """Raise an error in a call that hangs; if that does not end it, exit the process."""

    def late(signum: int, frame: object) -> None:
        raise Hanging(f"for more than {HANG} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(HANG)
    faulthandler.dump_traceback_later(3 * HANG, exit=True)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
        faulthandler.cancel_dump_traceback_later()
