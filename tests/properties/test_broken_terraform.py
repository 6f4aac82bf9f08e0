"""Test that broken Terraform files are problems, never tracebacks."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from dynamotasks.errors import ConfigError
from dynamotasks.formats.reading import load
from tests.support.soak import size

TEXT = """\
variable "stage" {
  type    = object({ name = optional(string, "dev"), n = number })
  default = { n = 1 }
}
locals {
  tables = { for k in ["a", "b"] : "t-${k}" => { key = "id", zones = [k, 1, null] } if k != "c" }
}
resource "aws_dynamodb_table" "t" {
  for_each       = local.tables
  name           = format("%s-%03d-%s", each.key, var.stage.n, var.stage.name)
  billing_mode   = var.stage.n > 1 ? "PAY_PER_REQUEST" : "PROVISIONED"
  read_capacity  = max(1, 2) + 3
  write_capacity = -1 * -5
  hash_key       = lookup(each.value, "key", "id")
  dynamic "attribute" {
    for_each = toset([each.value.key])
    content {
      name = attribute.value
      type = "S"
    }
  }
  ttl {
    attribute_name = element(each.value.zones, 0)
    enabled        = true && !false
  }
  tags = merge({ a = join("-", each.value.zones[*]) }, { policy = <<-EOT
    ${jsonencode({ x = [1] })} ${try(local.absent, "x")}
  EOT
  })
}
module "m" {
  source   = "terraform-aws-modules/dynamodb-table/aws"
  name     = aws_dynamodb_table.t["t-a"].name
  hash_key = "id"
  attributes = [{ name = "id", type = "S" }]
}
"""
TOKENS = [
    "${",
    "}",
    "{",
    '"',
    "[",
    "]",
    "(",
    ")",
    "=",
    "null",
    "true",
    "-1",
    "each",
    "local.tables",
    "...",
    "[*]",
    ".",
    "\n",
]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    text = TEXT
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        text = text[:start] + draw(st.sampled_from(TOKENS) | st.text(max_size=4)) + text[end:]
    return text


@settings(max_examples=size(75, soak=1_500), deadline=None)
@given(mutated() | st.text(max_size=60))
def test_a_mutated_file_is_read_or_has_problems(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "main.tf"
        file.write_text(text, encoding="utf-8", errors="replace")
        try:
            load(folder, {})
        except ConfigError as error:
            assert error.problems  # noqa: PT017


@settings(max_examples=size(50, soak=1_000), deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.sampled_from(["${var.a}", "${", "x", "%{if}"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["resource", "aws_dynamodb_table", "name", "attribute", "ttl", "dynamic", "content", "variable"]
                ),
                inner,
                max_size=3,
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_is_read_or_has_problems(document: object) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "main.tf.json").write_text(json.dumps({"resource": {"aws_dynamodb_table": {"t": document}}}))
        (Path(folder) / "show.json").write_text(
            json.dumps(
                {
                    "format_version": "1",
                    "values": {"root_module": {"resources": [{"type": "aws_dynamodb_table", "values": document}]}},
                }
            )
        )
        for name in (folder, str(Path(folder) / "show.json")):
            try:
                load(name, {})
            except ConfigError as error:
                assert error.problems  # noqa: PT017
