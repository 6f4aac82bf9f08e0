"""Corrupt responses, random inputs, killed and concurrent processes."""

from .kinds import KINDS
from .proxy import FaultProxy, Reply, Request

__all__ = ["KINDS", "FaultProxy", "Reply", "Request"]
