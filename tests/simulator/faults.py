"""What goes wrong between a client and the service, by chance with a seed."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from typing import Literal

Fault = Literal["throttle", "error", "reset before", "reset after"]


@dataclass
class Faults:
    """How often a request meets one, as parts of 1; the same seed gives the same faults in the same order.

    Attributes:
        throttles: ThrottlingException; nothing was done.
        errors: InternalServerError; nothing was done.
        resets: the connection ends without an answer, in half of the cases after the operation was carried out.
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
