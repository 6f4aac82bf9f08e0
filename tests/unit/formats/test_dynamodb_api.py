"""Test the tables of CreateTable requests and DescribeTable responses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dynamotasks.config import Config
from dynamotasks.errors import ConfigError
from dynamotasks.formats.reading import load
from dynamotasks.schema.table_spec import Encryption, PointInTimeRecovery, ProvisionedThroughput, TimeToLive

REQUEST: dict[str, Any] = {
    "TableName": "visits",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}
RESPONSE: dict[str, Any] = REQUEST | {
    "TableStatus": "ACTIVE",
    "CreationDateTime": "2026-01-02T03:04:05+00:00",
    "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
    "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST", "LastUpdateToPayPerRequestDateTime": 1.0},
    "TableClassSummary": {"TableClass": "STANDARD_INFREQUENT_ACCESS"},
    "WarmThroughput": {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "ACTIVE"},
    "DeletionProtectionEnabled": False,
    "ItemCount": 3,
    "TableArn": "arn:aws:dynamodb:eu-west-1:123456789012:table/visits",
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by_id",
            "IndexStatus": "ACTIVE",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
            "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
            "WarmThroughput": {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "ACTIVE"},
            "ItemCount": 0,
        }
    ],
}


def loaded(folder: Path, content: Any, name: str = "tables.json", **parameters: str) -> Config:
    file = folder / name
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return load(file, {}, parameters)


def problems_of(folder: Path, content: Any, name: str = "tables.json") -> list[str]:
    with pytest.raises(ConfigError) as error:
        loaded(folder, content, name)
    return [f"{found.line}:{found.column}: {found.message}; {found.hint}" for found in error.value.problems]


@pytest.mark.parametrize(
    "content",
    [
        REQUEST,
        [REQUEST],
        {"Table": REQUEST},
        {"Tables": [REQUEST]},
        {"tables": [REQUEST], "basePort": 8000},
        {"a test": {"recorded": {"description": {"Table": REQUEST}}}},
        {"visits": {key: part for key, part in REQUEST.items() if key != "TableName"}},
    ],
    ids=["one", "list", "Table", "Tables", "jest", "nested", "named by its key"],
)
def test_a_request_is_found_at_any_depth(content: Any, tmp_path: Path) -> None:
    (table,) = loaded(tmp_path, content).tables
    assert (table.name, table.key_schema[0].attribute_name, table.billing_mode) == ("visits", "id", None)


def test_a_response_has_the_settings_and_not_the_state(tmp_path: Path) -> None:
    config = loaded(tmp_path, {"Table": RESPONSE})
    (table,) = config.tables
    assert (table.billing_mode, table.table_class) == ("PAY_PER_REQUEST", "STANDARD_INFREQUENT_ACCESS")
    assert (table.provisioned_throughput, table.warm_throughput) == (None, None)
    assert [index.provisioned_throughput for index in table.global_secondary_indexes or ()] == [None]
    assert (table.deletion_protection_enabled, config.notes) == (False, ())


def test_a_response_without_a_billing_mode_is_provisioned(tmp_path: Path) -> None:
    units = {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 5, "WriteCapacityUnits": 6}
    response = REQUEST | {"TableStatus": "ACTIVE", "ProvisionedThroughput": units}
    (table,) = loaded(tmp_path, response).tables
    assert table.billing_mode == "PROVISIONED"
    assert table.provisioned_throughput == ProvisionedThroughput(read_capacity_units=5, write_capacity_units=6)


def test_encryption_of_a_response(tmp_path: Path) -> None:
    key = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    described = {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": key}
    (table,) = loaded(tmp_path, RESPONSE | {"SSEDescription": described}).tables
    assert table.sse_specification == Encryption(sse_type="KMS", kms_master_key_id=key)


def test_responses_beside_a_table_describe_its_settings(tmp_path: Path) -> None:
    documents = [
        {"Table": RESPONSE},
        {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}},
        {"Tags": [{"Key": "team", "Value": ""}]},
        {"Table": RESPONSE | {"TableName": "orders"}},
        {"ContinuousBackupsDescription": {"PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "ENABLED"}}},
    ]
    visits, orders = loaded(tmp_path, "\n".join(json.dumps(document, indent=2) for document in documents)).tables
    assert (visits.time_to_live_specification, visits.tags) == (TimeToLive(attribute_name="expires"), {"team": ""})
    assert (orders.tags, orders.point_in_time_recovery_specification) == (None, PointInTimeRecovery())


def test_items_in_a_migration_of_serverless_dynamodb_local_are_its_seed(tmp_path: Path) -> None:
    (visits,) = loaded(tmp_path, {"Table": REQUEST, "Seeds": [{"id": "a"}]}).tables
    assert visits.seed == (str(tmp_path / "tables.json"),)


def test_a_setting_that_names_no_table_is_noted(tmp_path: Path) -> None:
    tags = [{"Key": "team", "Value": "a"}]
    config = loaded(tmp_path, {"a": REQUEST, "b": REQUEST | {"TableName": "orders"}, "c": {"Tags": tags}})
    assert [note.partition(": ")[2] for note in config.notes] == [
        "Tags is not managed: the file does not name its table"
    ]


def test_output_after_a_command_line(tmp_path: Path) -> None:
    text = f"$ aws dynamodb describe-table --table-name visits\n{json.dumps({'Table': RESPONSE}, indent=4)}\n$ exit\n"
    assert [table.name for table in loaded(tmp_path, text, "visits.txt").tables] == ["visits"]


def test_output_with_a_mistake_is_not_read_in_part(tmp_path: Path) -> None:
    text = f"{json.dumps({'Table': RESPONSE})}\n{{'Table': 1}}\n"
    assert len(problems_of(tmp_path, text)) == 1


def test_documents_of_yaml(tmp_path: Path) -> None:
    text = f"{json.dumps(REQUEST)}\n---\n{json.dumps(REQUEST | {'TableName': 'orders'})}\n"
    assert [table.name for table in loaded(tmp_path, text, "tables.yaml").tables] == ["visits", "orders"]


def test_the_last_of_several_responses_counts(tmp_path: Path) -> None:
    config = loaded(tmp_path, [RESPONSE, RESPONSE | {"DeletionProtectionEnabled": True}])
    (table,) = config.tables
    assert table.deletion_protection_enabled
    assert "described more than once; the last response is used" in config.notes[0]


def test_two_requests_for_a_table_are_a_problem(tmp_path: Path) -> None:
    assert problems_of(tmp_path, [REQUEST, REQUEST])[0].startswith("1:160: duplicate table 'visits'")


def test_placeholders_of_a_snapshot(tmp_path: Path) -> None:
    table = RESPONSE | {"TableName": "<name:1>", "SSEDescription": {"Status": "ENABLED", "KMSMasterKeyArn": "<arn:1>"}}
    snapshot = {"tests/test_a.py::test_one[x]": {"create": {"TableDescription": table}, "content": {"Table": table}}}
    config = loaded(tmp_path, snapshot)
    assert [table.name for table in config.tables] == ["test_one-x"]
    assert "table '<name:1>': described more than once; the last response is used" in config.notes[0]
    assert "SSESpecification is not managed: placeholder <arn:1> has no value" in config.notes[1]
    assert [table.name for table in loaded(tmp_path, snapshot, **{"<name:1>": "visits"}).tables] == ["visits"]


def test_variables_come_from_parameters_and_the_environment(tmp_path: Path) -> None:
    request = REQUEST | {"TableName": "visits-${STAGE:-dev}"}
    assert loaded(tmp_path, request).tables[0].name == "visits-dev"
    assert loaded(tmp_path, request, STAGE="test").tables[0].name == "visits-test"
    (problem,) = problems_of(tmp_path, REQUEST | {"TableName": "${TABLE}"})
    assert "TableName: environment variable TABLE is not set; export it, or add --param TABLE=VALUE" in problem


def test_blank_entries_of_a_skeleton_are_skipped(tmp_path: Path) -> None:
    text = """\
AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
TableName: visits
KeySchema: [{AttributeName: id, KeyType: HASH}]
LocalSecondaryIndexes:
- IndexName: ''
  KeySchema: [{AttributeName: '', KeyType: HASH}]
  Projection: {ProjectionType: INCLUDE, NonKeyAttributes: ['']}
BillingMode: PROVISIONED
ProvisionedThroughput: {ReadCapacityUnits: "5", WriteCapacityUnits: "5"}
SSESpecification: {Enabled: true, SSEType: KMS, KMSMasterKeyId: ''}
Tags: [{Key: '', Value: ''}]
WarmThroughput: {ReadUnitsPerSecond: 0, WriteUnitsPerSecond: 0}
ResourcePolicy: ''
OnDemandThroughput: {MaxReadRequestUnits: 0, MaxWriteRequestUnits: 0}
"""
    config = loaded(tmp_path, text, "skeleton.yaml")
    (table,) = config.tables
    assert (table.local_secondary_indexes, table.tags, table.warm_throughput, table.resource_policy) == (None,) * 4
    assert table.sse_specification == Encryption(sse_type="KMS")
    assert table.provisioned_throughput == ProvisionedThroughput(read_capacity_units=5, write_capacity_units=5)


def test_what_is_not_managed_is_noted(tmp_path: Path) -> None:
    config = loaded(tmp_path, {"Table": RESPONSE | {"Replicas": [{"RegionName": "eu-west-2"}]}})
    assert "table 'visits': Replicas is not managed" in config.notes[0]


def test_zero_units_without_a_billing_mode_are_on_demand(tmp_path: Path) -> None:
    units = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
    (table,) = loaded(tmp_path, REQUEST | {"ProvisionedThroughput": units}).tables
    assert (table.billing_mode, table.provisioned_throughput) == ("PAY_PER_REQUEST", None)


def test_an_index_that_is_being_deleted_is_skipped(tmp_path: Path) -> None:
    (index,) = RESPONSE["GlobalSecondaryIndexes"]
    indexes = [index, index | {"IndexName": "old", "IndexStatus": "DELETING"}]
    (table,) = loaded(tmp_path, RESPONSE | {"GlobalSecondaryIndexes": indexes}).tables
    assert [found.index_name for found in table.global_secondary_indexes or ()] == ["by_id"]


def test_quoted_json_of_a_command_is_no_document(tmp_path: Path) -> None:
    command = '$ aws dynamodb create-table --key-schema "[\n  {\n    \\"AttributeName\\": \\"id\\"\n  }\n]"\n'
    text = command + json.dumps({"TableDescription": RESPONSE}, indent=4)
    assert [table.name for table in loaded(tmp_path, text, "visits.txt").tables] == ["visits"]


def test_a_table_without_a_name_is_one_problem(tmp_path: Path) -> None:
    request = {key: part for key, part in REQUEST.items() if key != "TableName"}
    expected = "table: TableName: the file does not name the table; add the name"
    assert problems_of(tmp_path, request) == [f"1:1: {expected}"]
    assert problems_of(tmp_path, request | {"TableName": ""}) == [f"1:134: {expected}"]


def test_half_of_a_surrogate_pair_is_a_problem_of_each_name(tmp_path: Path) -> None:
    text = json.dumps(REQUEST | {"TableName": "visits\ud800"}, indent=1).replace('"id"', r'"\udc00"')
    (tmp_path / "visits.json").write_text(text)
    with pytest.raises(ConfigError, match="contains half of a surrogate pair") as raised:
        load(tmp_path / "visits.json")
    assert {problem.line for problem in raised.value.problems} == {2, 5, 11}
