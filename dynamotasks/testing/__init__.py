"""Help for the tests of projects that use DynamoDB: pytest fixtures, Nox sessions, stream events and TTL.

The pytest plugin and its fixtures are registered on installation; `dynamotasks.testing.nox` is for noxfiles.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .declared_streams import Expire as Expire
    from .declared_streams import StreamEvents as StreamEvents
    from .expiry import expire as expire
    from .streams import stream_events as stream_events

_MODULES = {
    "Expire": "declared_streams",
    "StreamEvents": "declared_streams",
    "expire": "expiry",
    "stream_events": "streams",
}

__all__ = ["Expire", "StreamEvents", "expire", "stream_events"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is used: pytest loads this package with the plugin."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_MODULES[name]}", __name__), name)
