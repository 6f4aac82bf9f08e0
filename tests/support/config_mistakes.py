"""Invalid configs with the expected problems."""

from __future__ import annotations

HEAD = """\
tables:
  - name: users
    attributes: [{name: id, type: S}, {name: n, type: N}]
    key_schema: [{attribute_name: id, key_type: HASH}]
"""
GSI = "{index_name: by_n, key_schema: [{attribute_name: n, key_type: HASH}], projection: {projection_type: ALL}}"

# text after HEAD, and the expected problem
MISTAKES = {
    "unknown key": ("    biling_mode: PROVISIONED\n", "5:5: unknown key 'biling_mode'; did you mean 'billing_mode'?"),
    "invalid choice": (
        "    billing_mode: PAY\n",
        "5:5: invalid billing_mode 'PAY'; expected one of: PAY_PER_REQUEST, PROVISIONED",
    ),
    "null": ("    tags:\n", "5:5: 'tags' is null; omit the key to leave it unmanaged"),
    "empty list": (
        f"    global_secondary_indexes: [{GSI.replace('ALL', 'INCLUDE, non_key_attributes: []')}]\n",
        "'non_key_attributes' is empty; omit the key",
    ),
    "empty map": ("    provisioned_throughput: {}\n", "5:5: 'provisioned_throughput' is empty"),
    "empty string for a map": ("    tags: ''\n", "5:5: 'tags' is empty"),
    "a list for a map": ("    tags: []\n", "5:5: 'tags' must be a map, not []"),
    "a map for a list": ("    vector_indexes: {}\n", "5:5: 'vector_indexes' must be a list, not {}"),
    "yes": (
        "    deletion_protection_enabled: yes\n",
        "5:5: 'deletion_protection_enabled' must be true or false, not 'yes'",
    ),
    "number as tag": ("    tags: {a: 5}\n", "5:12: 'a' must be a string, not 5; quote it: \"5\""),
    "octal": (
        "    tags: {a: 012}\n",
        '5:15: ambiguous value 012: YAML 1.1 reads it as an octal number; quote it: "012"',
    ),
    "duplicate key": ("    name: other\n", "5:5: duplicate key 'name'; keep one of them"),
    "no throughput": (
        "    billing_mode: PROVISIONED\n",
        "5:5: table 'users': PROVISIONED requires provisioned_throughput",
    ),
    "on-demand throughput": (
        "    billing_mode: PAY_PER_REQUEST\n"
        "    provisioned_throughput: {read_capacity_units: 1, write_capacity_units: 1}\n",
        "6:5: table 'users': provisioned_throughput cannot be combined with PAY_PER_REQUEST; remove it",
    ),
    "zero units": (
        "    provisioned_throughput: {read_capacity_units: 0, write_capacity_units: 1}\n",
        "5:30: 'read_capacity_units' is 0; it must be at least 1",
    ),
    "LSI without RANGE": (
        "    local_secondary_indexes:\n      - {index_name: by_n, projection: {projection_type: ALL}, key_schema:"
        " [{attribute_name: id, key_type: HASH}, {attribute_name: n, key_type: RANGE}]}\n",
        "5:5: table 'users': local secondary indexes require a table with a RANGE key; use a global",
    ),
    "duplicate index name": (
        f"    global_secondary_indexes:\n      - {GSI}\n      - {GSI}\n",
        "7:10: table 'users': duplicate index name 'by_n'; give each index of the table its own name",
    ),
    "INCLUDE without attributes": (
        f"    global_secondary_indexes:\n      - {GSI.replace('ALL', 'INCLUDE')}\n",
        "table 'users': INCLUDE requires non_key_attributes",
    ),
    "stream without view type": ("    stream_specification: {stream_enabled: true}\n", "missing stream_view_type"),
    "TTL on a string key": (
        "    time_to_live_specification: {attribute_name: id}\n",
        "TTL attribute 'id' is a key of type S; TTL requires type N",
    ),
    "dimensions": (
        "    vector_indexes: [{index_name: vec, vector_attribute: {attribute_name: v}, dimensions: 5000,"
        " distance_function: COSINE, projection: {projection_type: ALL}}]\n",
        "'dimensions' is 5000; it must be at most 4096",
    ),
    "reserved tag": ("    tags: {'aws:x': y}\n", "tag 'aws:x' is reserved for AWS"),
    "invalid Kinesis stream": (
        "    kinesis_stream_specification: {stream_arn: changes}\n",
        "5:36: table 'users': invalid ARN of a Kinesis stream 'changes'; expected arn:aws:kinesis:",
    ),
    "policy without statement": ("    resource_policy: {Version: x}\n", "the resource policy has no `Statement`"),
    "unknown environment key": (
        "environments: {prod: {regin: x}}\n",
        "5:23: unknown key 'regin'; did you mean 'region'?",
    ),
    "endpoint": ("environments: {prod: {endpoint: foo}}\n", "5:23: environment 'prod': invalid endpoint 'foo'"),
    "account": (
        "environments: {prod: {account_id: '12'}}\n",
        "5:23: environment 'prod': invalid AWS account ID '12'; use its 12 digits",
    ),
    "prefix": (
        "environments: {prod: {table_prefix: 'a b'}}\n",
        "5:23: environment 'prod': table_prefix results in the invalid table name 'a busers'",
    ),
    "override": (
        "environments: {prod: {tables: {users: {billing_mode: PROVISIONED}}}}\n",
        "5:40: in environment 'prod': table 'users': PROVISIONED requires provisioned_throughput",
    ),
    "override of unknown table": (
        "environments: {prod: {tables: {usres: {table_class: STANDARD}}}}\n",
        "did you mean 'users'?",
    ),
    "empty override": ("environments: {prod: {tables: {users: ''}}}\n", "5:32: 'users' is empty"),
    "octal number": (
        "    provisioned_throughput: {read_capacity_units: 012, write_capacity_units: 1}\n",
        '5:51: ambiguous value 012: YAML 1.1 reads it as an octal number; quote it: "012"; or write the number 12',
    ),
    "infinity": ("    tags: {a: .inf}\n", "5:15: unsupported number .inf; use a finite number"),
    "too large for a float": ("    tags: {a: 1e400}\n", "5:15: unsupported number 1e400; use a finite number"),
    "too large for the API": (
        "    on_demand_throughput: {max_read_request_units: 9223372036854775808}\n",
        "it must be at most 9223372036854775807",
    ),
    "null required key": (
        "    global_secondary_indexes: [{index_name: , key_schema: [{attribute_name: n, key_type: HASH}],"
        " projection: {projection_type: ALL}}]\n",
        "'index_name' is null; set a value",
    ),
    "an empty item": (
        f"    global_secondary_indexes: [{GSI}, ]\n    local_secondary_indexes: [null]\n",
        "6:31: item 1 of 'local_secondary_indexes' is null; remove the item, or set a value",
    ),
    "an empty environment key": (
        "environments: {prod: {region: ''}}\n",
        "5:23: 'region' is empty; omit the key, or set a value",
    ),
    "YAML tag": (
        "    tags: !!python/object:os.system {}\n",
        "5:11: unsupported YAML tag !!python/object:os.system; remove the tag",
    ),
    "a bad variable": ("    description: ${bad-name}\n", "5:18: invalid variable ${bad-name}; write ${NAME}"),
    "an open variable": ("    description: ${NAME\n", "5:18: invalid variable ${NAME; write ${NAME}"),
    "an alias used twice": (
        "    tags: &a {x: 5}\nenvironments: {prod: {tables: {users: {tags: *a}}}}\n",
        "5:15: 'x' must be a string",
    ),
    "TableName": ("    TableName: users\n", "5:5: unknown key 'TableName'; did you mean 'name'?"),
    "Tags": ("    Tags: [{Key: a, Value: b}]\n", "5:5: unknown key 'Tags'; did you mean 'tags'?"),
    "unknown key without suggestion": (
        "    colour: red\n",
        "5:5: unknown key 'colour'; the JSON Schema of the config lists all keys",
    ),
    "misspelled key that another requires": (
        "    billing_mode: PROVISIONED\n    provisoned_throughput: {read_capacity_units: 1, write_capacity_units: 1}\n",
        "6:5: unknown key 'provisoned_throughput'",
    ),
    "invalid attribute type": (
        "    time_to_live_specification: {attribute_name: n}\n  - name: other\n    attributes: [{name: id, type: X}]\n"
        "    key_schema: [{attribute_name: id, key_type: HASH}]\n"
        "    time_to_live_specification: {attribute_name: id}\n",
        "7:29: invalid type 'X'",
    ),
    "override of invalid table": (
        "    tags: {a: 5}\nenvironments: {prod: {tables: {users: {table_class: STANDARD}}}}\n",
        "5:12: 'a' must be a string",
    ),
    "invalid override": (
        "environments: {prod: {tables: {users: {tags: {a: 5}}}}}\n",
        "5:47: in environment 'prod': 'a' must be a string",
    ),
    "duplicate projected attribute": (
        f"    global_secondary_indexes:\n      - {GSI.replace('ALL', 'INCLUDE, non_key_attributes: [x, x]')}\n",
        "duplicate attribute 'x'; keep one of them",
    ),
    "tag character": ("    tags: {a: 'what?'}\n", "5:12: table 'users': tag 'a' has an unsupported character"),
    "key as vector attribute": (
        "    vector_indexes: [{index_name: vec, vector_attribute: {attribute_name: id}, dimensions: 5,"
        " distance_function: COSINE, projection: {projection_type: ALL}}]\n",
        "5:59: table 'users': vector attribute 'id' is a key attribute; use another attribute",
    ),
    "no statement": ("    resource_policy: {Statement: []}\n", "`Statement` must be a list of statements"),
    "statement is a string": ("    resource_policy: {Statement: foo}\n", "`Statement` must be a list of statements"),
    "empty statement": ("    resource_policy: {Statement: {}}\n", "`Statement` must be a list of statements"),
    "Effect": (
        "    resource_policy: {Statement: {Effect: Maybe, Action: '*', Principal: '*'}}\n",
        "5:35: table 'users': invalid Effect 'Maybe'; expected one of: Allow, Deny",
    ),
    "missing action": (
        "    resource_policy: {Statement: [{Effect: Deny, Principal: '*'}]}\n",
        "5:35: table 'users': missing `Action`; write Action or NotAction",
    ),
    "invalid environment name": (
        "environments: {my prod: {region: eu-west-1}}\n",
        "environment 'my prod': invalid environment name",
    ),
    "empty environment name": ("environments: {'': {region: eu-west-1}}\n", "environment '': invalid environment name"),
    "Region": (
        "environments: {prod: {region: eu-west1}}\n",
        "5:23: environment 'prod': invalid AWS Region 'eu-west1'; use a name such as eu-west-1",
    ),
    "problem in a merged map": (
        "  - &t {name: a-b, attributes: [{name: i, type: X}], key_schema: [{attribute_name: i, key_type: HASH}]}\n"
        "  - {<<: *t, name: c-d}\n",
        "5:43: invalid type 'X'",
    ),
    "null item": ("  -\n", "5:4: item 2 of 'tables' is null; remove the item, or set a value"),
    "null environment": (
        "environments: {prod: }\n",
        "'prod' is null; omit the key, or set a value",
    ),
    "misspelled environments key": (
        "Environments: {prod: {tables: {users: {tags: {a: b}}}}}\n",
        "5:1: unknown key 'Environments'; did you mean 'environments'?",
    ),
    "missing variable": ("    description: ${NOPE}\n", "5:18: environment variable NOPE is not set; export it"),
}

# independent problems of a table are all reported, consequences of a problem are not
SEVERAL = {
    "billing_mode: PAY\n    tags: {'aws:x': y}": [
        "5:5: invalid billing_mode 'PAY'",
        "6:12: table 'users': tag 'aws:x'",
    ],
    "tags: {a: 5}\n    billing_mode: PROVISIONED": ["5:12: 'a' must be a string", "6:5: table 'users': PROVISIONED"],
    "global_secondary_indexes: [{index_name: by_x}]\n    stream_specification: {stream_enabled: true}": [
        "5:32: missing required key 'key_schema'",
        "5:32: missing required key 'projection'",
        "6:5: table 'users': missing stream_view_type",
    ],
    "table_class: 5\n  - {TableName: b, AttributeDefinitions: [{AttributeName: id, AttributeType: S}]}": [
        "5:5: invalid table_class 5",
        "6:5: missing required key 'key_schema'",
        "6:6: unknown key 'TableName'; did you mean 'name'?",
        "6:20: unknown key 'AttributeDefinitions'; did you mean 'attributes'?",
        "6:44: unknown key 'AttributeName'; did you mean 'name'?",
        "6:63: unknown key 'AttributeType'; did you mean 'type'?",
    ],
    "name: ${NOPE}": ["5:5: duplicate key 'name'"],
    # an invalid item does not change the positions of the others
    f"global_secondary_indexes: [{GSI.replace('ALL', 'SOME')}, {GSI.replace('ALL', 'INCLUDE')}]": [
        "5:115: invalid projection_type 'SOME'",
        "5:141: table 'users': duplicate index name 'by_n'",
        "5:210: table 'users': INCLUDE requires",
    ],
    "key_schema: 5\n    tags: {'aws:x': y}\n  - name: orders\n"
    "    attributes: [{name: id}, {name: n, type: N}, {name: n, type: N}]\n"
    "    key_schema: [{attribute_name: n, key_type: HASH}]": [
        "5:5: duplicate key 'key_schema'",
        "6:12: table 'users': tag 'aws:x' is reserved",
        "8:18: missing required key 'type'",
        "8:51: table 'orders': duplicate attribute 'n'",
    ],
    "tags: 5\n  - name: ${NOPE}-x": [
        "5:5: 'tags' must be a map",
        "6:5: missing required key 'attributes'",
        "6:5: missing required key 'key_schema'",
        "6:11: environment variable NOPE is not set",
    ],
}
