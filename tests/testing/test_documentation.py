"""What docs/testing.md shows and lists."""

from __future__ import annotations

import re

import pytest

from tests.support.running import REPOSITORY
from tests.testing.suite import Suite

PAGE = (REPOSITORY / "docs/testing.md").read_text(encoding="utf-8")
PLUGIN = (REPOSITORY / "dynamotasks/testing/plugin.py").read_text(encoding="utf-8")


def first_block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert found
    return found[1]


def test_first_example_runs_and_has_15_lines(suite: Suite) -> None:
    config, test = first_block("yaml"), first_block("python")
    assert len([line for line in (config + test).splitlines() if line]) <= 15
    (suite.root / "pytest.ini").unlink()
    suite.write("config/tables.yaml", config)
    suite.write("test_users.py", test)
    suite.passes(2, DYNAMOTASKS_TEST_BACKEND="moto")


@pytest.mark.parametrize("pattern", [r'"(--dynamodb-\w+)"', r'addini\("(dynamodb_\w+)"', r"^def (dynamodb\w*)\("])
def test_page_lists_every_option_and_fixture(pattern: str) -> None:
    names = re.findall(pattern, PLUGIN, re.MULTILINE)
    assert names
    assert [name for name in names if f"`{name}`" not in PAGE] == []
