"""Random faults between client and service, reproducible by a seed."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from typing import Literal

Fault = Literal["throttle", "error", "reset before", "reset after"]


@dataclass
class Faults:
    """Probabilities of faults, each from 0 to 1; the same seed gives the same sequence of faults.

    Attributes:
        throttles: ThrottlingException, before the operation.
        errors: InternalServerError, before the operation.
        resets: the connection is reset without a response, half of the time after the operation.
    """

    throttles: float = 0.0
    errors: float = 0.0
    resets: float = 0.0
    seed: int = 0
    _random: random.Random = field(init=False, repr=False)
    _lock: threading.Lock = field(init=False, repr=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def draw(self) -> Fault | None:
        rates: dict[Fault, float] = {
            "throttle": self.throttles,
            "error": self.errors,
            "reset before": self.resets / 2,
            "reset after": self.resets / 2,
        }
        with self._lock:
            drawn = self._random.random()
        for fault, rate in rates.items():
            if drawn < rate:
                return fault
            drawn -= rate
        return None
