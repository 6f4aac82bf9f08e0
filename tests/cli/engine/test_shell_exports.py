"""`db.env`: exports that each shell evaluates safely."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dynamotasks.cli.shell_exports import exports
from tests.support.running import Project

NASTY = {
    "QUOTE": "x'; touch pwned; '",
    "DOUBLE": 'x"; touch pwned; "',
    "COMMAND": "$(touch pwned) `touch pwned` (touch pwned) {touch,pwned}",
    "BACKSLASH": "a\\'; touch pwned; \\",
    "NEWLINE": "a\ntouch pwned\nb",
    "BLANKS": "  two  blanks\t",
    "OTHER": "~ * ? # ! & | < > % $HOME @ \x7f é ☂ \u2019; touch pwned; \u2018",
}
SHELLS = {
    "bash": ["bash", "--norc", "-c", 'eval "$1"; shift; exec "$@"', "-"],
    "zsh": ["zsh", "-f", "-c", 'eval "$1"; shift; exec "$@"', "-"],
    "fish": ["fish", "--no-config", "-c", "eval $argv[1]; exec $argv[2..-1]"],
}
PRINT = [sys.executable, "-c", "import json, os; print(json.dumps(dict(os.environ)))"]


def need(program: str) -> None:
    """Skip if the shell is missing; in CI, fail."""
    if shutil.which(program) is None:
        if os.environ.get("CI"):
            pytest.fail(f"required in CI, but {program} is not installed")
        pytest.skip(f"{program} is not installed")


def evaluate(shell: str, text: str, folder: Path) -> dict[str, str]:
    """Return the environment of a program after a shell has evaluated the text."""
    need(shell)
    result = subprocess.run(
        [*SHELLS[shell], text, *PRINT],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "AWS_PROFILE": "old", "AWS_SESSION_TOKEN": "old"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    found: dict[str, str] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize("shell", SHELLS)
def test_values_are_unchanged_by_the_shell(shell: str, tmp_path: Path) -> None:
    found = evaluate(shell, exports(NASTY, shell), tmp_path)
    assert {name: found[name] for name in NASTY} == NASTY
    assert "AWS_PROFILE" not in found
    assert "AWS_SESSION_TOKEN" not in found
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("shell", ["fish"])
def test_fish_sources_the_exports(shell: str, tmp_path: Path) -> None:
    need(shell)
    result = subprocess.run(
        [*SHELLS[shell][:-1], "source; exec $argv", *PRINT],
        cwd=tmp_path,
        input=exports(NASTY, shell),
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert {name: json.loads(result.stdout)[name] for name in NASTY} == NASTY


def test_powershell_doubles_all_single_quotes() -> None:
    # https://learn.microsoft.com/en-us/powershell/module/microsoft.powershell.core/about/about_quoting_rules
    line = exports({"A": "x'; ni pwned; \u2018\u2019\u201a\u201b"}, "pwsh").splitlines()[0]
    assert line == "$env:A = 'x''; ni pwned; \u2018\u2018\u2019\u2019\u201a\u201a\u201b\u201b'"


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    "variables",
    [
        {"AWS_REGION": "x'; touch pwned; '"},
        {"DYNAMOTASKS_ENDPOINT": "http://h:1/';{touch,pwned};'"},
        {"DYNAMOTASKS_REGION": "$(touch pwned)"},
    ],
)
def test_values_are_not_executed(shell: str, variables: dict[str, str], project: Project) -> None:
    """They are rejected or quoted."""
    variables = {"DYNAMOTASKS_ENDPOINT": "http://127.0.0.1:1", **variables}
    printed = project.call("env", "--shell", shell, **variables)
    assert "Traceback" not in printed.err
    evaluate(shell, printed.out, project.root)
    assert not (project.root / "pwned").exists()


ENDPOINT = {"DYNAMOTASKS_ENDPOINT": "http://127.0.0.1:8199"}


def test_as_sets_further_variables(project: Project) -> None:
    printed = project.call("env", "--format", "json", "--as", "DYNAMODB_URL", "--as", "APP_DB", **ENDPOINT).ok()
    for name in ("AWS_ENDPOINT_URL_DYNAMODB", "DYNAMO_ENDPOINT", "DYNAMODB_URL", "APP_DB"):
        assert printed.json[name] == "http://127.0.0.1:8199"
    assert printed.json["AWS_REGION"] == "us-east-1"


@pytest.mark.parametrize("name", ["A;touch pwned", "1A", "A B", "A=B", "-A", "Ä"])
def test_invalid_variable_name_is_rejected(name: str, project: Project) -> None:
    project.call("env", f"--as={name}", **ENDPOINT).fails("invalid --as", "not a variable name")


def test_dotenv_has_the_same_values(project: Project) -> None:
    lines = project.call("env", "--format", "dotenv", "--as", "APP_DB", **ENDPOINT).ok().out.splitlines()
    values = dict(line.split("=", 1) for line in lines)
    assert values == project.call("env", "--format", "json", "--as", "APP_DB", **ENDPOINT).ok().json


def test_unknown_format_and_shell_are_rejected(project: Project) -> None:
    project.call("env", "--format", "toml", **ENDPOINT).fails("invalid --format 'toml'", "shell, dotenv, json")
    project.call("env", "--shell", "tcsh", **ENDPOINT).fails("unsupported shell 'tcsh'", "bash, zsh, fish, powershell")
    both = project.call("env", "--shell", "bash", "--format", "json", **ENDPOINT)
    both.fails("--shell has no effect with --format json")
