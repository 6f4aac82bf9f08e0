"""Numbers, sizes and lists of names as text."""

from __future__ import annotations

from collections.abc import Sequence

_MAX_NAMES = 3
_KILO = 1000


def count(number: int, word: str) -> str:
    """Return a number with its noun: `1 table`, `2 tables`."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def few(names: Sequence[str], word: str) -> str:
    """Return up to three names as a list, or how many they are: `a, b` or `5 tables`."""
    return ", ".join(names) if len(names) <= _MAX_NAMES else count(len(names), word)


def size(bytes_: int) -> str:
    """Return a number of bytes in decimal units: `1.5 MB`."""
    value = float(bytes_)
    for unit in ("B", "KB", "MB", "GB"):
        if value < _KILO:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= _KILO
    return f"{value:.1f} TB"
