"""What a wrong word was probably meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

# keys whose names in AWS's own requests are not those of the config in another spelling
_OF_AWS = {
    "tablename": "name",
    "attributedefinitions": "attributes",
    "attributename": "name",
    "attributetype": "type",
    "pointintimerecovery": "point_in_time_recovery_specification",
    "kinesisdatastreamspecification": "kinesis_stream_specification",
}


def close_to(given: str, known: Iterable[str]) -> str | None:
    """The known word that is spelled most alike, or `None` where none is."""
    lower = {word.lower(): word for word in known}
    close = difflib.get_close_matches(given.lower(), lower, n=1, cutoff=0.6)
    return lower[close[0]] if close else None


def meant_by(key: str, known: Iterable[str]) -> str | None:
    """The known key that another spelling (`KeySchema`), a name of AWS's (`TableName`) or a typo stands for."""
    plain = {_plain(word): word for word in known}
    given = _plain(key)
    return plain.get(given) or plain.get(_plain(_OF_AWS.get(given, ""))) or close_to(key, plain.values())


def _plain(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "")
