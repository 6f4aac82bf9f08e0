"""Endpoint URLs: which are valid, which belong to AWS, and which are on this machine."""

from __future__ import annotations

import re
import socket
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from ..errors import TargetError

# https://docs.aws.amazon.com/general/latest/gr/ddb.html, and for the partitions botocore's partitions.json
_AWS_SUFFIXES = (
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "c2s.ic.gov",
    "sc2s.sgov.gov",
    "cloud.adc-e.uk",
    "csp.hci.ic.gov",
    "api.aws",
    "api.aws.ic.gov",
    "api.aws.scloud",
    "api.aws.hci.ic.gov",
    "api.amazonwebservices.com.cn",
    "api.amazonwebservices.eu",
    "api.cloud-aws.adc-e.uk",
)
# Regional, FIPS and account-based names, and names of VPC endpoints. AWS customers choose other names under
# amazonaws.com, such as that of a bucket.
_DYNAMODB = re.compile(r"(?:[\w-]+\.)*(?:dynamodb|ddb)(?:-fips)?\.[a-z]{2,4}(?:-[a-z]+)+-\d+(?:\.vpce)?\.([a-z0-9.-]+)")
# excludes quotes, spaces, control characters and whatever else a shell or a terminal interprets
_CHARACTERS = re.compile(r"[\w.~:/\[\]%-]+", re.ASCII)
_USER = re.compile(r"^([a-z]+://)?.*@", re.IGNORECASE | re.DOTALL)


class EndpointProblem(NamedTuple):
    """What is wrong with an endpoint, and how to fix it."""

    what: str
    hint: str


def endpoint_problem(text: str) -> EndpointProblem | None:
    """Return the problem of an endpoint, without a password in it, or `None`."""
    if "@" in text:
        what = f"endpoint {redact_credentials(text)!r} contains credentials"
        return EndpointProblem(what, "remove the part before '@'")
    problem = EndpointProblem(f"invalid endpoint {text!r}", "expected a URL such as http://host:port")
    if not _CHARACTERS.fullmatch(text):
        return problem
    try:
        url = urlsplit(text)
        valid = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError:  # an invalid port or IPv6 address
        return problem
    return None if valid else problem


def is_aws(endpoint: str) -> bool:
    """Return whether an endpoint is DynamoDB's own in AWS."""
    found = _DYNAMODB.fullmatch(_host(endpoint))
    return found is not None and found[1] in _AWS_SUFFIXES


def in_aws_domain(endpoint: str) -> bool:
    """Return whether an endpoint of any service is in a domain of AWS."""
    return _host(endpoint).endswith(tuple(f".{suffix}" for suffix in _AWS_SUFFIXES))


@lru_cache
def is_loopback(endpoint: str | None) -> bool:
    """Return whether an endpoint is this machine: a loopback address, one of its own addresses, or its name.

    A host name outside AWS is resolved; an unresolvable one is not this machine.
    """
    host = _host(endpoint or "")
    if not host or is_aws(endpoint or ""):
        return False
    if host == "localhost" or host.endswith(".localhost"):  # https://www.rfc-editor.org/rfc/rfc6761#section-6.3
        return True
    try:
        found = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return any(_is_own(family, address) for family, _, _, _, address in found)


def inherited_endpoint_error(env: str, endpoint: str, source: str, removal: str) -> TargetError:
    """Return the error for an endpoint outside AWS that the environment does not declare.

    Args:
        env: an environment other than local.
        endpoint: the URL.
        source: what sets the endpoint.
        removal: how to remove the source.
    """
    kind = "an engine on this machine" if is_loopback(endpoint) else "not AWS"
    return TargetError(
        f"environment {env} would connect to {endpoint}, {kind}, because of {source}",
        hint=f"for AWS: {removal}; for the local database: omit --env; "
        f"\nto use this endpoint: --endpoint {endpoint}, or `endpoint:` of environment {env} in the config",
    )


def _is_own(family: int, address: tuple[str | int, ...] | tuple[int, bytes]) -> bool:
    ip = _unmapped(ip_address(str(address[0])))
    if ip.is_loopback or ip.is_unspecified:
        return True
    try:  # only this machine's addresses can be bound; nothing is sent
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.bind(address)
    except OSError:
        return False
    return True


def _unmapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _host(endpoint: str) -> str:
    try:
        # a zone may be written as %25eth0 (https://www.rfc-editor.org/rfc/rfc6874), and is sent as %eth0
        return unquote(urlsplit(endpoint).hostname or "").rstrip(".")
    except ValueError:
        return ""


def redact_credentials(text: str) -> str:
    """Return a text with `***` for the user name and password of an endpoint in it."""
    return _USER.sub(r"\1***@", text)
