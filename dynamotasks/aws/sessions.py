"""Create botocore sessions and the configuration of clients: credentials, timeouts and retries."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import TargetError
from .target import Target

if TYPE_CHECKING:
    from botocore.config import Config
    from botocore.session import Session

DUMMY_KEY = "dynamotasks"  # DynamoDB Local accepts only letters and digits in a key id
SIMULTANEOUS_CALLS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryLimits:
    """Seconds to wait for a connection and for a response, and the number of attempts."""

    connect: float
    read: float
    attempts: int


LOOPBACK_LIMITS = RetryLimits(connect=2, read=12, attempts=2)
REMOTE_LIMITS = RetryLimits(connect=5, read=30, attempts=6)
PROBE_LIMITS = RetryLimits(connect=1, read=2, attempts=1)


def client_config(limits: RetryLimits, **more: Any) -> Config:
    """Return the configuration of a client.

    Args:
        limits: timeouts and attempts.
        more: other options of `botocore.config.Config`.
    """
    from botocore.config import Config

    return Config(
        connect_timeout=limits.connect,
        read_timeout=limits.read,
        retries={"mode": "standard", "total_max_attempts": limits.attempts},
        max_pool_connections=SIMULTANEOUS_CALLS,
        **more,
    )


def create_session(target: Target) -> Session:
    """Return a session with the credentials of a target: those that boto3 finds, or dummy ones."""
    from botocore.session import Session

    if target.credentials == "chain":
        return Session(profile=target.profile)
    # read no file under ~/.aws: a local engine works whatever these files contain
    no_file = (None, None, os.devnull, None)
    isolated = Session({"profile": (None, None, None, None), "config_file": no_file, "credentials_file": no_file})
    isolated.set_credentials(target.access_key or DUMMY_KEY, DUMMY_KEY)
    return isolated


def load_credentials(session: Session, target: Target) -> None:
    """Load the credentials that the first call would load; this may run the `credential_process` of a profile.

    Raises:
        TargetError: botocore fails on the configuration or on the output of that program.
    """
    try:
        found = session.get_credentials()
        if found is not None and found.method == "custom-process":
            keys = found.get_frozen_credentials()
            if not (isinstance(keys.access_key, str) and isinstance(keys.secret_key, str)):
                raise TypeError("the keys must be strings")
    except (ValueError, TypeError, AttributeError, LookupError, OSError) as error:
        raise TargetError(
            f"cannot load the AWS credentials: {error}",
            hint="check this profile in ~/.aws/config (or AWS_CONFIG_FILE), and what its credential_process prints",
            where=target.location,
        ) from None
