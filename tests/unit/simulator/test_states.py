"""States other than TableStatus: encryption, warm throughput, replicas; and denied operations."""

from __future__ import annotations

import pytest

from dynamotasks.errors import CallError
from tests.simulator.calls import (
    DECRYPT,
    DELETE,
    ENCRYPT,
    IN_USE,
    INDEXED,
    KMS,
    START_STREAM,
    TABLE,
    WARM,
    Simulation,
    create,
    on,
    update,
    warmer,
)

pytestmark = pytest.mark.newest_boto3


def encryption(simulation: Simulation) -> tuple[str, str | None]:
    table = simulation.table()
    return table["TableStatus"], table.get("SSEDescription", {}).get("Status")


def test_changing_encryption_shows_its_direction(simulation: Simulation) -> None:
    simulation.plane.sse_change, simulation.plane.sse_by_change = 30, True
    simulation.run(TABLE, 120, ENCRYPT)
    assert encryption(simulation) == ("ACTIVE", "ENABLING")
    simulation.run(30, update(SSESpecification={**KMS, "KMSMasterKeyId": "other"}))
    assert encryption(simulation) == ("ACTIVE", "UPDATING")
    simulation.run(30)
    assert encryption(simulation) == ("ACTIVE", "ENABLED")
    simulation.run(DECRYPT)
    assert encryption(simulation) == ("ACTIVE", "DISABLING")
    simulation.run(30)
    assert encryption(simulation) == ("ACTIVE", None)


def test_encryption_of_a_new_table_can_finish_after_the_table(simulation: Simulation) -> None:
    simulation.plane.sse_change, simulation.plane.sse_by_change = 30, True
    simulation.run(create(SSESpecification=KMS))
    assert encryption(simulation) == ("CREATING", "ENABLING")
    simulation.run(10)
    assert encryption(simulation) == ("ACTIVE", "ENABLING")
    simulation.run(30)
    assert encryption(simulation) == ("ACTIVE", "ENABLED")


def test_warm_throughput_of_a_table_has_a_status(simulation: Simulation) -> None:
    simulation.plane.warming = 30
    simulation.run(TABLE, 120, update(WarmThroughput=WARM))
    assert (simulation.statuses(), simulation.table()["WarmThroughput"]["Status"]) == (("ACTIVE",), "UPDATING")
    simulation.keeps([29], DELETE, IN_USE, "in the process of being updated")
    simulation.run(1)
    assert simulation.table()["WarmThroughput"]["Status"] == "ACTIVE"


def test_warm_throughput_of_an_index_has_a_status(simulation: Simulation) -> None:
    simulation.plane.warming = 30
    simulation.run(INDEXED, 120, update(GlobalSecondaryIndexUpdates=[warmer()]))
    for seconds, index, warm in ((0, "UPDATING", "UPDATING"), (5, "ACTIVE", "UPDATING"), (25, "ACTIVE", "ACTIVE")):
        simulation.run(seconds)
        (shown,) = simulation.table()["GlobalSecondaryIndexes"]
        assert (shown["IndexStatus"], shown["WarmThroughput"]["Status"]) == (index, warm)


def test_replicas_follow_their_table(simulation: Simulation) -> None:
    simulation.plane.replica_lag = 20
    simulation.run(TABLE, 120)
    assert "Replicas" not in simulation.table()
    simulation.plane.replicate("users", "eu-west-1")
    assert simulation.table()["GlobalTableVersion"] == "2019.11.21"
    assert simulation.table()["Replicas"] == [{"RegionName": "eu-west-1", "ReplicaStatus": "ACTIVE"}]
    simulation.run(START_STREAM, 24)
    assert simulation.statuses() == ("ACTIVE",)
    assert simulation.table()["Replicas"] == [{"RegionName": "eu-west-1", "ReplicaStatus": "UPDATING"}]
    simulation.run(1)
    assert simulation.table()["Replicas"] == [{"RegionName": "eu-west-1", "ReplicaStatus": "ACTIVE"}]
    simulation.plane.replicate("users", "eu-west-1", status="REGION_DISABLED")
    assert simulation.table()["Replicas"] == [{"RegionName": "eu-west-1", "ReplicaStatus": "REGION_DISABLED"}]


def test_denied_calls_name_the_action(simulation: Simulation) -> None:
    simulation.run(TABLE, 120)
    simulation.plane.deny("DescribeTimeToLive", "ListTagsOfResource")
    with pytest.raises(CallError, match="missing permission dynamodb:DescribeTimeToLive") as refused:
        simulation.run(on("DescribeTimeToLive"))
    assert refused.value.code == "AccessDeniedException"
    assert simulation.statuses() == ("ACTIVE",)
