"""What a person may write wrong, and what is said of it."""

from __future__ import annotations

HEAD = """\
tables:
  - name: users
    attributes: [{name: id, type: S}, {name: n, type: N}]
    key_schema: [{attribute_name: id, key_type: HASH}]
"""
GSI = "{index_name: by_n, key_schema: [{attribute_name: n, key_type: HASH}], projection: {projection_type: ALL}}"

# what is added to the table above (or stands alone), and what is said of it
MISTAKES = {
    "unknown key": ("    biling_mode: PROVISIONED\n", "5:5: unknown key 'biling_mode'; did you mean 'billing_mode'?"),
    "unknown word": (
        "    billing_mode: PAY\n",
        "5:5: 'billing_mode' cannot be 'PAY'; one of: PAY_PER_REQUEST, PROVISIONED",
    ),
    "null": ("    tags:\n", "5:5: 'tags' is null; leave the key out to leave it unmanaged"),
    "empty list": (
        f"    global_secondary_indexes: [{GSI.replace('ALL', 'INCLUDE, non_key_attributes: []')}]\n",
        "'non_key_attributes' is empty; leave the key out",
    ),
    "empty map": ("    provisioned_throughput: {}\n", "5:5: 'provisioned_throughput' is empty"),
    "empty text for a map": ("    tags: ''\n", "5:5: 'tags' is empty"),
    "a list for a map": ("    tags: []\n", "5:5: 'tags' must be a map of keys and values; it is []"),
    "a map for a list": ("    vector_indexes: {}\n", "5:5: 'vector_indexes' must be a list; it is {}"),
    "yes": (
        "    deletion_protection_enabled: yes\n",
        "5:5: 'deletion_protection_enabled' must be true or false, not 'yes'",
    ),
    "number as a tag": ("    tags: {a: 5}\n", "5:12: 'a' must be a string, not 5; quote it: \"5\""),
    "octal": ("    tags: {a: 012}\n", '5:15: 012 is a number in some YAML and not in other; quote it: "012"'),
    "key twice": ("    name: other\n", "5:5: 'name' is here twice; keep one of them"),
    "no throughput": (
        "    billing_mode: PROVISIONED\n",
        "5:5: table 'users': PROVISIONED needs `provisioned_throughput`",
    ),
    "on-demand throughput": (
        "    billing_mode: PAY_PER_REQUEST\n"
        "    provisioned_throughput: {read_capacity_units: 1, write_capacity_units: 1}\n",
        "6:5: table 'users': PAY_PER_REQUEST takes no `provisioned_throughput`; leave it out",
    ),
    "units of none": (
        "    provisioned_throughput: {read_capacity_units: 0, write_capacity_units: 1}\n",
        "5:30: 'read_capacity_units' is 0; it must be at least 1",
    ),
    "LSI without RANGE": (
        "    local_secondary_indexes:\n      - {index_name: by_n, projection: {projection_type: ALL}, key_schema:"
        " [{attribute_name: id, key_type: HASH}, {attribute_name: n, key_type: RANGE}]}\n",
        "5:5: table 'users': a table without a RANGE key takes no local secondary index; make it global",
    ),
    "two indexes of a name": (
        f"    global_secondary_indexes:\n      - {GSI}\n      - {GSI}\n",
        "7:10: table 'users': there are two indexes 'by_n'; indexes of one table share their names",
    ),
    "INCLUDE of nothing": (
        f"    global_secondary_indexes:\n      - {GSI.replace('ALL', 'INCLUDE')}\n",
        "table 'users': INCLUDE needs `non_key_attributes`",
    ),
    "stream of nothing": ("    stream_specification: {stream_enabled: true}\n", "a stream needs `stream_view_type`"),
    "TTL on a text key": (
        "    time_to_live_specification: {attribute_name: id}\n",
        "'id' is a key of type S; TTL reads numbers",
    ),
    "dimensions": (
        "    vector_indexes: [{index_name: vec, vector_attribute: {attribute_name: v}, dimensions: 5000,"
        " distance_function: COSINE, projection: {projection_type: ALL}}]\n",
        "'dimensions' is 5000; it must be at most 4096",
    ),
    "AWS's tag": ("    tags: {'aws:x': y}\n", "the tag 'aws:x' belongs to AWS"),
    "no stream": (
        "    kinesis_stream_specification: {stream_arn: changes}\n",
        "5:36: table 'users': 'changes' is no ARN of a Kinesis stream",
    ),
    "no policy": ("    resource_policy: {Version: x}\n", "this is no policy: it has no `Statement`"),
    "unknown environment key": (
        "environments: {prod: {regin: x}}\n",
        "5:23: unknown key 'regin'; did you mean 'region'?",
    ),
    "endpoint": ("environments: {prod: {endpoint: foo}}\n", "5:23: environment 'prod': invalid endpoint 'foo'"),
    "account": ("environments: {prod: {account_id: '12'}}\n", "5:23: environment 'prod': '12' is no AWS account"),
    "prefix": (
        "environments: {prod: {table_prefix: 'a b'}}\n",
        "5:23: environment 'prod': with this prefix 'a busers' is no table's name",
    ),
    "override": (
        "environments: {prod: {tables: {users: {billing_mode: PROVISIONED}}}}\n",
        "5:40: in environment 'prod': table 'users': PROVISIONED needs `provisioned_throughput`",
    ),
    "override of nothing": (
        "environments: {prod: {tables: {usres: {table_class: STANDARD}}}}\n",
        "did you mean 'users'?",
    ),
    "empty override": ("environments: {prod: {tables: {users: ''}}}\n", "5:32: 'users' is empty"),
    "octal number": (
        "    provisioned_throughput: {read_capacity_units: 012, write_capacity_units: 1}\n",
        '5:51: 012 is a number in some YAML and not in other; quote it: "012"; or as a number, write 12',
    ),
    "infinity": ("    tags: {a: .inf}\n", "5:15: .inf is no number that DynamoDB takes"),
    "too large for a float": ("    tags: {a: 1e400}\n", "5:15: 1e400 is no number that DynamoDB takes"),
    "too large for the API": (
        "    on_demand_throughput: {max_read_request_units: 9223372036854775808}\n",
        "it must be at most 9223372036854775807",
    ),
    "an empty needed key": (
        "    global_secondary_indexes: [{index_name: , key_schema: [{attribute_name: n, key_type: HASH}],"
        " projection: {projection_type: ALL}}]\n",
        "'index_name' is null; give it a value",
    ),
    "an empty item": (
        f"    global_secondary_indexes: [{GSI}, ]\n    local_secondary_indexes: [null]\n",
        "6:31: item 1 of 'local_secondary_indexes' is null; remove the item, or give it a value",
    ),
    "an empty environment key": (
        "environments: {prod: {region: ''}}\n",
        "5:23: 'region' is empty; leave the key out, or give it a value",
    ),
    "a tag of YAML": (
        "    tags: !!python/object:os.system {}\n",
        "5:11: the tag !!python/object:os.system is not taken",
    ),
    "a bad variable": ("    description: ${bad-name}\n", "5:18: ${bad-name} is no variable; write ${NAME}"),
    "an open variable": ("    description: ${NAME\n", "5:18: ${NAME is no variable; write ${NAME}"),
    "an alias used twice": (
        "    tags: &a {x: 5}\nenvironments: {prod: {tables: {users: {tags: *a}}}}\n",
        "5:15: 'x' must be a string",
    ),
    "TableName": ("    TableName: users\n", "5:5: unknown key 'TableName'; did you mean 'name'?"),
    "Tags": ("    Tags: [{Key: a, Value: b}]\n", "5:5: unknown key 'Tags'; did you mean 'tags'?"),
    "no such key": ("    colour: red\n", "5:5: unknown key 'colour'; `inv db.schema` lists all keys"),
    "a typo and what needs it": (
        "    billing_mode: PROVISIONED\n    provisoned_throughput: {read_capacity_units: 1, write_capacity_units: 1}\n",
        "6:5: unknown key 'provisoned_throughput'",
    ),
    "a broken type": (
        "    time_to_live_specification: {attribute_name: n}\n  - name: other\n    attributes: [{name: id, type: X}]\n"
        "    key_schema: [{attribute_name: id, key_type: HASH}]\n"
        "    time_to_live_specification: {attribute_name: id}\n",
        "7:29: 'type' cannot be 'X'",
    ),
    "an override of a broken table": (
        "    tags: {a: 5}\nenvironments: {prod: {tables: {users: {table_class: STANDARD}}}}\n",
        "5:12: 'a' must be a string",
    ),
    "an override with a mistake": (
        "environments: {prod: {tables: {users: {tags: {a: 5}}}}}\n",
        "5:47: in environment 'prod': 'a' must be a string",
    ),
    "a key included twice": (
        f"    global_secondary_indexes:\n      - {GSI.replace('ALL', 'INCLUDE, non_key_attributes: [x, x]')}\n",
        "'x' is included twice; keep one of them",
    ),
    "a tag's characters": ("    tags: {a: 'what?'}\n", "5:12: table 'users': the tag 'a' has a character"),
    "vectors in a key": (
        "    vector_indexes: [{index_name: vec, vector_attribute: {attribute_name: id}, dimensions: 5,"
        " distance_function: COSINE, projection: {projection_type: ALL}}]\n",
        "5:59: table 'users': 'id' is a key, so it holds no vectors",
    ),
    "no statement": ("    resource_policy: {Statement: []}\n", "`Statement` must be a list of statements"),
    "a word for a statement": ("    resource_policy: {Statement: foo}\n", "`Statement` must be a list of statements"),
    "an empty statement": ("    resource_policy: {Statement: {}}\n", "`Statement` must be a list of statements"),
    "Effect": (
        "    resource_policy: {Statement: {Effect: Maybe, Action: '*', Principal: '*'}}\n",
        "5:35: table 'users': `Effect` cannot be 'Maybe'; one of: Allow, Deny",
    ),
    "no action": (
        "    resource_policy: {Statement: [{Effect: Deny, Principal: '*'}]}\n",
        "5:35: table 'users': `Action` is missing; write Action, or NotAction",
    ),
    "environment name": ("environments: {my prod: {region: eu-west-1}}\n", "'my prod' is no name for an environment"),
    "no environment name": ("environments: {'': {region: eu-west-1}}\n", "'' is no name for an environment"),
    "Region": ("environments: {prod: {region: eu-west1}}\n", "5:23: environment 'prod': 'eu-west1' is no AWS Region"),
    "a mistake that is merged": (
        "  - &t {name: a-b, attributes: [{name: i, type: X}], key_schema: [{attribute_name: i, key_type: HASH}]}\n"
        "  - {<<: *t, name: c-d}\n",
        "5:43: 'type' cannot be 'X'",
    ),
    "an item that is null": ("  -\n", "5:4: item 2 of 'tables' is null; remove the item, or give it a value"),
    "an environment that is null": (
        "environments: {prod: }\n",
        "'prod' is null; leave the key out, or give it a value",
    ),
    "environments in another spelling": (
        "Environments: {prod: {tables: {users: {tags: {a: b}}}}}\n",
        "5:1: unknown key 'Environments'; did you mean 'environments'?",
    ),
    "missing variable": ("    description: ${NOPE}\n", "5:18: ${NOPE}: there is no variable NOPE; export it"),
}

ALONE = {
    "CreateTable's own form": (
        HEAD + "TableName: users\n",
        "5:1: unknown key 'TableName'; write 'name' in a table, which is an item of `tables:`",
    ),
    "a JSON Schema": (
        "$schema: https://json-schema.org/draft/2020-12/schema\ntitle: x\n",
        "1:1: this is a JSON Schema, not a config; name the config file itself",
    ),
    "half of a surrogate pair, escaped": (
        HEAD.replace("users", r'"\ud800sers"'),
        "found invalid Unicode character escape",
    ),
    "an unknown escape": (HEAD.replace("users", r'"\users"'), r"in double quotes write \\ for a backslash"),
    "a nested variable": (HEAD + '    description: "${A:-${B:-x}}"\n', "5:18: ${A:-${B:-x}} is no variable"),
    "tables of a variable": (
        "tables: ${NOPE}\nenvironments: {prod: {tables: {x: {table_class: STANDARD}}}}\n",
        "1:9: ${NOPE}",
    ),
    "Tables": (HEAD.replace("tables:", "Tables:"), "1:1: unknown key 'Tables'; did you mean 'tables'?"),
    "no such alias": (HEAD + "    tags: *shared\n", "5:11: there is no anchor &shared; as text, quote it"),
    "two documents": (HEAD + "---\na: 1\n", "5:1: a second document starts here; remove the `---`"),
    "no space": (HEAD.replace("name: users", "name:users"), "2:9: no space after the colon; write `key: value`"),
    "an open bracket": (HEAD.replace("HASH}]", "HASH}"), "4:17: this [ has no end, or a comma is missing in it; close"),
    "an open quote": (HEAD.replace("users", "'users"), "2:11: this ' has no end; close it with '"),
    "a bare variable": (HEAD.replace("type: S", "type: ${T}"), 'quote it: "${NAME}"'),
    "no colon": (
        HEAD + "    description\n    tags: {a: b}\n",
        "expected ':'; a key ends with a colon",
    ),
    "indentation": (HEAD.replace("    key_schema", "   key_schema"), "indent alike what belongs together"),
    "empty": ("", "1:1: the file is empty; start it with `tables:`"),
    "comments": ("# nothing yet\n", "1:1: the file is empty"),
    "no tables": ("environments: {prod: {region: eu-west-1}}\n", "no file declares `tables`"),
    "a list": ("- name: users\n", "1:1: the file must hold `tables:` at its top"),
    "tabs": ("tables:\n\t- name: x\n", "a tab is there: indent with spaces"),
    "not text": ("\udcff", "is no UTF-8 text"),
    "an alias of itself": ("tables: &a [*a]\n", "an alias contains itself"),
    "a python object": ("tables: !!python/object:os.system {}\n", "1:9: the tag !!python/object:os.system is not"),
    "no key type": (
        HEAD.replace("{name: id, type: S}, ", ""),
        "4:19: table 'users': the key attribute 'id' has no type",
    ),
    "RANGE first": (
        HEAD.replace("[{attribute_name: id", "[{attribute_name: n, key_type: RANGE}, {attribute_name: id"),
        "4:5: table 'users': a RANGE key stands before a HASH key; put HASH first",
    ),
    "two tables of a name": (
        HEAD + HEAD.removeprefix("tables:\n"),
        "5:5: table 'users' is here twice; rename or remove one; the first is at",
    ),
    "a short name": (HEAD.replace("users", "us"), "2:5: table 'us': this is no name for a table; 3 to 255 of"),
}

# a table that has one mistake is looked at all the same; what follows from a mistake is not told
SEVERAL = {
    "billing_mode: PAY\n    tags: {'aws:x': y}": ["5:5: 'billing_mode' cannot be", "6:12: table 'users': the tag"],
    "tags: {a: 5}\n    billing_mode: PROVISIONED": ["5:12: 'a' must be a string", "6:5: table 'users': PROVISIONED"],
    "global_secondary_indexes: [{index_name: by_x}]\n    stream_specification: {stream_enabled: true}": [
        "5:32: 'key_schema' is missing",
        "5:32: 'projection' is missing",
        "6:5: table 'users': a stream needs",
    ],
    "table_class: 5\n  - {TableName: b, AttributeDefinitions: [{AttributeName: id, AttributeType: S}]}": [
        "5:5: 'table_class' cannot be 5",
        "6:5: 'key_schema' is missing",
        "6:6: unknown key 'TableName'; did you mean 'name'?",
        "6:20: unknown key 'AttributeDefinitions'; did you mean 'attributes'?",
        "6:44: unknown key 'AttributeName'; did you mean 'name'?",
        "6:63: unknown key 'AttributeType'; did you mean 'type'?",
    ],
    "name: ${NOPE}": ["5:5: 'name' is here twice"],
    "tags: 5\n  - name: ${NOPE}-x": [
        "5:5: 'tags' must be a map",
        "6:5: 'attributes' is missing",
        "6:5: 'key_schema' is missing",
        "6:11: ${NOPE}: there is no variable NOPE",
    ],
}

JSON = {
    '{"tables": [1,]}': "1:15: this is no JSON: .*; remove the comma before it",
    "{'tables': [1]}": "1:2: this is no JSON: .*; write double quotes",
    "// tables\n{}": "1:1: this is no JSON: .*; JSON has no comments",
    '{"tables": [1': "the file ends before it is complete",
    '{"tables": "a\nb"}': "write a line break as",
    "{tables: []}": "write keys in double quotes",
}
