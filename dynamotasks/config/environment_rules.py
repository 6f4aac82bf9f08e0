"""Rules for the environments of a config."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator

from ..aws.endpoints import endpoint_problem, is_aws
from ..aws.regions import is_region
from ..aws.target import LOCAL
from ..schema.limits import ACCOUNT_ID
from .environments import Environment
from .finding import Finding
from .node_values import HALF_PAIR, INVALID, SURROGATE
from .parsing import Parsed

_NAME = re.compile(r"[a-zA-Z0-9_.-]+")


def check_environment(name: str, parsed: Parsed[Environment]) -> Iterator[Finding]:
    """Yield the problems of an environment, besides those of its form."""
    if not _NAME.fullmatch(name):
        yield Finding((), "invalid environment name", "use a-z, A-Z, 0-9, '_', '-' and '.'")
    if parsed.value:
        yield from parsed.confirmed(_problems(name, parsed.value))


def _problems(name: str, environment: Environment) -> Iterator[Finding]:
    if environment.endpoint is not None and (problem := endpoint_problem(environment.endpoint)):
        yield Finding(("endpoint",), *problem)
    of_aws = name != LOCAL and environment.endpoint is None
    if environment.region is not None and not is_region(environment.region, of_aws):
        yield Finding(("region",), f"invalid AWS Region {environment.region!r}", "use a name such as eu-west-1")
    if any(unicodedata.category(char) == "Cc" for char in environment.profile or ""):
        yield Finding(("profile",), f"invalid profile name {environment.profile!r}", "remove the control character")
    if environment.account_id is not None and not ACCOUNT_ID.fullmatch(environment.account_id):
        yield Finding(("account_id",), f"invalid AWS account ID {environment.account_id!r}", "use its 12 digits")
    for parameter, value in (environment.params or {}).items():
        if isinstance(value, str) and SURROGATE.search(value):
            yield Finding(("params", parameter), *HALF_PAIR)
        elif value is not INVALID and not isinstance(value, str | list | dict):
            hint = "remove it" if value is None else f'quote it: "{json.dumps(value)}"'
            message = f"{parameter!r} must be a string, list or map, not {json.dumps(value)}"
            yield Finding(("params", parameter), message, hint)
    in_aws = name != LOCAL and (environment.endpoint is None or is_aws(environment.endpoint))
    real = environment.credentials == "chain" or (environment.credentials is None and in_aws)
    if environment.disposable and real and environment.account_id is None:
        hint = "add the ID of the account that holds the disposable tables"
        yield Finding(("disposable",), "disposable requires account_id with real credentials", hint)
