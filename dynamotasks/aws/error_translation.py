"""Translate botocore's errors to this package's.

Error codes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from ..errors import CallError, DynamotasksError, Hint, Interrupted, NoAnswer, TargetError, Task, Unrecognized
from ..escaping import escape
from .endpoints import is_loopback
from .target import LOCAL, Target

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

_SIGN_IN = "sign in again: `aws sso login` (SSO), `aws login`, or renew the temporary keys you exported"
_NO_CREDENTIALS = (
    "sign in with `aws configure sso` or `aws configure`, name a profile with --profile NAME, or export "
    "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY;\nfor the local database, "
)
_CHECK_NETWORK = "check the endpoint, network and proxy"
_LONGEST_REASON = 200


class _Advice(NamedTuple):
    what: str
    hint: str


_EXPIRED = _Advice("the credentials have expired", _SIGN_IN)
_UNKNOWN_KEY = _Advice(
    "AWS does not recognize this access key",
    "check AWS_ACCESS_KEY_ID (`aws sts get-caller-identity` shows your identity), or choose another --profile",
)
_CREDENTIAL_CODES = {
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "RequestExpired": _Advice(
        "the request has expired: this machine's clock is wrong", "set the clock, then run the command again"
    ),
    "UnrecognizedClientException": _UNKNOWN_KEY,
    "InvalidClientTokenId": _UNKNOWN_KEY,
    "InvalidSignatureException": _Advice(
        "the secret access key does not match the access key, or this machine's clock is wrong",
        "check AWS_SECRET_ACCESS_KEY and the clock",
    ),
    "MissingAuthenticationTokenException": _Advice(
        "the endpoint requires other credentials",
        "check the credentials of this environment, or choose another --profile",
    ),
}


def translate_error(error: Exception, target: Target) -> DynamotasksError:
    """Return this package's error for one of botocore's.

    Args:
        error: a `botocore.exceptions.BotoCoreError` or `ClientError`.
        target: the database that was called.

    Returns:
        A `TargetError` if every other call to the database would fail too, or a `CallError` for this call alone.
    """
    from botocore.exceptions import ClientError

    if isinstance(error, ClientError):
        return _translate_response(error, target)
    for kind in type(error).__mro__:
        if translate := _TRANSLATIONS.get(kind.__name__):
            return translate(error, target)
    return TargetError(str(error) or type(error).__name__, where=target.location)


def unrecognized_response(operation: str, found: str, target: Target) -> Unrecognized:
    """Return the error for a response that DynamoDB does not send.

    Args:
        operation: the operation that was called.
        found: what the response contains.
        target: the database that was called.
    """
    return Unrecognized(
        f"not a response from DynamoDB: {operation} returned {found}",
        hint="check the endpoint (--endpoint, the config, AWS_ENDPOINT_URL_DYNAMODB) and the proxy (HTTP_PROXY): "
        "another server may be listening there",
        where=target.location,
    )


def _translate_response(error: ClientError, target: Target) -> DynamotasksError:
    code = error.response.get("Error", {}).get("Code", "Unknown")
    message = escape(error.response.get("Error", {}).get("Message", "") or "no message")
    operation = error.operation_name
    if advice := _CREDENTIAL_CODES.get(code):
        return TargetError(f"{advice.what} ({code})", hint=advice.hint, where=target.location)
    if code in ("AccessDeniedException", "AccessDenied"):
        return _access_denied(operation, message)
    if code == "PolicyNotFoundException" and operation == "PutResourcePolicy":
        hint = "run the command again to plan against the current policy"
        return CallError("the resource policy has changed since it was read", code=code, hint=hint)
    if not code.isidentifier():  # the page of a proxy or another server: botocore makes the HTTP status its code
        return unrecognized_response(operation, f"HTTP {code}", target)
    return CallError(f"{operation}: {message} ({code})", code=code)


def _access_denied(operation: str, message: str) -> CallError:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"""
    action = re.search(r"not authorized to perform:? ([\w-]+:\w+)", message)
    name = action[1] if action else f"dynamodb:{operation}"
    return CallError(
        f"access denied: missing permission {name}",
        code="AccessDeniedException",
        hint=f"request an IAM policy that allows {name}; AWS reported: {message}",
    )


_Translate: TypeAlias = Callable[[Any, Target], DynamotasksError]


def _unknown_profile(error: Any, target: Target) -> DynamotasksError:
    from botocore.session import Session

    profiles = sorted(Session().available_profiles)
    return TargetError(
        f"unknown AWS profile {target.profile or error.kwargs.get('profile')!r}",
        hint=f"available profiles: {', '.join(profiles)}" if profiles else "create a profile with `aws configure`",
    )


def _no_credentials_hint(target: Target) -> str:
    local = "set `credentials: dummy` in environment local of the config" if target.env == LOCAL else "omit --env"
    return _NO_CREDENTIALS + local


def _target_error(what: str, hint: str | Callable[[Target], str]) -> _Translate:
    """Return a translation to a `TargetError`; `{error}` in `what` becomes botocore's message."""
    return lambda error, target: TargetError(
        what.format(error=error), hint=hint if isinstance(hint, str) else hint(target), where=target.location
    )


def _tls(error: Any, target: Target) -> DynamotasksError:
    reason = re.sub(r"^.*?(certificate|CERTIFICATE|WRONG_VERSION|\[SSL)", r"\1", str(error))[:_LONGEST_REASON]
    return TargetError(
        f"TLS failed: {reason}",
        hint="behind a company proxy, set AWS_CA_BUNDLE to its certificate file; local engines use http://",
        where=target.location,
    )


def _timeout(error: Any, target: Target) -> DynamotasksError:
    hint = Hint("check the network, VPN and proxy (HTTPS_PROXY), and that the endpoint and Region are correct")
    if is_loopback(target.endpoint):
        hint = Hint("the engine hangs: see ", Task("logs"), ", then run ", Task("down"), " and ", Task("up"))
    return NoAnswer("the request timed out", hint=hint, where=target.location)


def _no_connection(error: Any, target: Target) -> DynamotasksError:
    if re.search(r"resolve|Name or service|nodename|getaddrinfo", str(error.kwargs.get("error", ""))):
        hint = f"check the network and the spelling of the endpoint or Region ({target.region})"
        return TargetError("the host name does not resolve", hint=hint, where=target.location)
    local = target.env == LOCAL
    return Interrupted(
        "no response",
        hint=Hint("start it with ", Task("up")) if local else Hint(_CHECK_NETWORK),
        where=target.location,
    )


def _broken_response(error: Any, target: Target) -> DynamotasksError:
    reason = " ".join(str(error.kwargs.get("error", error)).split())[:_LONGEST_REASON]
    return Interrupted(
        f"the response is incomplete or not HTTP: {reason}",
        hint=f"{_CHECK_NETWORK}: another server may be listening there",
        where=target.location,
    )


def _invalid_region(error: Any, target: Target) -> DynamotasksError:
    region = error.kwargs.get("region_name", target.region)
    return TargetError(f"invalid AWS Region {region!r}", hint="choose one with --region, such as us-east-1")


def _invalid_parameters(error: Any, target: Target) -> DynamotasksError:
    return CallError(f"botocore rejected the call: {error}", code="ParamValidation")


_credential_retrieval = _target_error("cannot retrieve the AWS credentials: {error}", _SIGN_IN)
_invalid_configuration = _target_error("{error}", "fix that file, or set AWS_CONFIG_FILE to another one")

# by the name of botocore's class or of the nearest base class
_TRANSLATIONS: Mapping[str, _Translate] = {
    "ProfileNotFound": _unknown_profile,
    "PartialCredentialsError": _target_error("incomplete AWS credentials: {error}", _no_credentials_hint),
    "ConfigParseError": _invalid_configuration,
    "InvalidConfigError": _invalid_configuration,
    "ConfigNotFound": _invalid_configuration,
    "NoCredentialsError": _target_error("no AWS credentials found", _no_credentials_hint),
    "TokenRetrievalError": _credential_retrieval,
    "UnauthorizedSSOTokenError": _credential_retrieval,
    "SSOTokenLoadError": _credential_retrieval,
    "CredentialRetrievalError": _credential_retrieval,
    "SSLError": _tls,
    "ConnectTimeoutError": _timeout,
    "ReadTimeoutError": _timeout,
    "EndpointConnectionError": _no_connection,
    "ConnectionClosedError": _no_connection,
    "ProxyConnectionError": _no_connection,
    "HTTPClientError": _broken_response,
    "InvalidRegionError": _invalid_region,
    "NoRegionError": _invalid_region,
    "ParamValidationError": _invalid_parameters,
}
