"""Endpoint URLs: which are valid, AWS's own, or on this machine; and Regions and accounts in names."""

from __future__ import annotations

import pytest

from dynamotasks.aws.client import account_in_arn
from dynamotasks.aws.endpoints import (
    endpoint_problem,
    in_aws_domain,
    inherited_endpoint_error,
    is_aws,
    is_loopback,
    redact_credentials,
)
from dynamotasks.aws.regions import is_region, region_from_variables
from dynamotasks.errors import UsageError


@pytest.mark.parametrize(
    "endpoint", ["http://localhost:8000", "https://[::1]:1/", "http://h", "http://[fe80::1%25eth0]:8"]
)
def test_valid_endpoint_has_no_problem(endpoint: str) -> None:
    assert endpoint_problem(endpoint) is None


@pytest.mark.parametrize(
    "endpoint", ["localhost:8000", "http://", "http://h:99999", "http://h:0", "ftp://h", "http://a b", ""]
)
def test_invalid_endpoint_is_repeated_with_the_expected_form(endpoint: str) -> None:
    problem = endpoint_problem(endpoint)
    assert problem
    assert problem.what == f"invalid endpoint {endpoint!r}"
    assert "http://host:port" in problem.hint


def test_password_in_an_endpoint_is_not_repeated() -> None:
    problem = endpoint_problem("http://user:secret@h:1")
    assert problem
    assert problem.what == "endpoint 'http://***@h:1' contains credentials"
    assert redact_credentials("Invalid: user:secret@h") == "***@h"


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://dynamodb.eu-west-1.amazonaws.com",
        "https://dynamodb-fips.us-gov-west-1.amazonaws.com",
        "https://123456789012.ddb.us-east-1.amazonaws.com",
        "https://dynamodb.cn-north-1.amazonaws.com.cn",
        "https://vpce-1-x.dynamodb.us-east-1.vpce.amazonaws.com",
    ],
)
def test_endpoint_of_dynamodb_is_aws(endpoint: str) -> None:
    assert is_aws(endpoint)
    assert in_aws_domain(endpoint)
    assert not is_loopback(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://dynamodb.s3.us-east-1.amazonaws.com",
        "https://dynamodb.eu-west-1.amazonaws.com.evil.example",
        "http://dynamodb:8000",
        "http://[",
    ],
)
def test_similar_endpoint_is_not_aws(endpoint: str) -> None:
    assert not is_aws(endpoint)


def test_sts_is_in_a_domain_of_aws() -> None:
    assert in_aws_domain("https://sts.eu-west-1.amazonaws.com")
    assert not in_aws_domain("https://amazonaws.com.example")


@pytest.mark.parametrize(
    "endpoint", ["http://localhost", "http://db.localhost:1", "http://127.9.9.9", "http://[::1]", "http://0.0.0.0:1"]
)
def test_endpoint_on_this_machine_is_loopback(endpoint: str) -> None:
    assert is_loopback(endpoint)


@pytest.mark.parametrize("endpoint", [None, "", "http://no-such-host.invalid", "http://192.0.2.1"])
def test_endpoint_elsewhere_is_not_loopback(endpoint: str | None) -> None:
    assert not is_loopback(endpoint)


def test_inherited_endpoint_error_names_source_and_ways_out() -> None:
    error = inherited_endpoint_error("prod", "http://127.0.0.1:1", "AWS_ENDPOINT_URL", "unset AWS_ENDPOINT_URL")
    assert (
        "prod would connect to http://127.0.0.1:1, an engine on this machine, because of AWS_ENDPOINT_URL" in error.what
    )
    assert "unset AWS_ENDPOINT_URL" in str(error.hint)
    assert "--endpoint http://127.0.0.1:1" in str(error.hint)


@pytest.mark.parametrize(
    ("text", "of_aws", "of_engines"),
    [
        ("eu-west-1", True, True),
        ("us-gov-west-1", True, True),
        ("local", False, True),
        ("EU", False, False),
        ("a--b", False, False),
    ],
)
def test_engines_accept_regions_that_aws_does_not_have(text: str, of_aws: bool, of_engines: bool) -> None:
    assert is_region(text) is of_aws
    assert is_region(text, named=False) is of_engines


def test_aws_region_precedes_aws_default_region() -> None:
    both = {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-2"}
    assert region_from_variables(both, dummy=False) == "eu-west-1"
    assert region_from_variables({"AWS_REGION": ""}, dummy=False) is None
    assert region_from_variables({}, dummy=True) == "us-east-1"


def test_invalid_region_names_its_variable() -> None:
    with pytest.raises(UsageError, match="AWS_DEFAULT_REGION: invalid AWS Region 'x y'"):
        region_from_variables({"AWS_DEFAULT_REGION": "x y"}, dummy=True)


@pytest.mark.parametrize(
    ("arn", "account"),
    [
        ("arn:aws:dynamodb:eu-west-1:123456789012:table/users", "123456789012"),
        ("arn:aws:dynamodb:ddblocal::x", None),
        ("", None),
    ],
)
def test_account_in_arn(arn: str, account: str | None) -> None:
    assert account_in_arn(arn) == account
