"""Tables that AWS rejects and local engines often accept, and invalid overrides."""

from __future__ import annotations

from tests.support.config_mistakes import GSI

REFUSED = {
    "zero maximum": (
        "    on_demand_throughput: {max_read_request_units: 0}\n",
        "5:28: 'max_read_request_units' is 0; it must be at least 1, or -1",
    ),
    "negative maximum": (
        "    on_demand_throughput: {max_write_request_units: -2}\n",
        "5:28: 'max_write_request_units' is -2; it must be at least 1, or -1",
    ),
    "low warm throughput, on-demand": (
        "    warm_throughput: {read_units_per_second: 11999, write_units_per_second: 4000}\n",
        "5:23: table 'users': 'read_units_per_second' is 11999; it must be at least 12000, the initial value",
    ),
    "low warm throughput, provisioned": (
        "    provisioned_throughput: {read_capacity_units: 5, write_capacity_units: 50}\n"
        "    warm_throughput: {read_units_per_second: 5, write_units_per_second: 49}\n",
        "6:49: table 'users': 'write_units_per_second' is 49; it must be at least 50, the value of write_",
    ),
    "low warm throughput of index": (
        f"    global_secondary_indexes: [{GSI.removesuffix('}')}, warm_throughput: {{write_units_per_second: 5}}}}]\n",
        "table 'users': 'write_units_per_second' is 5; it must be at least 4000",
    ),
    "invalid KMS key": (
        "    sse_specification: {enabled: true, sse_type: KMS, kms_master_key_id: my-key}\n",
        "5:55: table 'users': invalid KMS key 'my-key'; use its ARN, its ID or alias/NAME",
    ),
    "different vector dimensions": (
        "    vector_indexes:\n"
        + "".join(
            f"      - {{index_name: vec{n}, vector_attribute: {{attribute_name: v}}, dimensions: {n},"
            " distance_function: COSINE, projection: {projection_type: ALL}}\n"
            for n in (384, 512)
        ),
        "7:69: table 'users': 512 dimensions for 'v', which has 384 in another index",
    ),
    "a principal that is a number": (
        "    resource_policy: {Statement: {Effect: Deny, Action: '*', Principal: {AWS: 123456789012}}}\n",
        "5:74: table 'users': `AWS` must be a string, not 123456789012; quote it",
    ),
    "principals that are numbers": (
        "    resource_policy: {Statement: {Effect: Deny, Action: '*', Principal: {AWS: ['*', 123456789012]}}}\n",
        "5:85: table 'users': `AWS` must be a string, not 123456789012; quote it",
    ),
    "principal is a number": (
        "    resource_policy: {Statement: {Effect: Deny, Action: '*', Principal: 123456789012}}\n",
        "5:62: table 'users': `Principal` must be '*' or a map, not 123456789012",
    ),
    "unknown principal type": (
        "    resource_policy: {Statement: {Effect: Deny, Action: '*', Principal: {aws: '*'}}}\n",
        "5:74: table 'users': invalid Principal type 'aws'; expected one of: AWS, Federated, Service, CanonicalUser",
    ),
    "a resource that is a number": (
        "    resource_policy: {Statement: {Effect: Deny, Action: '*', Principal: '*', Resource: 5}}\n",
        "5:78: table 'users': `Resource` must be a string, not 5",
    ),
    "a line break in a tag": ('    tags: {a: "b\\nc"}\n', "5:12: table 'users': tag 'a' has an unsupported character"),
    "an escape in a tag's key": (
        '    tags: {"\\e[1m": b}\n',
        "5:12: table 'users': tag '\\x1b[1m' has an unsupported character",
    ),
    "an escape in an index's name": (
        f"    global_secondary_indexes: [{GSI}]\n".replace("by_n", '"by\\e_n"'),
        "5:33: table 'users': invalid index name 'by\\x1b_n'",
    ),
    "an escape in a profile": (
        'environments: {prod: {profile: "a\\eb"}}\n',
        "5:23: environment 'prod': invalid profile name 'a\\x1bb'; remove the control character",
    ),
    "a long TTL attribute": (
        f"    time_to_live_specification: {{attribute_name: {'a' * 256}}}\n",
        "5:34: table 'users': the attribute name is too long; the maximum is 255 bytes",
    ),
    "a long included attribute": (
        f"    global_secondary_indexes: [{GSI.replace('ALL', f'INCLUDE, non_key_attributes: [{chr(97) * 256}]')}]\n",
        "is too long; the maximum is 255 bytes",
    ),
}

OVERRIDES = {
    "removal of unknown key": (
        "environments: {prod: {tables: {users: {biling_mode: null}}}}\n",
        "5:40: in environment 'prod': unknown key 'biling_mode'; did you mean 'billing_mode'?",
    ),
    "removal of required key": (
        "environments: {prod: {tables: {users: {key_schema: null}}}}\n",
        "5:40: in environment 'prod': missing required key 'key_schema'",
    ),
    "override of unknown index": (
        f"    global_secondary_indexes: [{GSI}]\n"
        "environments: {prod: {tables: {users: {global_secondary_indexes: [{index_name: by_n}, {index_name: by_m,"
        " key_schema: [{attribute_name: n, key_type: HASH}]}]}}}}\n",
        "6:87: in environment 'prod': missing required key 'projection'",
    ),
    "invalid override of index": (
        f"    global_secondary_indexes: [{GSI}, {GSI.replace('by_n', 'by_m')}]\n"
        "environments: {prod: {tables: {users: {global_secondary_indexes: [{index_name: by_m,"
        " projection: {projection_type: SOME}}]}}}}\n",
        "6:99: in environment 'prod': invalid projection_type 'SOME'",
    ),
    "override of index with invalid name": (
        f"    global_secondary_indexes: [{GSI}]\n"
        "environments: {prod: {tables: {users: {global_secondary_indexes: [{index_name: '${NOPE}'}]}}}}\n",
        "6:80: environment variable NOPE is not set",
    ),
    "override without index capacity": (
        f"    global_secondary_indexes: [{GSI}]\n"
        "environments: {prod: {tables: {users: {billing_mode: PROVISIONED,"
        " provisioned_throughput: {read_capacity_units: 1, write_capacity_units: 1}}}}}\n",
        "6:32: in environment 'prod': table 'users': PROVISIONED index 'by_n' requires provisioned_throughput",
    ),
}
