"""What an endpoint may answer that is not DynamoDB, or is it on a bad day: a proxy that does it, and what must hold."""

from .kinds import KINDS
from .proxy import FaultProxy, Reply, Request

__all__ = ["KINDS", "FaultProxy", "Reply", "Request"]
