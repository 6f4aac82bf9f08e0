"""The size of the tests whose value grows with the number of their inputs."""

from __future__ import annotations

import os


def size(usual: int, soak: int) -> int:
    """Return the number of inputs: `soak` in `nox -s soak`, which sets `DYNAMOTASKS_TEST_SOAK`."""
    return soak if os.environ.get("DYNAMOTASKS_TEST_SOAK") else usual
