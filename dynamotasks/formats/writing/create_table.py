"""Write tables as requests of CreateTable.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from ...schema.serialization import create_table_call
from ...schema.table_spec import TableSpec

TITLE = "a CreateTable request"
OMITTED = frozenset(
    {
        "description",
        "time_to_live_specification",
        "point_in_time_recovery_specification",
        "contributor_insights_specification",
        "global_secondary_indexes.contributor_insights_specification",
        "kinesis_stream_specification",
        "seed",
    }
)


def write(tables: Sequence[TableSpec]) -> str:
    """Return a JSON list with the request of each table."""
    return json.dumps([create_table_call(table).parameters for table in tables], indent=2) + "\n"
