"""DynamoDB's rules that one value cannot show alone; what AWS refuses and local engines often accept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from ..aws.endpoints import endpoint_problem, is_aws
from ..aws.regions import is_region
from ..aws.target import LOCAL
from ..schema.limits import ACCOUNT_ID, GLOBAL_SECONDARY_INDEXES
from ..schema.table_spec import TableSpec
from . import key_rules, property_rules
from .documents import Complaint
from .environments import Environment
from .parsing import Parsed
from .policy_rules import policy
from .positions import Path_

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
    if environment.endpoint is not None and (problem := endpoint_problem(environment.endpoint)):
        yield ("endpoint",), *problem
    of_aws = name != LOCAL and environment.endpoint is None
    if environment.region is not None and not is_region(environment.region, of_aws):
        yield ("region",), f"{environment.region!r} is no AWS Region", "write it as eu-west-1"
    if any(unicodedata.category(char) == "Cc" for char in environment.profile or ""):
        yield ("profile",), f"invalid profile name {environment.profile!r}", "remove the control character"
    if environment.account_id is not None and not ACCOUNT_ID.fullmatch(environment.account_id):
        yield ("account_id",), f"{environment.account_id!r} is no AWS account", "write its 12 digits"
    in_aws = name != LOCAL and (environment.endpoint is None or is_aws(environment.endpoint))
    real = environment.credentials == "chain" or (environment.credentials is None and in_aws)
    if environment.disposable and real and environment.account_id is None:
        hint = "add the 12 digits of the account whose tables may be dropped"
        yield ("disposable",), "disposable requires account_id where real credentials are used", hint


# each with the properties without which it knows nothing
_RULES: Mapping[Callable[[TableSpec], Iterator[Complaint]], Collection[str]] = {
    key_rules.table_name: (),
    key_rules.index_names: (),
    key_rules.key_shapes: (),
    key_rules.attributes: (),
    key_rules.key_types: ("attributes",),
    key_rules.local_indexes: (),
    key_rules.shared_keys: ("key_schema",),
    key_rules.projections: (),
    property_rules.billing: ("billing_mode",),
    property_rules.warmth: ("billing_mode",),
    property_rules.vectors: (),
    property_rules.streams: (),
    property_rules.ttl: (),
    property_rules.ttl_type: ("attributes",),
    property_rules.encryption: (),
    property_rules.recovery: (),
    property_rules.kinesis: (),
    policy: (),
    property_rules.tags: (),
}


def notes(table: TableSpec) -> Iterator[tuple[Path_, str, str]]:
    """What is no mistake but worth saying."""
    defined = {attribute.name for attribute in table.defined_attributes()}
    for number, attribute in enumerate(table.attributes):
        if attribute.name not in defined:
            yield ("attributes", number), f"no key uses {attribute.name!r}, so it is documentation only", ""
    if len(table.global_secondary_indexes or ()) > GLOBAL_SECONDARY_INDEXES:
        number = len(table.global_secondary_indexes or ())
        hint = f"{GLOBAL_SECONDARY_INDEXES} is AWS's quota unless yours was raised"
        yield ("global_secondary_indexes",), f"there are {number} indexes", hint
    for kind in ("global_secondary_indexes", "local_secondary_indexes"):
        for number, index in enumerate(getattr(table, kind) or ()):
            used = {key.attribute_name for key in (*table.key_schema, *index.key_schema)}
            for n, name in enumerate(index.projection.non_key_attributes or ()):
                if name in used:
                    path: Path_ = (kind, number, "projection", "non_key_attributes", n)
                    yield path, f"{name!r} is a key, which the index has anyway", "leave it out"
