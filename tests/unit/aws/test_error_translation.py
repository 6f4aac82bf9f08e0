"""botocore's errors as this package's: the type, what happened and what to do."""

from __future__ import annotations

from typing import Any

import botocore.exceptions as boto
import pytest

from dynamotasks.aws.error_translation import _TRANSLATIONS, translate_error
from dynamotasks.aws.target import Target
from dynamotasks.errors import CallError, DynamotasksError, Interrupted, NoAnswer, TargetError, Unrecognized

PROD = Target(env="prod", region="eu-west-1")
LOCAL = Target(env="local", endpoint="http://127.0.0.1:8000")


def response(code: str, message: str = "message", operation: str = "ListTables") -> boto.ClientError:
    return boto.ClientError({"Error": {"Code": code, "Message": message}}, operation)


@pytest.mark.parametrize(
    ("error", "kind", "what", "hint"),
    [
        (response("ExpiredTokenException"), TargetError, "credentials have expired", "aws sso login"),
        (response("InvalidClientTokenId"), TargetError, "does not recognize this access key", "--profile"),
        (response("RequestExpired"), TargetError, "this machine's clock is wrong", "set the clock"),
        (response("AccessDenied"), CallError, "missing permission dynamodb:ListTables", "AWS reported: message"),
        (
            response("AccessDeniedException", "x is not authorized to perform: kms:Decrypt on y"),
            CallError,
            "missing permission kms:Decrypt",
            "request an IAM policy that allows kms:Decrypt",
        ),
        (
            response("PolicyNotFoundException", operation="PutResourcePolicy"),
            CallError,
            "the resource policy has changed",
            "run the command again",
        ),
        (response("404"), Unrecognized, "not a response from DynamoDB: ListTables returned HTTP 404", "endpoint"),
        (response("LimitExceededException"), CallError, "ListTables: message (LimitExceededException)", ""),
        (boto.NoCredentialsError(), TargetError, "no AWS credentials found", "omit --env"),
        (
            boto.PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"),
            TargetError,
            "incomplete AWS credentials",
            "aws configure",
        ),
        (boto.UnauthorizedSSOTokenError(), TargetError, "cannot retrieve the AWS credentials", "sign in again"),
        (boto.ConfigParseError(path="x"), TargetError, "Unable to parse config file", "AWS_CONFIG_FILE"),
        (
            boto.SSLError(endpoint_url="x", error=OSError("certificate expired")),
            TargetError,
            "TLS failed",
            "AWS_CA_BUNDLE",
        ),
        (boto.ReadTimeoutError(endpoint_url="x"), NoAnswer, "timed out", "HTTPS_PROXY"),
        (
            boto.EndpointConnectionError(endpoint_url="x", error="Name or service not known"),
            TargetError,
            "does not resolve",
            "eu-west-1",
        ),
        (boto.EndpointConnectionError(endpoint_url="x", error="refused"), Interrupted, "no response", "proxy"),
        (boto.ConnectionClosedError(endpoint_url="x"), Interrupted, "no response", "proxy"),
        (boto.HTTPClientError(error="bad\nline"), Interrupted, "not HTTP: bad line", "another server"),
        (boto.InvalidRegionError(region_name="x y"), TargetError, "invalid AWS Region 'x y'", "us-east-1"),
        (boto.ParamValidationError(report="no name"), CallError, "botocore rejected the call", ""),
        (boto.DataNotFoundError(data_path="x"), TargetError, "Unable to load data for: x", ""),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_error_is_translated(error: Exception, kind: type[DynamotasksError], what: str, hint: str) -> None:
    translated = translate_error(error, PROD)
    assert type(translated) is kind
    assert what in translated.what
    assert hint in str(translated.hint)


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (boto.NoCredentialsError(), "set `credentials: dummy` in environment local"),
        (boto.ReadTimeoutError(endpoint_url="x"), "see `dynamotasks logs`, then run `dynamotasks down`"),
        (boto.EndpointConnectionError(endpoint_url="x", error="refused"), "start it with `dynamotasks up`"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_hint_for_the_local_environment(error: Exception, hint: str) -> None:
    assert hint in str(translate_error(error, LOCAL).hint)


def test_control_characters_of_a_message_are_escaped() -> None:
    assert "\x1b" not in translate_error(response("ValidationException", "\x1b[2J"), PROD).what


def test_available_profiles_are_listed(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "config"
    config.write_text("[profile staging]\nregion = eu-west-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    error = translate_error(boto.ProfileNotFound(profile="stagging"), PROD)
    assert (error.what, str(error.hint)) == ("unknown AWS profile 'stagging'", "available profiles: staging")


def test_every_translated_class_exists_in_botocore() -> None:
    assert all(issubclass(getattr(boto, name), boto.BotoCoreError) for name in _TRANSLATIONS)
