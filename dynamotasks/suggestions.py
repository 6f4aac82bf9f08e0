"""Suggest the name that a misspelled name probably means."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from functools import cache

# names in AWS's API that differ from the config's key in more than the spelling
_API_NAMES = {
    "tablename": "name",
    "attributedefinitions": "attributes",
    "attributename": "name",
    "attributetype": "type",
    "pointintimerecovery": "point_in_time_recovery_specification",
    "kinesisdatastreamspecification": "kinesis_stream_specification",
}
_MAX_COMPARED, _MAX_LENGTH = 1000, 255  # comparing takes time


def close_to(given: str, known: Collection[str]) -> str | None:
    """Return the known name with the most similar spelling; `None` if none is similar or too many are known."""
    if len(known) > _MAX_COMPARED or len(given) > _MAX_LENGTH:
        return None
    lower = {word.lower(): word for word in known}
    close = difflib.get_close_matches(given.lower(), lower, n=1, cutoff=0.6)
    return lower[close[0]] if close else None


def did_you_mean(given: str, known: Collection[str]) -> str:
    """Return the end of a message about an unknown name: `; did you mean 'orders'?`, or nothing."""
    close = close_to(given, known)
    return f"; did you mean {close!r}?" if close else ""


def respelled(key: str, known: Collection[str]) -> str | None:
    """Return the known key that another spelling (`KeySchema`) or AWS's name (`TableName`) means."""
    plain = _by_plain(tuple(known))
    given = _plain(key)
    return plain.get(given) or plain.get(_plain(_API_NAMES.get(given, "")))


@cache
def _by_plain(known: tuple[str, ...]) -> dict[str, str]:
    return {_plain(word): word for word in known}


def _plain(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "")
