"""DynamoDB's rules that one value cannot show alone; what AWS refuses and local engines often accept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from ..settings import LOCAL, Environment, is_endpoint, is_region
from ..spec import TableSpec
from . import keys, properties
from .model import Parsed
from .places import Path_
from .policy import policy
from .source import Complaint

ACCOUNT = re.compile(r"[0-9]{12}")
_WORD = re.compile(r"[a-zA-Z0-9_.-]+")


def check(table: Parsed[TableSpec]) -> Iterator[Complaint]:
    """All that is wrong with one table beyond its form, and is wrong still when its form is mended."""
    unknown = {path[0] for path in table.broken if path}
    sure = [rule(table.value) for rule, reads in _RULES.items() if unknown.isdisjoint(reads)]
    yield from _sure(table, chain.from_iterable(sure))


def _sure(part: Parsed[Any], complaints: Iterable[Complaint]) -> Iterator[Complaint]:
    """Without those about what has a mistake in it, or stands in one, already."""
    around = {path[:length] for path in part.broken for length in range(len(path))}
    for complaint in complaints:
        path = complaint[0]
        within = any(path[:length] in part.broken for length in range(len(path) + 1))
        if path not in around and not within:
            yield complaint


def check_environment(name: str, parsed: Parsed[Environment]) -> Iterator[Complaint]:
    """All that is wrong with one environment beyond its form."""
    if not _WORD.fullmatch(name):
        yield (), f"{name!r} is no name for an environment", "a-z, A-Z, 0-9, `_`, `-` and `.`"
    yield from _sure(parsed, _environment(name, parsed.value))


def _environment(name: str, environment: Environment) -> Iterator[Complaint]:
    if environment.endpoint is not None and not is_endpoint(environment.endpoint):
        yield ("endpoint",), f"{environment.endpoint!r} is no endpoint", "write it as http://host:port"
    of_aws = name != LOCAL and environment.endpoint is None
    if environment.region is not None and not is_region(environment.region, of_aws):
        yield ("region",), f"{environment.region!r} is no AWS Region", "write it as eu-west-1"
    if any(unicodedata.category(char) == "Cc" for char in environment.profile or ""):
        yield ("profile",), f"invalid profile name {environment.profile!r}", "remove the control character"
    if environment.account_id is not None and not ACCOUNT.fullmatch(environment.account_id):
        yield ("account_id",), f"{environment.account_id!r} is no AWS account", "write its 12 digits"


# each with the properties without which it knows nothing
_RULES: Mapping[Callable[[TableSpec], Iterator[Complaint]], Collection[str]] = {
    keys.table_name: (),
    keys.index_names: (),
    keys.key_shapes: (),
    keys.attributes: (),
    keys.key_types: ("attributes",),
    keys.local_indexes: (),
    keys.shared_keys: ("key_schema",),
    keys.projections: (),
    properties.billing: ("billing_mode",),
    properties.warmth: ("billing_mode",),
    properties.vectors: (),
    properties.streams: (),
    properties.ttl: (),
    properties.ttl_type: ("attributes",),
    properties.encryption: (),
    properties.recovery: (),
    properties.kinesis: (),
    policy: (),
    properties.tags: (),
}


def remarks(table: TableSpec) -> Iterator[tuple[Path_, str, str]]:
    """What is no mistake but worth saying."""
    defined = {attribute.name for attribute in table.defined_attributes()}
    for number, attribute in enumerate(table.attributes):
        if attribute.name not in defined:
            yield ("attributes", number), f"no key uses {attribute.name!r}, so it is documentation only", ""
    if len(table.global_secondary_indexes or ()) > 20:
        number = len(table.global_secondary_indexes or ())
        yield ("global_secondary_indexes",), f"there are {number} indexes", "20 is AWS's quota unless yours was raised"
    for kind in ("global_secondary_indexes", "local_secondary_indexes"):
        for number, index in enumerate(getattr(table, kind) or ()):
            used = {key.attribute_name for key in (*table.key_schema, *index.key_schema)}
            for n, name in enumerate(index.projection.non_key_attributes or ()):
                if name in used:
                    path: Path_ = (kind, number, "projection", "non_key_attributes", n)
                    yield path, f"{name!r} is a key, which the index has anyway", "leave it out"
