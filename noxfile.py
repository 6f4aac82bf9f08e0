"""The checks of this project: `nox` runs all that this machine can run, `nox -l` lists them.

A session whose backend is unavailable is skipped with a message; where CI is set, that is an error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nox

sys.path.insert(0, str(Path(__file__).parent))  # Nox runs without this package and what it requires
from dynamotasks.testing.nox import SessionEngine, on_each_engine

nox.needs_version = ">=2026.10"
nox.options.default_venv_backend = "uv|virtualenv"
os.environ.setdefault("UV_SYSTEM_CERTS", "1")  # as pip does: a proxy may have a certificate of its own
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # each of the many processes would compile boto3 and pytest
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False
nox.options.allow_parallel = True  # sessions share no files; NOX_PARALLEL sets how many run at the same time

PROJECT = nox.project.load_toml("pyproject.toml")
# most tests wait for timers and child processes: more workers than cores
WORKERS = ("--numprocesses=4", "--dist=worksteal")
# a third of all work: with as many workers as two other sessions, it does not end long after them
MANY_WORKERS = ("--numprocesses=8", "--dist=worksteal")
# these run in sessions of their own
ELSEWHERE = ("contract", "package", "faults")
UNIT = ("tests", *(f"--ignore=tests/{name}" for name in ELSEWHERE))


def group(name: str) -> tuple[str, ...]:
    """Return the packages of a dependency group."""
    return nox.project.dependency_groups(PROJECT, name)


def found_pythons() -> list[str]:
    """Return the supported Python versions that start here; a pyenv shim without its Python does not."""
    found = []
    for minor in range(10, 16):
        command = shutil.which(f"python3.{minor}")
        if command and subprocess.run([command, "-c", ""], capture_output=True, check=False).returncode == 0:
            found.append(f"3.{minor}")
    return found or [f"3.{sys.version_info.minor}"]


PYTHONS = found_pythons()


def run_tests(session: nox.Session, workers: tuple[str, ...], *arguments: str) -> None:
    """Run pytest; a process of its own compiles all modules first, or each worker would do that."""
    session.run("pytest", "--collect-only", "--quiet", *arguments, *session.posargs, silent=True)
    session.run("pytest", *workers, *arguments, *session.posargs)


@nox.session(tags=["check"])
def lint(session: nox.Session) -> None:
    """Style, complexity and the direction of imports."""
    session.install("-e", ".", *group("lint"))
    session.run("ruff", "check", *session.posargs)
    session.run("ruff", "format", "--check")
    session.run("lint-imports", "--no-logo")


@nox.session(tags=["check"])
def types(session: nox.Session) -> None:
    """Mypy, strict."""
    session.install("-e", ".[embedded]", *group("types"))
    session.run("mypy", *session.posargs)


@nox.session(python=PYTHONS[-1], tags=["test"])
def tests(session: nox.Session) -> None:
    """The tasks and the library, on the newest Python with the newest packages."""
    session.install("-e", ".[embedded]", *group("test"), *group("formats"), *group("nox"))
    run_tests(session, MANY_WORKERS, *UNIT)


@nox.session(python=PYTHONS[-1], default=False)
def coverage(session: nox.Session) -> None:
    """The branches that `tests` runs, measured in its own processes: for a nightly run."""
    session.install("-e", ".[embedded]", *group("test"), *group("formats"), *group("nox"))
    session.run("pytest", *MANY_WORKERS, *UNIT, "--cov", "--cov-report=term-missing:skip-covered", *session.posargs)


@nox.session(tags=["test"])
def package(session: nox.Session) -> None:
    """The wheel in an empty environment, used by another project; the documentation."""
    session.install("build", *group("test"), "-e", ".")
    wheels = Path(session.create_tmp(), "wheels")
    session.run("python", "-m", "build", "--wheel", "--outdir", str(wheels), silent=True)
    run_tests(session, WORKERS, "tests/package", "--wheels", str(wheels))


@nox.session(tags=["test"])
def faults(session: nox.Session) -> None:
    """Corrupt responses, killed and competing processes, random inputs."""
    session.install("-e", ".", *group("test"))
    run_tests(session, WORKERS, "tests/faults")


@nox.session(default=False)
def soak(session: nox.Session) -> None:
    """Twenty times the random inputs, 20,000 broken configs, 2,500 tables: for a nightly run."""
    session.install("-e", ".", *group("test"), *group("formats"))
    large = ("faults/test_random_inputs.py", "properties", "cli/migrate/test_many_tables.py")
    files = (f"tests/{name}" for name in large)
    session.run("pytest", *WORKERS, *files, *session.posargs, env={"DYNAMOTASKS_TEST_SOAK": "1"})


def contract_files(place: str) -> list[str]:
    """Return the contract tests that apply to a place, those that wait longest first."""
    found = {file.stem.removeprefix("test_"): file for file in Path("tests", "contract").glob("test_*.py")}
    local = ("docker", "java", "local_ttl")
    killed = ("seed_killed", "dump_killed", "truncate_killed")
    names = {
        "docker": ("docker", "engine", "reach", "tables"),  # the rest depends on DynamoDB Local: tested with java
        # what happens to backups and after kills does not depend on the engine: tested with moto and dynoxide
        "java": found.keys() - {"docker", "replace_backups", *killed},
        # `floor` tests how its engine starts and ends; renaming depends on moto as little as kills do
        "moto": found.keys() - {*local, "engine", "rename", "replace_killed", *killed},
        "dynoxide": (
            *("engine", "reach", "tables", "changes", "streams", "expiry"),
            *("seeds", "seed_task", "dump", "truncate", "rename", *killed),
        ),
        "aws": ("tables", "changes"),
    }
    found = {name: found[name] for name in names[place]}
    files = [str(found[name]) for name in sorted(found, key=lambda name: (name not in ("java", "local_ttl"), name))]
    # `tests` runs the isolation of tests on moto
    return [*files, "tests/testing/isolation"] if place in ("java", "dynoxide") else files


@nox.session(python=PYTHONS[-1], tags=["test", "engines"])
@on_each_engine("java", "docker", "moto", "dynoxide")  # the longest first
def contract(session: nox.Session, engine: SessionEngine) -> None:
    """One suite, against each engine."""
    extras = "[embedded,java]" if engine == "java" else "[embedded]"
    session.install("-e", "." + extras, *group("test"))
    engine.require(session)
    run_tests(session, WORKERS, *contract_files(engine), "--place", engine)


@nox.session(python=PYTHONS[0], tags=["test"])
def floor(session: nox.Session) -> None:
    """The modules, and the tasks with moto, on the oldest supported versions of Python and packages."""
    oldest = [package.replace(">=", "==") for package in PROJECT["project"]["dependencies"]]
    session.install("-e", ".[embedded]", *oldest, *group("test"))
    tasks = [f"tests/contract/test_{name}.py" for name in ("engine", "replace")]
    newer = [f"--ignore=tests/unit/formats/{name}" for name in ("terraform", "pynamodb")]  # their packages require more
    run_tests(session, WORKERS, "tests/unit", *newer, *tasks, "-m", "not newest_boto3")


@nox.session(python=PYTHONS[-1], tags=["test"])
def aws(session: nox.Session) -> None:
    """The contract suite against an AWS account, or a server that is addressed like one."""
    session.install("-e", ".[embedded]", *group("test"))
    run_tests(session, WORKERS, *contract_files("aws"), "--place", "aws")


@nox.session(tags=["test"])
@on_each_engine("java", "moto")
def async_clients(session: nox.Session, engine: SessionEngine) -> None:
    """The pytest plugin with aioboto3, which requires an older boto3, and with aiodynamo."""
    session.install("-e", ".[embedded]", *group("async"))
    engine.require(session)
    folder = Path("tests", "async_clients")
    for client in ("aioboto3", "aiodynamo"):  # the import of aiodynamo changes how all tests of a process are isolated
        session.run("pytest", "-c", str(folder / "pytest.ini"), str(folder / f"test_{client}.py"), *session.posargs)


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Tasks, transfers of items and the isolation of tests compared with others; `-- isolation` or `-- items` alone."""
    session.install("-e", ".[embedded]", "boto3", "pytest>=8", "pytest-dynamodb>=2.5")
    if session.posargs[:1] not in (["isolation"], ["items"]):
        session.run("python", "-m", "benchmarks.bench", *session.posargs)
    for name in ("isolation", "items"):
        if session.posargs[:1] in ([], [name]):
            session.run("python", "-m", f"benchmarks.{name}", *session.posargs[1:])


@nox.session(default=False)
def engines(session: nox.Session) -> None:
    """The start, speed and memory of each engine, written into docs/engines.md."""
    session.install("-e", ".[embedded,java]")
    session.run("python", "-m", "benchmarks.engines", *session.posargs)
