"""Whether the database of a command is the one that the config's entry describes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..aws.target import Credentials
    from .environments import Environment
    from .settings import Settings


def moved_by(settings: Settings, entry: Environment, credentials: Credentials) -> str:
    """Why the entry alone does not say which database this is; empty where it does."""
    changes = "{} changes the target that the config describes"
    endpoint, source = settings.supplied("endpoint")
    if endpoint and not same_endpoint(endpoint, entry.endpoint):
        return changes.format(source)
    if credentials == "dummy":  # the endpoint says where; a Region is a name there, and with --no-shared a database
        said, source = settings.supplied("region")
        return changes.format(source) if said and entry.region and said != entry.region else ""
    if entry.account_id is None:
        return "the config gives no account_id for it"
    for name in ("profile", "region"):
        said, source = settings.supplied(name)
        if said and said != getattr(entry, name):
            return changes.format(source)
    for own, names in (
        (entry.endpoint, ("AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL")),
        (entry.profile, ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")),
        (entry.region, ("AWS_REGION", "AWS_DEFAULT_REGION")),
    ):
        if own is None and (source := next(filter(settings.variables.get, names), "")):
            return changes.format(source)
    return "" if entry.endpoint or entry.profile or entry.region else "the config gives no region for it"


def same_endpoint(one: str, other: str | None) -> bool:
    """Return whether two endpoints are written alike, up to a slash at the end."""
    return other is not None and one.rstrip("/") == other.rstrip("/")
