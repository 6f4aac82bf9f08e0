"""The HTTP server of the simulator, and its faults."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dynamotasks.aws.client import Database
from dynamotasks.aws.sessions import RetryLimits
from dynamotasks.aws.target import Target
from dynamotasks.errors import CallError, TargetError
from dynamotasks.schema.serialization import Call
from tests.simulator import ControlPlane, DirectDatabase, Faults, control_plane
from tests.simulator.calls import DELETE, TABLE, Simulation, create, on

pytestmark = pytest.mark.newest_boto3


@pytest.fixture
def wire() -> Iterator[tuple[ControlPlane, Database]]:
    """Yield a served plane and a client without retries."""
    with control_plane() as plane:
        target = Target(env="x", endpoint=plane.endpoint, credentials="dummy")
        database = Database(target, RetryLimits(connect=5, read=5, attempts=1))
        yield plane, database
        database.close()


def test_server_returns_the_responses_of_the_plane(wire: tuple[ControlPlane, Database]) -> None:
    plane, database = wire
    for each in (database, DirectDatabase(plane)):
        with pytest.raises(CallError) as refused:
            each.call(DELETE)
        assert str(refused.value) == (
            "DeleteTable: Requested resource not found: Table: users not found (ResourceNotFoundException)"
        )
    assert plane.calls == [("DeleteTable", {"TableName": "users"})] * 2
    database.call(TABLE)
    shown = [each.call(on("DescribeTable"))["Table"] for each in (database, DirectDatabase(plane))]
    assert shown[0] == shown[1]


@pytest.mark.parametrize(
    ("faults", "words"),
    [(Faults(throttles=1), "ThrottlingException"), (Faults(errors=1), "InternalServerError")],
)
def test_refused_requests_have_no_effect(faults: Faults, words: str, wire: tuple[ControlPlane, Database]) -> None:
    plane, database = wire
    plane.faults = faults
    with pytest.raises(CallError, match=words):
        database.call(TABLE)
    assert plane.tables == {}


def test_reset_connection_may_follow_the_operation(wire: tuple[ControlPlane, Database]) -> None:
    plane, database = wire
    plane.faults = Faults(resets=1, seed=1)
    for number in range(20):
        with pytest.raises(TargetError):
            database.call(create(TableName=f"table{number}"))
    assert 0 < len(plane.tables) < 20


def test_same_seed_gives_same_faults() -> None:
    def faults(seed: int) -> list[str | None]:
        drawing = Faults(throttles=0.1, errors=0.1, resets=0.1, seed=seed)
        return [drawing.draw() for _ in range(500)]

    assert faults(7) == faults(7) != faults(8)
    assert set(faults(7)) == {"throttle", "error", "reset before", "reset after", None}
    assert 310 < faults(7).count(None) < 390


def test_responses_can_be_prescribed(simulation: Simulation) -> None:
    plane = simulation.plane
    plane.errors["ListTables"] = [(500, "InternalServerError", "try again")]
    plane.forever["DescribeTable"] = (400, "AccessDeniedException", "no")
    for call, code in ((Call("ListTables", {}), "InternalServerError"), (on("DescribeTable"), "AccessDeniedException")):
        with pytest.raises(CallError) as refused:
            simulation.run(call)
        assert refused.value.code == code
    simulation.run(Call("ListTables", {}))
    assert [operation for operation, _ in plane.calls] == ["ListTables", "DescribeTable", "ListTables"]
