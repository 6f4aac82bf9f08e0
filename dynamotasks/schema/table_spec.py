"""The definition of a table, both as it is declared in a config file and as it is read from DynamoDB.

Field names are the keys of a config file: the names of DynamoDB's API in snake_case. `None` means "not declared":
such a property is neither compared nor changed. Values are those of the API
(https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html); the other names are
those of CloudFormation
(https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeAlias

from .limits import RECOVERY_PERIOD_DAYS, REQUEST_UNITS, UNITS, VECTOR_DIMENSIONS
from .type_hints import Owned

AttributeType: TypeAlias = Literal["S", "N", "B"]
Tool: TypeAlias = Literal["dynamotasks", "cloudformation", "sam", "cdk", "serverless", "terraform"]
BillingMode: TypeAlias = Literal["PAY_PER_REQUEST", "PROVISIONED"]
Units: TypeAlias = Annotated[int, UNITS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """An attribute with its type. DynamoDB requires the types of key attributes; others are documentation."""

    name: str
    type: AttributeType


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One part of a primary key or of an index key."""

    attribute_name: str
    key_type: Literal["HASH", "RANGE"]


KeySchema: TypeAlias = tuple[Key, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """The attributes that an index projects besides its keys."""

    projection_type: Literal["ALL", "KEYS_ONLY", "INCLUDE"]
    non_key_attributes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionedThroughput:
    """Capacity in units per second, billed by the hour."""

    read_capacity_units: Units
    write_capacity_units: Units


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDemandThroughput:
    """Maximum on-demand throughput in request units per second; -1 removes the maximum."""

    max_read_request_units: Annotated[int, REQUEST_UNITS] | None = None
    max_write_request_units: Annotated[int, REQUEST_UNITS] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmThroughput:
    """Immediately available throughput in units per second. AWS raises it automatically; it cannot be lowered."""

    read_units_per_second: Units | None = None
    write_units_per_second: Units | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributorInsights:
    """CloudWatch Contributor Insights of a table or a global secondary index."""

    enabled: bool = True
    mode: Literal["ACCESSED_AND_THROTTLED_KEYS", "THROTTLED_KEYS"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalSecondaryIndex:
    """An index with a key that differs from the table's."""

    index_name: str
    key_schema: KeySchema
    projection: Projection
    provisioned_throughput: ProvisionedThroughput | None = None
    on_demand_throughput: OnDemandThroughput | None = None
    warm_throughput: WarmThroughput | None = None
    contributor_insights_specification: ContributorInsights | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSecondaryIndex:
    """An index that shares the table's HASH key. It can only be created or deleted with its table."""

    index_name: str
    key_schema: KeySchema
    projection: Projection


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorAttribute:
    """The attribute that holds the vectors."""

    attribute_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchKey:
    """An attribute that filters a vector search."""

    attribute_name: str
    search_schema_element_type: Literal["HASH", "INLINE_FILTER"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorIndex:
    """An index for nearest-neighbor search; only on-demand tables support it."""

    index_name: str
    vector_attribute: VectorAttribute
    dimensions: Annotated[int, VECTOR_DIMENSIONS]
    distance_function: Literal["COSINE", "DOT_PRODUCT", "EUCLIDEAN"]
    projection: Projection
    search_schema: tuple[SearchKey, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamSpecification:
    """The table's stream of changes."""

    stream_view_type: Literal["NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"] | None = None
    stream_enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeToLive:
    """The attribute that holds the expiry time of an item, in seconds since 1970."""

    attribute_name: str | None = None
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PointInTimeRecovery:
    """Continuous backups."""

    point_in_time_recovery_enabled: bool = True
    recovery_period_in_days: Annotated[int, RECOVERY_PERIOD_DAYS] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Encryption:
    """Encryption at rest with a KMS key; if it is not enabled, with a key that AWS owns."""

    enabled: bool = True
    sse_type: Literal["KMS"] | None = None
    kms_master_key_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KinesisStream:
    """The Kinesis data stream that receives the table's changes."""

    stream_arn: str
    approximate_creation_date_time_precision: Literal["MILLISECOND", "MICROSECOND"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSpec:
    """A table."""

    name: str
    key_schema: KeySchema
    attributes: tuple[Attribute, ...]
    description: str | None = field(default=None, compare=False)
    billing_mode: BillingMode | None = None
    provisioned_throughput: ProvisionedThroughput | None = None
    on_demand_throughput: OnDemandThroughput | None = None
    warm_throughput: WarmThroughput | None = None
    global_secondary_indexes: Annotated[tuple[GlobalSecondaryIndex, ...], Owned] | None = None
    local_secondary_indexes: Annotated[tuple[LocalSecondaryIndex, ...], Owned] | None = None
    vector_indexes: Annotated[tuple[VectorIndex, ...], Owned] | None = None
    stream_specification: StreamSpecification | None = None
    time_to_live_specification: TimeToLive | None = None
    point_in_time_recovery_specification: PointInTimeRecovery | None = None
    sse_specification: Encryption | None = None
    table_class: Literal["STANDARD", "STANDARD_INFREQUENT_ACCESS"] | None = None
    deletion_protection_enabled: bool | None = None
    tags: Annotated[Mapping[str, str], Owned] | None = None
    resource_policy: Mapping[str, Any] | None = None
    contributor_insights_specification: ContributorInsights | None = None
    kinesis_stream_specification: KinesisStream | None = None
    seed: tuple[str, ...] | None = field(default=None, compare=False)
    renamed_from: str | None = field(default=None, compare=False)
    managed_by: Tool | None = field(default=None, compare=False)
    logical_id: str | None = field(default=None, compare=False)

    @property
    def owner(self) -> Tool | None:
        """The other tool that creates and changes the table in AWS; `None` if no other tool does."""
        return None if self.managed_by == "dynamotasks" else self.managed_by

    def defined_attributes(self) -> tuple[Attribute, ...]:
        """Return the attributes that a key or a vector search schema uses, in the order declared.

        DynamoDB rejects others ("Number of attributes in KeySchema does not exactly match number of attributes defined
        in AttributeDefinitions").
        """
        keyed: tuple[TableSpec | GlobalSecondaryIndex | LocalSecondaryIndex, ...]
        keyed = (self, *(self.global_secondary_indexes or ()), *(self.local_secondary_indexes or ()))
        used = {key.attribute_name for part in keyed for key in part.key_schema}
        used |= {key.attribute_name for index in self.vector_indexes or () for key in index.search_schema or ()}
        return tuple(attribute for attribute in self.attributes if attribute.name in used)

    def effective_billing_mode(self) -> BillingMode:
        """Return the billing mode of a new table: the declared one, or PROVISIONED if throughput is declared."""
        if self.billing_mode is not None:
            return self.billing_mode
        return "PAY_PER_REQUEST" if self.provisioned_throughput is None else "PROVISIONED"
