"""Invalid config files with the expected problems."""

from __future__ import annotations

from .config_mistakes import HEAD

ALONE = {
    "CreateTable's own form": (
        HEAD + "TableName: users\n",
        "5:1: unknown key 'TableName'; write it as 'name' in an item of `tables`",
    ),
    "a JSON Schema": (
        "$schema: https://json-schema.org/draft/2020-12/schema\ntitle: x\n",
        "1:1: this is a JSON Schema, not a config; specify the config file",
    ),
    "half of a surrogate pair, escaped": (
        HEAD.replace("users", r'"\ud800sers"'),
        "found invalid Unicode character escape",
    ),
    "an unknown escape": (HEAD.replace("users", r'"\users"'), r"in double quotes write \\ for a backslash"),
    "a nested variable": (HEAD + '    description: "${A:-${B:-x}}"\n', "5:18: invalid variable ${A:-${B:-x}}"),
    "tables of a variable": (
        "tables: ${NOPE}\nenvironments: {prod: {tables: {x: {table_class: STANDARD}}}}\n",
        "1:9: environment variable NOPE is not set",
    ),
    "Tables": (HEAD.replace("tables:", "Tables:"), "1:1: unknown key 'Tables'; did you mean 'tables'?"),
    "undefined anchor": (HEAD + "    tags: *shared\n", "5:11: undefined YAML anchor &shared; quote it"),
    "two documents": (HEAD + "---\na: 1\n", "5:1: the file has a second YAML document; remove the `---`"),
    "no space": (HEAD.replace("name: users", "name:users"), "2:9: missing space after the colon; write `key: value`"),
    "an open bracket": (HEAD.replace("HASH}]", "HASH}"), "4:17: unclosed [, or a missing comma in it; close"),
    "an open quote": (HEAD.replace("users", "'users"), "2:11: unclosed '; close it with '"),
    "a bare variable": (HEAD.replace("type: S", "type: ${T}"), 'quote it: "${NAME}"'),
    "no colon": (
        HEAD + "    description\n    tags: {a: b}\n",
        "expected ':'; end the key with a colon",
    ),
    "indentation": (HEAD.replace("    key_schema", "   key_schema"), "check the indentation"),
    "empty": ("", "1:1: the file is empty; add a top-level `tables` key"),
    "comments": ("# nothing yet\n", "1:1: the file is empty"),
    "no tables": ("environments: {prod: {region: eu-west-1}}\n", "no config file has a top-level 'tables' key"),
    "a list": ("- name: users\n", "1:1: missing top-level 'tables' key"),
    "tabs": ("tables:\n\t- name: x\n", "YAML does not allow tabs: indent with spaces"),
    "not text": ("\udcff", "not valid UTF-8 (byte 0)"),
    "recursive alias": ("tables: &a [*a]\n", "a YAML alias contains itself"),
    "a python object": (
        "tables: !!python/object:os.system {}\n",
        "1:9: unsupported YAML tag !!python/object:os.system",
    ),
    "no key type": (
        HEAD.replace("{name: id, type: S}, ", ""),
        "4:19: table 'users': key attribute 'id' has no type",
    ),
    "RANGE first": (
        HEAD.replace("[{attribute_name: id", "[{attribute_name: n, key_type: RANGE}, {attribute_name: id"),
        "4:5: table 'users': RANGE key before a HASH key; list HASH keys first",
    ),
    "duplicate table": (
        HEAD + HEAD.removeprefix("tables:\n"),
        "5:5: duplicate table 'users'; rename or remove one; the first is at",
    ),
    "short table name": (HEAD.replace("users", "us"), "2:5: table 'us': invalid table name; use 3-255 characters"),
}

JSON = {
    '{"tables": [1,]}': "1:15: invalid JSON: .*; remove the comma before it",
    "{'tables': [1]}": "1:2: invalid JSON: .*; use double quotes",
    "// tables\n{}": "1:1: invalid JSON: .*; JSON does not support comments",
    '{"tables": [1': "the file is incomplete",
    '{"tables": "a\nb"}': "write a line break as",
    "{tables: []}": "write keys in double quotes",
}
