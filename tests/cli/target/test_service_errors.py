"""Errors of AWS and the network: one message with a hint, without a traceback."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from dynamotasks.aws.client import Database
from dynamotasks.aws.sessions import RetryLimits
from dynamotasks.aws.target import Target
from dynamotasks.errors import TargetError
from tests.simulator import ControlPlane
from tests.support.running import Project

TABLES = {
    "tables": [
        {
            "name": name,
            "attributes": [{"name": "id", "type": "S"}],
            "key_schema": [{"attribute_name": "id", "key_type": "HASH"}],
        }
        for name in ("users", "orders")
    ],
    # an account of one's own cannot be had in a test: its endpoint and credential chain are declared
    "environments": {"prod": {"endpoint": "${PLANE}", "credentials": "chain"}},
}


@pytest.fixture
def aws_project(project: Project, plane: ControlPlane) -> Project:
    project.write("tables_config.json", json.dumps(TABLES))
    project.variables.update(
        PLANE=plane.endpoint,
        AWS_ACCESS_KEY_ID="AKID",
        AWS_SECRET_ACCESS_KEY="secret",
        DYNAMOTASKS_ENV="prod",
        AWS_CONFIG_FILE=str(project.root / "aws-config"),
        AWS_SHARED_CREDENTIALS_FILE=str(project.root / "aws-credentials"),
    )
    return project


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ExpiredTokenException", ["have expired", "aws sso login"]),
        ("UnrecognizedClientException", ["does not recognize this access key", "--profile"]),
        ("InvalidSignatureException", ["secret access key", "clock"]),
        ("MissingAuthenticationTokenException", ["requires other credentials"]),
    ],
)
def test_rejected_credentials_are_explained(
    code: str, words: list[str], aws_project: Project, plane: ControlPlane
) -> None:
    plane.forever["ListTables"] = (400, code, "The security token included in the request is not good")
    aws_project.call("list").fails(*words, plane.endpoint)


def test_missing_credentials_are_an_error(aws_project: Project) -> None:
    aws_project.call("list", AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="").fails(
        "no AWS credentials found", "aws configure", "--profile", "omit --env"
    )


def test_incomplete_credentials_are_an_error(aws_project: Project) -> None:
    aws_project.call("list", AWS_SECRET_ACCESS_KEY="").fails("incomplete AWS credentials", "AWS_SECRET_ACCESS_KEY")


def test_invalid_aws_config_names_its_file(aws_project: Project) -> None:
    aws_project.write("aws-config", "no ini file\n")
    aws_project.call("list").fails("Unable to parse config file", "aws-config", "AWS_CONFIG_FILE")


def test_error_with_json_is_one_document(aws_project: Project, plane: ControlPlane) -> None:
    plane.forever["ListTables"] = (400, "ExpiredTokenException", "old")
    failed = aws_project.call("list", "--json").fails()
    assert failed.json["ok"] is False
    assert "have expired" in failed.json["error"]["message"]


def test_hint_names_the_console_command(project: Project) -> None:
    project.write("tables_config.json", json.dumps(TABLES))
    refused = project.run("dynamotasks", "list", "--endpoint", "http://127.0.0.1:9", variables={"PLANE": "http://x:1"})
    refused.fails("start it with `dynamotasks up`")


def test_unknown_profile_lists_available_profiles(aws_project: Project) -> None:
    aws_project.write("aws-config", "[profile staging]\nregion = eu-west-1\n")
    aws_project.call("list", "--profile", "stagging").fails(
        "unknown AWS profile 'stagging'", "available profiles: staging"
    )


def test_access_denied_names_the_missing_permission(aws_project: Project, plane: ControlPlane) -> None:
    message = "User: arn:aws:iam::1:user/x is not authorized to perform: dynamodb:ListTables on resource: *"
    plane.forever["ListTables"] = (400, "AccessDeniedException", message)
    aws_project.call("list").fails("access denied: missing permission dynamodb:ListTables", "request an IAM policy")


def test_list_shows_only_names_without_describe_permission(aws_project: Project, plane: ControlPlane) -> None:
    aws_project.call("migrate").ok()
    plane.forever["DescribeTable"] = (400, "AccessDeniedException", "no")
    listed = aws_project.call("list").ok()
    assert [line.split()[0] for line in listed.out.splitlines()] == ["TABLE", "orders", "users"]
    assert "only names are shown: access denied: missing permission dynamodb:DescribeTable" in listed.err
    assert aws_project.call("list", "--json").json["tables"] == [{"name": "orders"}, {"name": "users"}]


def test_migrate_works_without_list_permission(aws_project: Project, plane: ControlPlane) -> None:
    plane.forever["ListTables"] = (400, "AccessDeniedException", "no")
    assert "2 tables created" in aws_project.call("migrate").ok().out
    assert "2 unchanged" in aws_project.call("migrate").ok().out


def test_missing_table_is_named_without_list_permission(aws_project: Project, plane: ControlPlane) -> None:
    plane.forever["ListTables"] = (400, "AccessDeniedException", "no")
    aws_project.call("dump", "--table", "order").fails("no such table: order", "see `dynamotasks list`")


def test_failed_table_does_not_stop_others(aws_project: Project, plane: ControlPlane) -> None:
    plane.errors["CreateTable"] = [(400, "AccessDeniedException", "no")]
    run = aws_project.call("migrate").fails(
        "create table failed: access denied: missing permission dynamodb:CreateTable"
    )
    assert "1 table created, 1 failed" in run.out
    # the next run finishes it
    assert "1 table created, 1 unchanged" in aws_project.call("migrate").ok().out


def test_json_contains_failures(aws_project: Project, plane: ControlPlane) -> None:
    plane.errors["CreateTable"] = [(400, "ValidationException", "One or more parameter values were invalid")]
    run = aws_project.call("migrate", "--json").fails()
    assert run.json["ok"] is False
    assert sorted(table["operations"][0]["result"] for table in run.json["tables"]) == ["done", "failed"]


def test_unresolvable_host_is_an_error(aws_project: Project) -> None:
    aws_project.call("list", "--endpoint", "http://no-such-host.invalid:8000").fails("does not resolve", "spelling")


def test_https_to_a_plain_http_port_is_an_error(aws_project: Project, plane: ControlPlane) -> None:
    aws_project.call("list", "--endpoint", plane.endpoint.replace("http:", "https:")).fails("TLS failed", "http://")


def test_invalid_endpoint_is_an_error(aws_project: Project) -> None:
    aws_project.call("list", "--endpoint", "localhost:8000").fails("invalid endpoint", "http://host:port")


def test_other_server_is_an_error(aws_project: Project, plane: ControlPlane) -> None:
    plane.forever["ListTables"] = (404, "Not Found", "<html>")
    aws_project.call("list").fails("not a response from DynamoDB", "another server may be listening there")


def test_timeout_is_an_error(plane: ControlPlane) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        database = Database(
            Target(env="x", endpoint=endpoint, credentials="dummy"), RetryLimits(connect=1, read=1, attempts=1)
        )
        with pytest.raises(TargetError, match="the request timed out"):
            list(database.table_names())


def test_closed_port_is_reported_without_retries(project: Project, tmp_path: Path) -> None:
    """With botocore's retries this would take many seconds."""
    project.write("tables_config.json", json.dumps(TABLES))
    project.variables["PLANE"] = "http://unused:1"
    for task in (["list"], ["status"], ["migrate"], ["reset"], ["describe"]):
        refused = project.call(*task, "--endpoint", "http://127.0.0.1:9")
        refused.fails("http://127.0.0.1:9: connection refused", "start it with `dynamotasks up`")
