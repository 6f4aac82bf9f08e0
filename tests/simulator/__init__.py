"""A simulator of DynamoDB's control plane: its operations, its rules and its slowness, without an account.

It knows tables and their settings and no items. What is simplified: provisioned decreases are not counted, indexes do
not count towards the limit of simultaneous operations, there are no replicas, backups or imports.
"""

from .direct import DirectDatabase
from .faults import Faults
from .model import ControlPlane
from .server import control_plane

__all__ = ["ControlPlane", "DirectDatabase", "Faults", "control_plane"]
