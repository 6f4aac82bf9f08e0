"""A pytest in the process of another one, as the fixture `pytester` runs it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dynamotasks.errors import EngineError
from dynamotasks.testing.run_engine import Run, start
from tests.testing.suite import CONFIG, Suite


@pytest.mark.parametrize("workers", [("-p", "no:xdist"), ("-n", "1")], ids=["single", "xdist"])
def test_run_in_the_process_of_a_test_has_an_engine_of_its_own(suite: Suite, workers: tuple[str, ...]) -> None:
    suite.write("conftest.py", "pytest_plugins = ['pytester']")
    suite.write("inner.py", "def test_inner(dynamodb_tables): dynamodb_tables['users'].put_item(Item={'id': 'inner'})")
    suite.write(
        "test_app.py",
        f"""
import app, os, pathlib

def test_outer(dynamodb_tables, dynamodb_endpoint, pytester):
    app.add("outer")
    pytester.mkdir("config").joinpath("tables.yaml").write_text({CONFIG!r})
    pytester.makepyfile(test_inner=pathlib.Path(__file__).with_name("inner.py").read_text())
    options = ("--dynamodb-backend", "moto", "-p", "no:xdist", "-p", "no:hypothesispytest", "-p", "no:pytest_cov")
    pytester.runpytest_inprocess(*options).assert_outcomes(passed=1)
    assert os.environ["AWS_ENDPOINT_URL_DYNAMODB"] == dynamodb_endpoint
    assert [item["id"] for item in app.users.scan()["Items"]] == ["outer"]

def test_next(dynamodb_tables): assert app.count() == 0
""",
    )
    suite.passes(2, *workers, "test_app.py")


@pytest.mark.posix
@pytest.mark.parametrize("planted", ["link", "open folder"])
def test_folder_that_others_can_change_is_refused(tmp_path: Path, planted: str) -> None:
    other, folder = tmp_path / "other", tmp_path / "run"
    other.mkdir(mode=0o700)
    if planted == "link":
        folder.symlink_to(other)
    else:
        folder.mkdir()
        folder.chmod(0o777)
    with pytest.raises(EngineError, match="is a link, or other users have access to it"):
        start(Run(str(folder), 0, os.getpid()), "moto", "pytest0", keep=True)
    assert list(other.iterdir()) == []
