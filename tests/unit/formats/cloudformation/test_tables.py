"""Test the tables of templates: SAM, CDK, conditions, and what is not managed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dynamotasks.formats.reading import load

from .templates import KEY, POLICY, load_template, problem_of, table, template

SAM = "AWS::Serverless-2016-10-31"


def notes_of(folder: Path, document: Any) -> list[str]:
    """Return the notes of a template without the file."""
    return [note.split(": ", 1)[1] for note in load_template(folder, document).notes]


def simple(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::Serverless::SimpleTable", "Properties": properties}


def test_a_simple_table_has_the_defaults_of_sam(tmp_path: Path) -> None:
    document = template(Orders={"Type": "AWS::Serverless::SimpleTable"}, Transform=SAM)
    (found,) = load_template(tmp_path, document).tables
    assert (found.name, found.billing_mode, found.managed_by) == ("Orders", "PAY_PER_REQUEST", "sam")
    assert [(attribute.name, attribute.type) for attribute in found.attributes] == [("id", "S")]


def test_a_simple_table_has_the_properties_of_globals(tmp_path: Path) -> None:
    resource = simple(
        TableName={"Ref": "AWS::Region"},
        PrimaryKey={"Name": "number", "Type": "Number"},
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": "2"},
        SSESpecification={"SSEType": "KMS"},
        Tags={"team": "shop"},
    )
    common = {"SimpleTable": {"SSESpecification": {"SSEEnabled": True}}}
    (found,) = load_template(tmp_path, template(Orders=resource, Globals=common)).tables
    assert (found.name, found.attributes[0].type, found.tags) == ("us-east-1", "N", {"team": "shop"})
    assert found.sse_specification is not None
    assert (found.sse_specification.enabled, found.sse_specification.sse_type) == (True, "KMS")
    assert found.billing_mode is None
    assert found.provisioned_throughput is not None


def test_a_template_of_the_cdk_belongs_to_the_cdk(tmp_path: Path) -> None:
    resource = {**table(), "Metadata": {"aws:cdk:path": "Shop/Orders/Resource"}}
    file = tmp_path / "Shop.template.json"
    file.write_text(json.dumps({"Resources": {"Orders9A2B": resource}}))
    (found,) = load(file, {}).tables
    assert (found.name, found.logical_id, found.managed_by) == ("Orders9A2B", "Orders9A2B", "cdk")


def test_other_templates_belong_to_cloudformation(tmp_path: Path) -> None:
    assert load_template(tmp_path, template()).tables[0].managed_by == "cloudformation"


@pytest.mark.parametrize("document", [{"Resources": {"Orders": table()}}, {"Orders": table()}])
def test_a_part_of_a_template_is_read(tmp_path: Path, document: Any) -> None:
    assert load_template(tmp_path, document).tables[0].name == "Orders"


def test_a_resource_with_a_false_condition_is_skipped_with_a_note(tmp_path: Path) -> None:
    document = template(Conditions={"Never": {"Fn::Equals": ["a", "b"]}})
    document["Resources"]["Items"] = {**table(), "Condition": "Never"}
    assert notes_of(tmp_path, document) == ["resource Items is skipped: condition Never is false"]


def test_an_unresolved_condition_is_assumed_true_with_a_note(tmp_path: Path) -> None:
    document = template(
        Orders={**table(), "Condition": "IsProd"},
        Parameters={"Stage": {"Type": "String"}},
        Conditions={"IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
    )
    (note,) = notes_of(tmp_path, document)
    assert note.startswith("resource Orders: assuming condition IsProd is true: parameter Stage has no default;")


def test_policies_autoscaling_and_nested_templates_are_noted_once(tmp_path: Path) -> None:
    resources = {
        "Orders": {**table(), "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"},
        "Scaling": {
            "Type": "AWS::ApplicationAutoScaling::ScalableTarget",
            "Properties": {"ServiceNamespace": "dynamodb", "ResourceId": {"Fn::Sub": "table/${Orders}"}},
        },
        "Other": {"Type": "AWS::ApplicationAutoScaling::ScalableTarget", "Properties": {"ServiceNamespace": "ecs"}},
        "Nested": {"Type": "AWS::Serverless::Application", "Properties": {"Location": "items/template.yaml"}},
    }
    assert notes_of(tmp_path, template(Resources=resources)) == [
        "resource Orders: DeletionPolicy and UpdateReplacePolicy are not managed",
        "resource Scaling: autoscaling of table/Orders is not managed",
        f"resource Nested: the template {tmp_path / 'items/template.yaml'} is not read; add --config"
        f" {tmp_path / 'items/template.yaml'} if it declares tables",
    ]


@pytest.mark.parametrize("kind", ["AWS::DynamoDB::Tabel", "AWS::Serverless::SimpleTabel"])
def test_a_misspelled_type_of_a_table_is_a_problem(tmp_path: Path, kind: str) -> None:
    problem = problem_of(tmp_path, template(Resources={"Orders": table(), "Items": {"Type": kind}}))
    assert problem.message == f"resource Items: unknown type {kind!r}"
    assert problem.hint.startswith("did you mean")


def test_a_hint_does_not_have_the_form_of_a_config(tmp_path: Path) -> None:
    keys = [{"AttributeName": "place", "KeyType": "HASH"}]
    index = {"IndexName": "by_place", "KeySchema": keys, "Projection": {"ProjectionType": "ALL"}}
    problem = problem_of(tmp_path, template(Orders=table(GlobalSecondaryIndexes=[index])))
    assert problem.hint == "declare the type of place in `AttributeDefinitions`"


def test_a_logical_id_that_is_too_short_for_a_name_is_extended(tmp_path: Path) -> None:
    other = table(TableName={"Fn::Sub": "copy-of-${DB}"})
    config = load_template(tmp_path, template(Resources={"DB": table(), "Copy": other}))
    assert [(found.name, found.logical_id) for found in config.tables] == [("DBTable", "DB"), ("copy-of-DBTable", None)]
    (note,) = config.notes
    assert "resource DB: 'DB' is too short for the name of a table; using 'DBTable'" in note


def test_nested_template_that_is_specified_is_not_noted(tmp_path: Path) -> None:
    nested = {"Type": "AWS::Serverless::Application", "Properties": {"Location": "./items.json"}}
    outer, inner = tmp_path / "template.json", tmp_path / "items.json"
    outer.write_text(json.dumps(template(Resources={"Orders": table(), "Nested": nested})))
    inner.write_text(json.dumps(template(Resources={"Items": table()})))
    assert load([outer, inner], {}).notes == ()


@pytest.mark.parametrize("location", ["https://example.com/a", {"Fn::Sub": "${Stage}.yaml"}, None])
def test_nested_template_at_an_unknown_path_is_noted(tmp_path: Path, location: Any) -> None:
    remote = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": location}}
    assert notes_of(tmp_path, template(Resources={"Orders": table(), "Items": remote})) == [
        "resource Items: its nested template is not read; add its file with --config if it declares tables"
    ]


def test_nested_template_of_the_cdk_is_noted_with_its_file(tmp_path: Path) -> None:
    remote = {"Type": "AWS::CloudFormation::Stack", "Metadata": {"aws:asset:path": "Items.nested.template.json"}}
    (note,) = notes_of(tmp_path, template(Resources={"Orders": table(), "Items": remote}))
    assert note.startswith(f"resource Items: the template {tmp_path / 'Items.nested.template.json'} is not read;")


@pytest.mark.parametrize("tag", [{"Key": "team"}, {"Value": "shop"}, "team"])
def test_incomplete_tag_is_a_problem(tmp_path: Path, tag: Any) -> None:
    problem = problem_of(tmp_path, template(Orders=table(Tags=[tag])))
    assert problem.message == "resource Orders: a tag without Key or Value"


@pytest.mark.parametrize("macro", ["Tagger", {"Name": "Tagger", "Parameters": {}}])
def test_macro_is_noted(tmp_path: Path, macro: Any) -> None:
    note = "macro Tagger runs only in AWS: what it changes is not read"
    assert notes_of(tmp_path, template(Transform=[SAM, macro])) == [note]
    assert notes_of(tmp_path, template(Transform=macro)) == [note]


def test_properties_that_are_not_managed_are_noted(tmp_path: Path) -> None:
    stream = {"StreamViewType": "NEW_IMAGE", "ResourcePolicy": {"PolicyDocument": {}}}
    resource = table(StreamSpecification=stream, ImportSourceSpecification={"InputFormat": "CSV"})
    assert notes_of(tmp_path, template(Orders=resource)) == [
        "resource Orders: StreamSpecification.ResourcePolicy is not managed",
        "resource Orders: ImportSourceSpecification is not managed",
    ]


def test_all_settings_of_a_table_are_read(tmp_path: Path) -> None:
    (found,) = load_template(
        tmp_path,
        template(
            Orders=table(
                ContributorInsightsSpecification={"Enabled": True, "Mode": "THROTTLED_KEYS"},
                DeletionProtectionEnabled="true",
                KinesisStreamSpecification={"StreamArn": "arn:aws:kinesis:us-east-1:000000000000:stream/orders"},
                OnDemandThroughput={"MaxReadRequestUnits": "10", "MaxWriteRequestUnits": 10},
                PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 7},
                ResourcePolicy={"PolicyDocument": POLICY},
                SSESpecification={"SSEEnabled": True, "KMSMasterKeyId": "alias/a", "SSEType": "KMS"},
                StreamSpecification={"StreamViewType": "NEW_IMAGE"},
                TableClass="STANDARD",
                TimeToLiveSpecification={"AttributeName": "expires", "Enabled": True},
                WarmThroughput={"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000},
            )
        ),
    ).tables
    assert found.contributor_insights_specification
    assert found.deletion_protection_enabled is True
    assert found.kinesis_stream_specification
    assert found.on_demand_throughput
    assert found.on_demand_throughput.max_read_request_units == 10
    assert found.point_in_time_recovery_specification
    assert found.resource_policy == POLICY
    assert found.sse_specification
    assert found.sse_specification.kms_master_key_id == "alias/a"
    assert found.stream_specification
    assert found.time_to_live_specification
    assert found.warm_throughput


def test_a_duplicate_key_in_a_table_is_a_problem_and_elsewhere_is_not(tmp_path: Path) -> None:
    text = json.dumps(template(Orders=table(TableClass="STANDARD")))
    text = text.replace('"Resources"', '"Outputs": {"A": {"Value": 1, "Value": 2}}, "Resources"')
    assert load_template(tmp_path, text).tables
    problem = problem_of(tmp_path, text.replace('"TableClass"', '"TableClass": "STANDARD", "TableClass"'))
    assert problem.message == "resource Orders: duplicate key 'TableClass'"


def test_open_properties_are_one_question(tmp_path: Path) -> None:
    resource = {"Type": "AWS::DynamoDB::Table", "Properties": {"Fn::Transform": {"Name": "AWS::Include"}}}
    problem = problem_of(tmp_path, template(Orders=resource))
    assert problem.message == "resource Orders: Properties: Fn::Transform runs only in AWS"


def test_resources_that_a_transform_adds_are_noted(tmp_path: Path) -> None:
    resources = {"Orders": table(), "Fn::Transform": {"Name": "AWS::Include"}}
    assert notes_of(tmp_path, template(Resources=resources)) == ["resources that Fn::Transform adds are not read"]


def test_no_value_leaves_a_property_out(tmp_path: Path) -> None:
    no_value = {"Ref": "AWS::NoValue"}
    (found,) = load_template(tmp_path, template(Orders=table(TableClass=no_value, Tags=no_value))).tables
    assert (found.table_class, found.tags) == (None, None)
    assert KEY["KeySchema"][0]["AttributeName"] == found.key_schema[0].attribute_name


def test_a_template_whose_tables_are_all_skipped_is_a_problem(tmp_path: Path) -> None:
    document = template(Orders={**table(), "Condition": "Never"}, Conditions={"Never": {"Fn::Equals": ["a", "b"]}})
    message = problem_of(tmp_path, document).message
    assert message == "no table to read: resource Orders is skipped: condition Never is false"


def test_a_template_with_only_nested_templates_names_them(tmp_path: Path) -> None:
    nested = {"Type": "AWS::Serverless::Application", "Properties": {"Location": "items/template.yaml"}}
    problem = problem_of(tmp_path, template(Orders=nested))
    assert problem.message == "this template itself declares no DynamoDB table"
    assert problem.hint == f"specify its nested templates: {tmp_path / 'items/template.yaml'}"
