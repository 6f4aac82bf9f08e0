"""Test global tables in templates: the settings of one Region."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dynamotasks.schema.table_spec import Encryption, OnDemandThroughput, ProvisionedThroughput

from .templates import KEY, POLICY, load_template, problem_of, template

SCALED = {"MinCapacity": 5, "MaxCapacity": 50, "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 70}}
INDEX = {
    "IndexName": "by_id",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}


def global_table(*replicas: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """Return a template with one global table."""
    resource = {"Type": "AWS::DynamoDB::GlobalTable", "Properties": {**KEY, "Replicas": list(replicas), **properties}}
    return template(Orders=resource)


def test_the_replica_of_the_region_has_the_settings(tmp_path: Path) -> None:
    other = {"Region": "us-east-1", "TableClass": "STANDARD_INFREQUENT_ACCESS"}
    replica = {
        "Region": "eu-west-1",
        "TableClass": "STANDARD",
        "DeletionProtectionEnabled": True,
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "ContributorInsightsSpecification": {"Enabled": True},
        "SSESpecification": {"KMSMasterKeyId": "alias/orders"},
        "Tags": [{"Key": "team", "Value": "shop"}],
        "ReadOnDemandThroughputSettings": {"MaxReadRequestUnits": 20},
        "ResourcePolicy": {"PolicyDocument": POLICY},
    }
    document = global_table(
        other,
        replica,
        SSESpecification={"SSEEnabled": True, "SSEType": "KMS"},
        WriteOnDemandThroughputSettings={"MaxWriteRequestUnits": 10},
    )
    config = load_template(tmp_path, document, variables={"AWS_REGION": "eu-west-1"})
    (table,) = config.tables
    assert (table.name, table.table_class, table.deletion_protection_enabled) == ("Orders", "STANDARD", True)
    assert table.tags == {"team": "shop"}
    assert table.sse_specification == Encryption(sse_type="KMS", kms_master_key_id="alias/orders")
    assert table.on_demand_throughput == OnDemandThroughput(max_read_request_units=20, max_write_request_units=10)
    assert table.resource_policy == POLICY
    assert [note.split(": ", 1)[1] for note in config.notes] == ["resource Orders: replicas are not managed: us-east-1"]


def test_the_minimum_of_autoscaling_is_the_capacity(tmp_path: Path) -> None:
    replica = {
        "Region": "us-east-1",
        "ReadProvisionedThroughputSettings": {"ReadCapacityUnits": 7},
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "by_id",
                "ReadProvisionedThroughputSettings": {"ReadCapacityAutoScalingSettings": SCALED},
                "ContributorInsightsSpecification": {"Enabled": True},
            }
        ],
    }
    write = {"WriteProvisionedThroughputSettings": {"WriteCapacityAutoScalingSettings": SCALED}}
    document = global_table(replica, BillingMode="PROVISIONED", GlobalSecondaryIndexes=[{**INDEX, **write}], **write)
    config = load_template(tmp_path, document)
    (table,) = config.tables
    assert table.provisioned_throughput == ProvisionedThroughput(read_capacity_units=7, write_capacity_units=5)
    (index,) = table.global_secondary_indexes or ()
    assert index.provisioned_throughput == ProvisionedThroughput(read_capacity_units=5, write_capacity_units=5)
    assert index.contributor_insights_specification is not None
    assert len(config.notes) == 1
    assert "autoscaling is not managed; its minimum is used as capacity" in config.notes[0]


def test_without_a_replica_in_the_region_the_first_one_counts(tmp_path: Path) -> None:
    config = load_template(tmp_path, global_table({"Region": "eu-west-1", "DeletionProtectionEnabled": True}))
    assert config.tables[0].deletion_protection_enabled
    assert "resource Orders has no replica in us-east-1: the settings in eu-west-1 apply" in config.notes[0]


def test_what_only_global_tables_have_is_noted(tmp_path: Path) -> None:
    document = global_table({"Region": "us-east-1"}, MultiRegionConsistency="STRONG")
    assert "resource Orders: MultiRegionConsistency is not managed" in load_template(tmp_path, document).notes[0]


def test_unknown_setting_of_a_replica_is_noted(tmp_path: Path) -> None:
    document = global_table({"Region": "us-east-1", "ReplicaStreamSpecification": {"ResourcePolicy": {}}})
    (note,) = load_template(tmp_path, document).notes
    assert note.endswith("resource Orders: ReplicaStreamSpecification of a replica is not managed")


def test_open_capacity_is_a_question(tmp_path: Path) -> None:
    settings = {"WriteCapacityAutoScalingSettings": {"MinCapacity": {"Ref": "Minimum"}}}
    replica = {"Region": "us-east-1", "ReadProvisionedThroughputSettings": {"ReadCapacityUnits": {"Ref": "Minimum"}}}
    document = global_table(replica, BillingMode="PROVISIONED", WriteProvisionedThroughputSettings=settings)
    problem = problem_of(tmp_path, document)
    assert problem.hint == "add --param Minimum=VALUE"
    assert "ReadCapacityUnits" in problem.message
    capacity = load_template(tmp_path, document, {"Minimum": "3"}).tables[0].provisioned_throughput
    assert capacity == ProvisionedThroughput(read_capacity_units=3, write_capacity_units=3)
