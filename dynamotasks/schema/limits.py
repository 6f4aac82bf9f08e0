"""AWS quotas, limits and name patterns, each defined once; validation, planning and documentation import them.

Unless a comment names another source, the source is
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html or
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Range(NamedTuple):
    """The values that an integer accepts: both ends included, and one value besides."""

    minimum: int
    maximum: int
    also: int | None = None


class ChangeQuota(NamedTuple):
    """How often AWS accepts a change of one table."""

    changes: int
    period: str
    what: str = "changes"

    def __str__(self) -> str:
        return f"{self.changes} {self.what} in {self.period}"


# names
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
TABLE_NAME = re.compile(r"[a-zA-Z0-9_.-]{3,255}")  # also the names of indexes
TABLE_NAME_RULE = "3-255 characters from a-z, A-Z, 0-9, '_', '-' and '.'"
ATTRIBUTE_NAME_BYTES = 255  # of key, projected and TTL attributes
ACCOUNT_ID = re.compile(r"[0-9]{12}")

# indexes of a table
GLOBAL_SECONDARY_INDEXES = 20  # a default quota, which AWS raises on request
LOCAL_SECONDARY_INDEXES = 5
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateVectorIndexAction.html
VECTOR_INDEXES = 5
VECTOR_DIMENSIONS = Range(1, 4096)
TABLE_KEYS_PER_TYPE = 1  # HASH or RANGE attributes, also of a local secondary index
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
GSI_KEYS_PER_TYPE = 4
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Projection.html
PROJECTED_ATTRIBUTES_PER_INDEX = 20
PROJECTED_ATTRIBUTES_PER_TABLE = 100

# capacity
UNITS = Range(1, 2**63 - 1)  # the API's Long
REQUEST_UNITS = Range(1, 2**63 - 1, also=-1)  # -1 removes the maximum
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput-scenarios.html
ON_DEMAND_INITIAL_READ_UNITS = 12_000
ON_DEMAND_INITIAL_WRITE_UNITS = 4_000

# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoverySpecification.html
RECOVERY_PERIOD_DAYS = Range(1, 35)
DEFAULT_RECOVERY_PERIOD_DAYS = 35

# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Tag.html
TAGS = 50  # without those of AWS (`aws:`)
TAG_KEY_LENGTH = 128
TAG_VALUE_LENGTH = 256

# changes of a table
TO_ON_DEMAND_QUOTA = ChangeQuota(4, "24 hours", "switches to on-demand")
ENCRYPTION_QUOTA = ChangeQuota(4, "24 hours")
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.TableClasses.html
TABLE_CLASS_QUOTA = ChangeQuota(2, "30 days")
TTL_CHANGE_SECONDS = 3600  # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html

# API calls
# AWS runs 500 control-plane operations at a time, 250 of tables with indexes; leave room for other users of the account
TABLES_AT_ONCE = 100
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
ITEMS_PER_BATCH = 25

# items
KEY_VALUE_BYTES = {"HASH": 2048, "RANGE": 1024}
ITEM_BYTES = 400 * 1024
NESTING_LEVELS = 32  # of the values of an attribute; the first is the attribute's own value
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
NUMBER_DIGITS = 38
NUMBER_EXPONENT = Range(-130, 125)  # of the first significant digit

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html
SCAN_PAGE_BYTES = 1024 * 1024
# read and write units a second: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html
INITIAL_ON_DEMAND_UNITS = (12_000, 4_000)
