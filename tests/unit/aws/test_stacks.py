"""Test that tables without names in their template have those of the CloudFormation stack."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.httpsession import URLLib3Session
from botocore.session import Session
from moto.server import ThreadedMotoServer

import dynamotasks
from dynamotasks.aws.stacks import table_names
from dynamotasks.aws.target import Target
from dynamotasks.errors import TargetError, UsageError

TEMPLATE = {
    "Resources": {
        "Orders": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "BillingMode": "PAY_PER_REQUEST",
            },
        }
    }
}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Return the endpoint of a server with the stack `shop`."""
    server = ThreadedMotoServer(port=0)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    session = boto3.Session("test", "test", region_name="eu-west-1")
    client = session.client("cloudformation", endpoint_url=url)
    client.create_stack(StackName="shop", TemplateBody=json.dumps(TEMPLATE))
    yield url
    server.stop()


@pytest.fixture
def configs(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[dynamotasks.Config, ...]:
    """Return the template with the stack, with one that does not exist, and with none."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    (tmp_path / "template.json").write_text(json.dumps(TEMPLATE))
    return tuple(config(tmp_path, server, stack) for stack in ("shop", "shopp", None))


def config(folder: Path, endpoint: str, stack: str | None) -> dynamotasks.Config:
    """Return the template with an environment `prod` that has a stack."""
    file = folder / "environments.json"
    entry = {"endpoint": endpoint, "region": "eu-west-1", "credentials": "chain", "stack": stack}
    environment = {key: value for key, value in entry.items() if value}
    file.write_text(json.dumps({"environments": {"prod": environment}}))
    return dynamotasks.load([folder / "template.json", file])


def test_the_stack_has_the_names_of_tables(configs: tuple[dynamotasks.Config, ...]) -> None:
    with dynamotasks.connect(configs[0], "prod") as database:
        plan = dynamotasks.plan(configs[0], database)
        assert plan.in_sync
        assert plan.tables[0].table.startswith("shop-Orders-")
        with pytest.raises(UsageError, match="CloudFormation manages this table"):
            list(dynamotasks.apply(dynamotasks.plan_reset(configs[0], database), database, allow_destructive=True))


def test_an_unknown_stack_is_named(configs: tuple[dynamotasks.Config, ...]) -> None:
    with dynamotasks.connect(configs[1], "prod") as database, pytest.raises(TargetError, match="shopp"):
        dynamotasks.plan(configs[1], database)


def test_a_generated_name_requires_a_stack(configs: tuple[dynamotasks.Config, ...]) -> None:
    with dynamotasks.connect(configs[2], "prod") as database, pytest.raises(UsageError) as error:
        dynamotasks.plan(configs[2], database)
    assert "add --stack NAME" in str(error.value)


def answer(resources: str, token: str = "") -> bytes:
    """Return a response of ListStackResources."""
    more = f"<NextToken>{token}</NextToken>" if token else ""
    result = f"<StackResourceSummaries>{resources}</StackResourceSummaries>{more}"
    return f"<ListStackResourcesResponse><R>{result}</R></ListStackResourcesResponse>".replace(
        "R>", "ListStackResourcesResult>"
    ).encode()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (answer("", "again"), "ListStackResources returned more than 100 pages"),
        (
            answer("<member><ResourceType>AWS::DynamoDB::Table</ResourceType></member>"),
            "stack shop has no table Orders",
        ),
        (b"<a>", "a response that is not XML"),
    ],
)
def test_a_response_of_another_server_is_one_error(
    content: bytes, expected: str, configs: tuple[dynamotasks.Config, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def respond(session: object, request: object) -> AWSResponse:
        raw = BytesIO(content)
        return AWSResponse("http://127.0.0.1", 200, HTTPHeaders(), SimpleNamespace(stream=lambda: iter([raw.read()])))

    monkeypatch.setattr(URLLib3Session, "send", respond)
    with dynamotasks.connect(configs[0], "prod") as database, pytest.raises((TargetError, UsageError), match=expected):
        dynamotasks.declared_tables(configs[0], database)


def test_credentials_are_not_sent_to_another_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDFORMATION", "http://127.0.0.1:1")
    target = Target(env="prod", region="eu-west-1", credentials="chain", stack="shop")
    with pytest.raises(TargetError, match="because of CloudFormation's endpoint"):
        table_names(Session(), target, "shop")
