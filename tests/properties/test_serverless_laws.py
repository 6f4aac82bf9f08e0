"""Test laws of the variables of the Serverless Framework: they end, and what is wrong is a problem."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dynamotasks.errors import ConfigError
from dynamotasks.formats.reading import load
from tests.support.soak import size

NAMES = st.sampled_from("abcd")
SOURCES = st.one_of(
    NAMES.map(lambda name: f"self:custom.{name}"),
    st.sampled_from(
        [
            "self:custom",
            "self:",
            "opt:stage",
            "sls:stage",
            "param:x",
            "file(serverless.json)",
            "file(serverless.json):custom.a",
            "file(part.yml):a",
            "file(../x.yml)",
            "file()",
            "'text'",
            "3",
            "null",
            "self:provider.stage",
            "ssm:/x",
            "AWS::Region",
            "bare",
            "",
        ]
    ),
)
VARIABLES = st.recursive(
    st.lists(SOURCES, min_size=1, max_size=3).map(lambda sources: f"${{{', '.join(sources)}}}"),
    lambda inner: st.one_of(
        inner.map(lambda text: f"${{self:custom.{text}}}"),
        inner.map(lambda text: f"${{strToBool({text})}}"),
        st.lists(inner, min_size=1, max_size=3).map(lambda texts: f"${{merge({','.join(texts)})}}"),
        st.tuples(inner, inner).map("-".join),
        st.tuples(SOURCES, inner).map(lambda pair: f"${{{pair[0]}, {pair[1]}}}"),
    ),
    max_leaves=6,
)
TEXTS = st.one_of(VARIABLES, VARIABLES, st.text("${}:,()'\\ self", max_size=12))
TREES: st.SearchStrategy[Any] = st.recursive(
    TEXTS, lambda inner: st.one_of(st.dictionaries(NAMES, inner, max_size=3), st.lists(inner, max_size=3)), max_leaves=6
)


@settings(
    max_examples=size(150, soak=3_000), deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(custom=st.dictionaries(NAMES, TREES, max_size=4), part=TREES, name=TEXTS, resources=st.one_of(TREES, st.none()))
def test_variables_end_in_tables_or_problems(
    tmp_path: Path, custom: dict[str, Any], part: Any, name: str, resources: Any
) -> None:
    properties = {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "Tags": part,
    }
    tables = {"Resources": {"Orders": {"Type": "AWS::DynamoDB::Table", "Properties": properties}}}
    document = {
        "service": "shop",
        "provider": {"name": "aws", "stage": part},
        "custom": custom,
        "resources": tables if resources is None else [tables, resources],
    }
    file = tmp_path / "serverless.json"
    file.write_text(json.dumps(document))
    (tmp_path / "part.yml").write_text(json.dumps({"a": part}))
    try:
        assert load(file, {}).tables
    except ConfigError as error:
        assert error.problems  # noqa: PT017
