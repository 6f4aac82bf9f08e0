"""What a wrong word was probably meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from functools import cache

# keys whose names in AWS's own requests are not those of the config in another spelling
_OF_AWS = {
    "tablename": "name",
    "attributedefinitions": "attributes",
    "attributename": "name",
    "attributetype": "type",
    "pointintimerecovery": "point_in_time_recovery_specification",
    "kinesisdatastreamspecification": "kinesis_stream_specification",
}


_MOST_COMPARED, _LONGEST = 1000, 255


def close_to(given: str, known: Collection[str]) -> str | None:
    """The known word that is spelled most alike, or `None` where none is, or there are too many to compare."""
    if len(known) > _MOST_COMPARED or len(given) > _LONGEST:
        return None
    lower = {word.lower(): word for word in known}
    close = difflib.get_close_matches(given.lower(), lower, n=1, cutoff=0.6)
    return lower[close[0]] if close else None


def spelled(key: str, known: Collection[str]) -> str | None:
    """The known key that another spelling (`KeySchema`) or a name of AWS's (`TableName`) stands for."""
    plain = _by_plain(tuple(known))
    given = _plain(key)
    return plain.get(given) or plain.get(_plain(_OF_AWS.get(given, "")))


@cache
def _by_plain(known: tuple[str, ...]) -> dict[str, str]:
    return {_plain(word): word for word in known}


def _plain(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "")
