"""What boto3 raises -> what happened and how to mend it, in words.

The names are botocore's (`botocore.exceptions`) and the error codes AWS's
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies.html for the shape of a denial).
"""

from __future__ import annotations

import re

from ..errors import CallError, DynamotasksError, Interrupted, NoAnswer, TargetError, Unrecognized
from ..escaping import escape
from .endpoints import is_loopback
from .target import LOCAL, Target

_SIGN_IN = "sign in again: `aws sso login` (SSO), `aws login`, or renew the temporary keys you exported"

_CREDENTIAL_CODES = {
    "ExpiredToken": ("the credentials have expired", _SIGN_IN),
    "ExpiredTokenException": ("the credentials have expired", _SIGN_IN),
    "RequestExpired": ("the request came too late: this machine's clock is off", "set the clock, then run it again"),
    "UnrecognizedClientException": (
        "AWS does not know this access key",
        "check AWS_ACCESS_KEY_ID (`aws sts get-caller-identity` shows who you are), or choose another --profile",
    ),
    "InvalidClientTokenId": (
        "AWS does not know this access key",
        "check AWS_ACCESS_KEY_ID (`aws sts get-caller-identity` shows who you are), or choose another --profile",
    ),
    "InvalidSignatureException": (
        "the secret key does not fit the access key, or this machine's clock is off",
        "check AWS_SECRET_ACCESS_KEY and the clock",
    ),
    "MissingAuthenticationTokenException": (
        "the request carried no credentials that this endpoint accepts",
        "check the credentials of this environment, or choose another --profile",
    ),
}

_NO_CREDENTIALS = (
    "sign in with `aws configure sso` or `aws configure`, name a profile with --profile NAME, or export "
    "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY;\nfor the database on this machine "
)


def _no_credentials(target: Target) -> str:
    mine = "write `credentials: dummy` for it" if target.env == LOCAL else "leave --env away (it is local)"
    return _NO_CREDENTIALS + mine


def translate_error(error: Exception, target: Target) -> DynamotasksError:
    """The error of this package that says what botocore's means.

    Args:
        error: a `botocore.exceptions.BotoCoreError` or `ClientError`.
        target: where the call went.

    Returns:
        A `TargetError` where nothing else could succeed there either, a `CallError` where DynamoDB refused this call.
    """
    from botocore.exceptions import ClientError

    if isinstance(error, ClientError):
        return _from_answer(error, target)
    return _before_an_answer(error, target)


def _from_answer(error: object, target: Target) -> DynamotasksError:
    from botocore.exceptions import ClientError

    assert isinstance(error, ClientError)
    code = error.response.get("Error", {}).get("Code", "Unknown")
    message = escape(error.response.get("Error", {}).get("Message", "") or "no further word")
    operation = error.operation_name
    if code in _CREDENTIAL_CODES:
        what, hint = _CREDENTIAL_CODES[code]
        return TargetError(f"{what} ({code})", hint=hint, where=target.location)
    if code in ("AccessDeniedException", "AccessDenied"):
        action = re.search(r"not authorized to perform:? ([\w-]+:\w+)", message)
        name = action[1] if action else f"dynamodb:{operation}"
        return CallError(
            f"access denied: {name} is missing",
            code="AccessDeniedException",
            hint=f"ask for a policy that allows {name} here; AWS says: {message}",
        )
    if code == "PolicyNotFoundException" and operation == "PutResourcePolicy":
        hint = "run it again, to see what would be replaced now"
        return CallError("the resource policy has changed since it was read", code=code, hint=hint)
    if not code.isidentifier():  # an answer that no DynamoDB gives: a proxy's or another server's page
        return unrecognized_response(operation, f"HTTP {code}", target)
    return CallError(f"{operation}: {message} ({code})", code=code)


def unrecognized_response(operation: str, found: str, target: Target) -> Unrecognized:
    """The error for a response that DynamoDB does not give.

    Args:
        operation: what was called.
        found: what came instead.
        target: where the call went.
    """
    return Unrecognized(
        f"the endpoint does not answer like DynamoDB: {operation} got {found}",
        hint="check the endpoint (--endpoint, the config, AWS_ENDPOINT_URL_DYNAMODB) and the proxy (HTTP_PROXY): "
        "something else may be listening there",
        where=target.location,
    )


def _before_an_answer(error: Exception, target: Target) -> DynamotasksError:
    from botocore import exceptions as boto

    place = target.location
    match error:
        case boto.ProfileNotFound():
            known = _profiles()
            return TargetError(
                f"there is no AWS profile {target.profile or error.kwargs.get('profile')!r}",
                hint=f"profiles here: {', '.join(known)}"
                if known
                else "no profiles here: make one with `aws configure`",
            )
        case boto.PartialCredentialsError():
            return TargetError(
                f"half of the AWS credentials is missing: {error}", hint=_no_credentials(target), where=place
            )
        case boto.ConfigParseError() | boto.InvalidConfigError() | boto.ConfigNotFound():
            return TargetError(str(error), hint="mend that file, or name another with AWS_CONFIG_FILE", where=place)
        case boto.NoCredentialsError():
            return TargetError("no AWS credentials found", hint=_no_credentials(target), where=place)
        case (
            boto.TokenRetrievalError()
            | boto.UnauthorizedSSOTokenError()
            | boto.SSOTokenLoadError()
            | boto.CredentialRetrievalError()
        ):
            return TargetError(f"the credentials could not be had: {error}", hint=_SIGN_IN, where=place)
        case boto.SSLError():
            return TargetError(
                f"TLS failed: {_reason(error)}",
                hint="behind a company proxy, set AWS_CA_BUNDLE to its certificate file; a local engine wants http://",
                where=place,
            )
        case boto.ConnectTimeoutError() | boto.ReadTimeoutError():
            if is_loopback(target.endpoint):
                hint = "the engine hangs: see `inv db.logs`, then `inv db.down db.up`"
                return NoAnswer("no answer in time", hint=hint, where=place)
            return NoAnswer(
                "no answer in time",
                hint="check the network, VPN and proxy (HTTPS_PROXY), and that the endpoint and Region are right",
                where=place,
            )
        case boto.EndpointConnectionError() | boto.ConnectionClosedError() | boto.ProxyConnectionError():
            if re.search(r"resolve|Name or service|nodename|getaddrinfo", str(error.kwargs.get("error", ""))):
                return TargetError(
                    "the host name does not resolve",
                    hint=f"check the network and the spelling of the endpoint or Region ({target.region})",
                    where=place,
                )
            return Interrupted(
                "nothing answers there",
                hint="start it with `inv db.up`" if target.env == "local" else "check the endpoint, network and proxy",
                where=place,
            )
        case boto.HTTPClientError():
            reason = " ".join(str(error.kwargs.get("error", error)).split())[:200]
            return Interrupted(
                f"the answer broke off or is not HTTP: {reason}",
                hint="check the endpoint, network and proxy: something else may be listening there",
                where=place,
            )
        case boto.InvalidRegionError() | boto.NoRegionError():
            region = error.kwargs.get("region_name", target.region)
            return TargetError(f"{region!r} is no AWS Region", hint="name one with --region, such as us-east-1")
        case boto.ParamValidationError():
            return CallError(f"the call was not sent: {error}", code="ParamValidation")
    return TargetError(str(error) or type(error).__name__, where=place)


def _reason(error: Exception) -> str:
    return re.sub(r"^.*?(certificate|CERTIFICATE|WRONG_VERSION|\[SSL)", r"\1", str(error))[:200]


def _profiles() -> list[str]:
    from botocore.session import Session

    return sorted(Session().available_profiles)
