"""botocore sessions: as whom, and how with_retries."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import TargetError
from .target import Target

if TYPE_CHECKING:
    from botocore.config import Config
    from botocore.session import Session

DUMMY_KEY = "dynamotasks"  # letters and digits only: DynamoDB Local refuses anything else in a key id
SIMULTANEOUS_CALLS = 10


@dataclass(frozen=True, slots=True)
class RetryLimits:
    """Seconds to connect and to answer, and how often a call is tried before its error counts."""

    connect: float
    read: float
    attempts: int


LOOPBACK_LIMITS, REMOTE_LIMITS, PROBE_LIMITS = RetryLimits(2, 12, 2), RetryLimits(5, 30, 6), RetryLimits(1, 2, 1)


def config_of(patience: RetryLimits, **more: Any) -> Config:
    """Return botocore's configuration of a client.

    Args:
        patience: how long to wait and how often to try.
        more: further options of botocore's `Config`.
    """
    from botocore.config import Config

    return Config(
        connect_timeout=patience.connect,
        read_timeout=patience.read,
        retries={"mode": "standard", "total_max_attempts": patience.attempts},
        max_pool_connections=SIMULTANEOUS_CALLS,
        **more,
    )


def session_of(target: Target) -> Session:
    """Return a botocore session with the credentials of a target: boto3's own search, or dummy ones."""
    from botocore.session import Session

    if target.credentials == "chain":
        return Session(profile=target.profile)
    # No profile and no file under ~/.aws: whatever is in them, the engine on this machine starts working.
    nothing = (None, None, os.devnull, None)
    alone = Session({"profile": (None, None, None, None), "config_file": nothing, "credentials_file": nothing})
    alone.set_credentials(DUMMY_KEY, DUMMY_KEY)
    return alone


def load_credentials(session: Session, target: Target) -> None:
    """Find the credentials as the first call would; `credential_process` of a profile is anyone's program.

    Raises:
        TargetError: botocore stumbles over what is configured, or over what that program prints.
    """
    try:
        found = session.get_credentials()
        if found is not None and found.method == "custom-process":
            keys = found.get_frozen_credentials()
            if not (isinstance(keys.access_key, str) and isinstance(keys.secret_key, str)):
                raise TypeError("the keys must be strings")
    except (ValueError, TypeError, AttributeError, LookupError, OSError) as error:
        raise TargetError(
            f"the AWS credentials cannot be loaded: {error}",
            hint="check this profile in ~/.aws/config (or AWS_CONFIG_FILE), and what its credential_process prints",
            where=target.location,
        ) from None
