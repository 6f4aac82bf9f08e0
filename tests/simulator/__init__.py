"""A simulator of DynamoDB's control plane: its operations, rules and delays, without an account.

It knows tables and their settings and no items. What is simplified: one duration for each kind of change; decreases of
throughput are not counted; toggles of deletion protection and policies are not throttled; a Kinesis stream and a KMS
key are taken to exist; replicas are shown and not made; no backups, restores or imports.
"""

from .direct import DirectDatabase
from .faults import Faults
from .model import ControlPlane
from .server import control_plane

__all__ = ["ControlPlane", "DirectDatabase", "Faults", "control_plane"]
