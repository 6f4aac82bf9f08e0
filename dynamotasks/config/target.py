"""Resolve the database of a command from its settings and the config's environments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ..aws.endpoints import endpoint_problem, inherited_endpoint_error, is_aws, is_loopback
from ..aws.regions import is_region, region_from_variables
from ..aws.target import DEFAULT_ENDPOINT, LOCAL, Credentials, Target
from ..errors import UsageError
from ..suggestions import close_to
from .environments import BUILT_IN, Environment
from .settings import Settings


class _Endpoint(NamedTuple):
    url: str | None
    assumed: bool = False


def environment_of(settings: Settings, environments: Mapping[str, Environment]) -> Environment:
    """Return the environment of a command.

    Raises:
        UsageError: the environment is neither declared nor built in.
    """
    if settings.env not in environments and settings.env not in BUILT_IN:
        known = sorted({*BUILT_IN, *environments})
        close = close_to(settings.env, known)
        suggestion = f"did you mean {close!r}? " if close else ""
        hint = f"{suggestion}known: {', '.join(known)}; declare others under `environments` in the config"
        raise UsageError(f"unknown environment {settings.env!r}", hint=hint)
    return environments.get(settings.env, Environment())


def target_of(settings: Settings, environments: Mapping[str, Environment], engine: Callable[[], str | None]) -> Target:
    """Return the database of a command.

    Args:
        settings: the settings of the command.
        environments: those of the config.
        engine: returns the endpoint of the project's engine, `None` if it was never started; called only for the
            environment `local` without an endpoint.

    Raises:
        UsageError: the environment is unknown, or its endpoint, Region or profile is invalid.
        TargetError: a setting for all environments would connect a non-local one to a local engine.
        EngineError: the project's engine is stopped.
    """
    env, entry = settings.env, environment_of(settings, environments)
    endpoint = _endpoint(settings, entry, engine)
    credentials = _credentials(settings, entry, endpoint.url)
    local_engine = env == LOCAL and credentials == "dummy"
    disposable = local_engine if entry.disposable is None else entry.disposable
    override = override_reason(settings, entry, credentials) if disposable else None
    return Target(
        env=env,
        endpoint=endpoint.url,
        region=_region(settings, endpoint.url)
        or entry.region
        or region_from_variables(settings.variables, credentials == "dummy"),
        profile=None if credentials == "dummy" else settings.value("profile") or entry.profile,
        account_id=entry.account_id,
        table_prefix=entry.table_prefix or "",
        stack=settings.value("stack") or entry.stack,
        credentials=credentials,
        # another engine on this machine is disposable as well
        disposable=disposable and (override is None or (local_engine and is_loopback(endpoint.url))),
        endpoint_assumed=endpoint.assumed,
        overridden_by=override,
    )


def _endpoint(settings: Settings, entry: Environment, engine: Callable[[], str | None]) -> _Endpoint:
    url = _declared_endpoint(settings, entry)
    if url is not None or settings.env != LOCAL:
        return _Endpoint(url.rstrip("/") if url else None)
    started = engine()
    return _Endpoint(DEFAULT_ENDPOINT, assumed=True) if started is None else _Endpoint(started.rstrip("/"))


def _declared_endpoint(settings: Settings, entry: Environment) -> str | None:
    """Return the endpoint of a flag, a variable, Invoke's configuration or the config."""
    supplied = settings.supplied("endpoint")
    endpoint = supplied.value if supplied else entry.endpoint
    if endpoint is None:
        return None
    if problem := endpoint_problem(endpoint):
        raise UsageError(problem[0], hint=problem[1])
    for_all = supplied is not None and supplied.source != "--endpoint" and not _is_same(endpoint, entry.endpoint)
    if supplied and for_all and settings.env != LOCAL and not is_aws(endpoint):
        raise inherited_endpoint_error(settings.env, endpoint, supplied.source, f"remove {supplied.source}")
    return endpoint


def _credentials(settings: Settings, entry: Environment, endpoint: str | None) -> Credentials:
    """Return the declared credentials; by default, a local engine does not get real ones."""
    default: Credentials = "dummy" if settings.env == LOCAL or is_loopback(endpoint) else "chain"
    credentials = entry.credentials or default
    if credentials == "dummy" and settings.flags.profile:
        raise UsageError(
            f"--profile {settings.flags.profile} has no effect: environment {settings.env} uses dummy credentials",
            hint=f"omit --profile, or set `credentials: chain` for environment {settings.env} in the config",
        )
    return credentials


def _region(settings: Settings, endpoint: str | None) -> str | None:
    region = settings.value("region")
    if region and not is_region(region, named=endpoint is None):
        raise UsageError(f"invalid AWS Region {region!r}", hint="use a name such as eu-west-1")
    return region


def override_reason(settings: Settings, entry: Environment, credentials: Credentials) -> str | None:
    """Return why the database may not be the one that the config declares, `None` if it is."""
    endpoint = settings.supplied("endpoint")
    if endpoint and not _is_same(endpoint.value, entry.endpoint):
        return _changed_by(endpoint.source)
    if credentials == "dummy":  # the Region is only a name; an engine may separate its tables by it
        region = settings.supplied("region")
        return _changed_by(region.source) if region and entry.region not in (None, region.value) else None
    if entry.account_id is None:
        return "the config declares no account_id for it"
    for name in ("profile", "region"):
        supplied = settings.supplied(name)
        if supplied and supplied.value != getattr(entry, name):
            return _changed_by(supplied.source)
    if variable := _deciding_variable(settings, entry):
        return _changed_by(variable)
    return None if entry.endpoint or entry.profile or entry.region else "the config declares no region for it"


def _deciding_variable(settings: Settings, entry: Environment) -> str | None:
    """Return the variable of an AWS SDK that sets what the environment does not."""
    for declared, names in (
        (entry.endpoint, ("AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL")),
        (entry.profile, ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")),
        (entry.region, ("AWS_REGION", "AWS_DEFAULT_REGION")),
    ):
        if declared is None and (variable := next(filter(settings.variables.get, names), None)):
            return variable
    return None


def _changed_by(source: str) -> str:
    return f"{source} changes the target that the config describes"


def _is_same(one: str, other: str | None) -> bool:
    return other is not None and one.rstrip("/") == other.rstrip("/")
