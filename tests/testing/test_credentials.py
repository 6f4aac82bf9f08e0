"""No provider of credentials that botocore has finds real ones while the variables of a run are set."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import botocore.session
import pytest
from botocore.credentials import create_credential_resolver
from botocore.utils import get_token_from_environment

from dynamotasks.testing.environment import SdkEnvironment

ENDPOINT = "http://127.0.0.1:1"
KEY_FILE = "AWSAccessKeyId=AKIAREAL\nAWSSecretKey=real\n"
BOTO_FILE = "[Credentials]\naws_access_key_id = AKIAREAL\naws_secret_access_key = real\n"
PROFILE = "[{}]\naws_access_key_id = AKIAREAL\naws_secret_access_key = real\n"
REAL = {
    "AWS_ACCESS_KEY_ID": "AKIAREAL",
    "AWS_SECRET_ACCESS_KEY": "real",
    "AWS_ACCESS_KEY": "AKIAREAL",
    "AWS_SECRET_KEY": "real",
    "AWS_SESSION_TOKEN": "real",
    "AWS_SECURITY_TOKEN": "real",
    "AWS_ACCOUNT_ID": "123456789012",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/real",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/real",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN": "real",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/real",
    "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/real",
    "AWS_BEARER_TOKEN_BEDROCK": "real",
    "AWS_BEARER_TOKEN_DYNAMODB": "real",
}
OTHER = {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9", "NO_PROXY": "example.com"}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SdkEnvironment]:
    """Apply the variables of a test run where every source has real credentials."""
    files = {
        ".boto": BOTO_FILE,
        "keys": KEY_FILE,
        ".aws/credentials": PROFILE.format("default"),
        ".aws/config": PROFILE.format("profile real"),
    }
    (tmp_path / ".aws").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    located = {name: str(tmp_path / path) for name, path in {"HOME": "", "AWS_CREDENTIAL_FILE": "keys"}.items()}
    for name, value in {**REAL, **OTHER, **located, "BOTO_CONFIG": str(tmp_path / ".boto")}.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # pytest changes it during the test
    made = SdkEnvironment()
    before = dict(os.environ)
    made.apply(ENDPOINT, "us-east-1", "pytest0")
    yield made
    made.restore()
    assert {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"} == before


def test_each_provider_finds_the_dummy_key_or_none(run: SdkEnvironment) -> None:
    found = {}
    for provider in create_credential_resolver(botocore.session.Session()).providers:
        if (loaded := provider.load()) is not None:
            found[provider.METHOD] = (loaded.access_key, loaded.token)
    assert found == {"env": ("pytest0", None)}


def test_no_variable_has_a_real_secret(run: SdkEnvironment) -> None:
    assert [name for name in os.environ if os.environ[name] in REAL.values()] == []
    assert get_token_from_environment("bedrock") is None


def test_endpoints_of_other_services_remain(run: SdkEnvironment) -> None:
    client = botocore.session.Session().create_client("s3")
    assert client.meta.endpoint_url == OTHER["AWS_ENDPOINT_URL_S3"]


def test_host_of_the_engine_is_in_no_proxy_once(run: SdkEnvironment) -> None:
    run.apply(ENDPOINT, "us-east-1", "pytest0")
    assert os.environ["NO_PROXY"] == "example.com,127.0.0.1"


def test_endpoint_discovery_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Engines answer DescribeEndpoints with the endpoint of AWS."""
    monkeypatch.setenv("AWS_ENDPOINT_DISCOVERY_ENABLED", "true")
    made = SdkEnvironment()
    made.apply(ENDPOINT, "us-east-1", "pytest0")
    session = botocore.session.Session()
    assert session.get_config_variable("endpoint_discovery_enabled") == "auto"
    made.restore()
