"""What docs/testing.md shows and lists."""

from __future__ import annotations

import re

import pytest

from tests.support.running import REPOSITORY
from tests.testing.suite import Suite

PAGE = (REPOSITORY / "docs/testing.md").read_text(encoding="utf-8")
SOURCES = [REPOSITORY / f"dynamotasks/testing/{name}.py" for name in ("options", "plugin")]
PLUGIN = "".join(source.read_text(encoding="utf-8") for source in SOURCES)


def first_block(language: str, page: str = PAGE) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
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


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_examples_of_seeds_and_of_other_services_run(suite: Suite) -> None:
    suite.write("seeds/two.yaml", first_block("yaml", section("Seeds")))
    suite.write("test_seeds.py", first_block("python", section("Seeds")))
    suite.write("test_photos.py", first_block("python", section("Other AWS services with moto")))
    suite.passes(2)
