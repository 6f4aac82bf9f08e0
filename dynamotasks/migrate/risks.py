"""The risks of operations, with stable codes: DD1xx destroy something, DD2xx are impossible in place."""

from __future__ import annotations

from enum import Enum


class Severity(Enum):
    """How dangerous an operation is."""

    DESTRUCTIVE = "destructive"
    IMPOSSIBLE = "impossible"


class Risk(Enum):
    """A risk: its code, which never changes its meaning, and its severity."""

    INDEX_REMOVED = ("DD101", Severity.DESTRUCTIVE)
    INDEX_REBUILT = ("DD102", Severity.DESTRUCTIVE)
    TABLE_DELETED = ("DD103", Severity.DESTRUCTIVE)
    DELETION_PROTECTION_REMOVED = ("DD104", Severity.DESTRUCTIVE)
    STREAM_DISABLED = ("DD105", Severity.DESTRUCTIVE)
    STREAM_REPLACED = ("DD106", Severity.DESTRUCTIVE)
    ITEMS_EXPIRE = ("DD107", Severity.DESTRUCTIVE)
    TIME_TO_LIVE_DISABLED = ("DD108", Severity.DESTRUCTIVE)
    RESTORE_POINTS_DELETED = ("DD109", Severity.DESTRUCTIVE)
    RECOVERY_PERIOD_SHORTENED = ("DD110", Severity.DESTRUCTIVE)
    TAGS_REMOVED = ("DD111", Severity.DESTRUCTIVE)
    ACCESS_REVOKED = ("DD112", Severity.DESTRUCTIVE)
    INSIGHTS_DISABLED = ("DD113", Severity.DESTRUCTIVE)
    KINESIS_STREAM_DISABLED = ("DD114", Severity.DESTRUCTIVE)
    CUSTOMER_KEY_REMOVED = ("DD115", Severity.DESTRUCTIVE)

    TABLE_KEY_CHANGED = ("DD201", Severity.IMPOSSIBLE)
    KEY_TYPE_CHANGED = ("DD202", Severity.IMPOSSIBLE)
    LOCAL_INDEX_CHANGED = ("DD203", Severity.IMPOSSIBLE)
    REPLICATED_STREAM_CHANGED = ("DD204", Severity.IMPOSSIBLE)
    ATTRIBUTE_TYPE_IN_USE = ("DD205", Severity.IMPOSSIBLE)
    VECTOR_DIMENSIONS_IN_USE = ("DD206", Severity.IMPOSSIBLE)
    VECTOR_INDEX_ON_PROVISIONED_TABLE = ("DD207", Severity.IMPOSSIBLE)
    BILLING_MODE_UNDECLARED = ("DD208", Severity.IMPOSSIBLE)
    INDEX_UNDELETABLE = ("DD209", Severity.IMPOSSIBLE)
    REPLICAS_REMAIN = ("DD210", Severity.IMPOSSIBLE)
    TABLE_RENAMED = ("DD211", Severity.IMPOSSIBLE)

    @property
    def code(self) -> str:
        """The code, such as `DD101`."""
        return self.value[0]

    @property
    def label(self) -> str:
        """The name of the risk, such as `index-removed`."""
        return self.name.lower().replace("_", "-")

    @property
    def severity(self) -> Severity:
        """How dangerous it is."""
        return self.value[1]


class Caution(Enum):
    """A quota or a cost that an operation uses up."""

    TABLE_CLASS_CHANGES = "table-class-changes"
    ENCRYPTION_CHANGES = "encryption-changes"
    ON_DEMAND_SWITCHES = "on-demand-switches"
    CAPACITY_DECREASES = "capacity-decreases"
    WARM_THROUGHPUT_COST = "warm-throughput-cost"
    TIME_TO_LIVE_CHANGES = "time-to-live-changes"
