"""The pytest plugin: options, the marker `dynamodb` and the fixtures that docs/testing.md describes.

pytest imports this module in every run, so it imports the rest of the package only for projects that declare tables, or
when a fixture is used.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from .failures import RepeatedFailures, short_failure, text_of
from .options import add_options, check_options, read_options

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient, DynamoDBServiceResource
    from mypy_boto3_dynamodb.service_resource import Table

    from .declared_streams import Expire, StreamEvents
    from .isolation import Isolation
    from .run_engine import RunEngine
    from .session import Session
    from .streams import StreamReader

# `dynamotasks.config.discovery` would import the whole config package
_DISCOVERED = ("config/tables.yaml", "config/tables.yml", "config/tables.json", "config/tables", "tables_config.json")
_RUN_OF_WORKER = "dynamotasks_run"
_KEPT = pytest.StashKey["Isolation"]()
_SESSION = pytest.StashKey["Session"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the command line and of the ini file."""
    add_options(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """In a project that declares tables, set the environment before a test module can create a client."""
    root = early_config.rootpath
    if early_config.getini("dynamodb_config") or any((root / name).exists() for name in _DISCOVERED):
        _session(early_config).prepare()


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and check the options."""
    config.addinivalue_line("markers", "dynamodb(tables=None, seed=None): use declared tables, empty or with items")
    config.pluginmanager.register(RepeatedFailures())
    check_options(config)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand the run to an xdist worker."""
    from .run_engine import serialize

    node.workerinput[_RUN_OF_WORKER] = serialize(_session(node.config).run)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let tests with the marker, or with a fixture that leads to the engine, start with clean tables."""
    if isinstance(item, pytest.Function):
        names = item.fixturenames
        if item.get_closest_marker("dynamodb"):
            item.fixturenames = ["dynamodb_tables", *names]  # the list itself belongs to all parameters of a function
        elif "dynamodb_env" in names:
            item.fixturenames = ["_dynamodb_clean", *names]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Restore the environment if no collected test uses the engine, unless the ini file says that the project does."""
    found = None if session.config.getini("dynamodb_config") else session.config.stash.get(_SESSION, None)
    ours = {"dynamodb_env", "dynamodb_tables"}
    if (
        found
        and session.items
        and not any(ours.intersection(getattr(item, "fixturenames", ())) for item in session.items)
    ):
        found.environment.restore()


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> Iterator[None]:
    """Set the variables again that a fixture of several tests changed, such as one with keys for moto's mock."""
    result = yield
    session = request.config.stash.get(_SESSION, None)
    if session and fixturedef.scope != "function":
        session.environment.ensure()
    return result


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print what ran the engine, or how to look at an engine that is kept."""
    session = config.stash.get(_SESSION, None)
    if session and session.run.used:
        from .run_summary import write_summary

        write_summary(terminalreporter, session.run, session.options)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the engine, and restore the environment."""
    if session := config.stash.get(_SESSION, None):
        session.restore()
        if session.is_finished():
            return
        from ..errors import DynamotasksError

        try:
            session.stop()
        except DynamotasksError as error:
            sys.stderr.write(f"dynamodb: {text_of(error)}\n")
        except KeyboardInterrupt:  # the second Ctrl-C; the reaper stops the engine
            sys.stderr.write("dynamodb: interrupted; what is left is removed in the background or by the next run\n")


@pytest.fixture(scope="session")
def dynamodb_engine(pytestconfig: pytest.Config) -> RunEngine:
    """Return the engine of this test run; it starts when the first test needs it."""
    session = _session(pytestconfig)
    with short_failure(session.options.origin_of_backend):
        return session.engine


@pytest.fixture(scope="session")
def dynamodb_endpoint(dynamodb_engine: RunEngine) -> str:
    """Return the URL of the engine."""
    return dynamodb_engine.endpoint


@pytest.fixture(scope="session")
def dynamodb_env(pytestconfig: pytest.Config, dynamodb_engine: RunEngine) -> Iterator[Mapping[str, str]]:
    """Point the AWS SDKs of this process and its children to the engine; return the variables."""
    from .recorder import install

    install()  # clients that exist are observed, too
    environment = _session(pytestconfig).environment
    yield environment.apply(dynamodb_engine.endpoint, dynamodb_engine.region, dynamodb_engine.access_key)
    environment.restore()


@pytest.fixture(scope="session")
def dynamodb(dynamodb_env: Mapping[str, str]) -> DynamoDBClient:
    """Return a boto3 client."""
    import boto3

    client: DynamoDBClient = boto3.Session().client("dynamodb")
    return client


@pytest.fixture(scope="session")
def dynamodb_resource(dynamodb_env: Mapping[str, str]) -> DynamoDBServiceResource:
    """Return a boto3 resource."""
    import boto3

    resource: DynamoDBServiceResource = boto3.Session().resource("dynamodb")
    return resource


@pytest.fixture
def dynamodb_tables(request: pytest.FixtureRequest, _dynamodb_clean: Mapping[str, str]) -> Mapping[str, Table]:
    """Return the tables that the test asked for by their declared names, as resources of boto3."""
    from .table_resources import TableResources

    with short_failure():
        _ = _session(request.config).declared  # without a config, this is an error
    return TableResources(_dynamodb_clean, lambda: request.getfixturevalue("dynamodb_resource"))


@pytest.fixture
def dynamodb_stream_events(_dynamodb_clean: Mapping[str, str], _dynamodb_reader: StreamReader) -> StreamEvents:
    """Return a function that returns what the test wrote to a table, as the events that Lambda passes."""
    from .declared_streams import StreamEvents

    return StreamEvents(_dynamodb_reader, _dynamodb_clean)


@pytest.fixture
def dynamodb_expire(
    pytestconfig: pytest.Config, _dynamodb_clean: Mapping[str, str], _dynamodb_reader: StreamReader
) -> Expire:
    """Return a function that deletes the items of a table that Time to Live would have deleted by a time."""
    from .declared_streams import Expire

    with short_failure():
        return Expire(_dynamodb_reader, _dynamodb_clean, _session(pytestconfig).declared.tables)


@pytest.fixture(scope="session")
def _dynamodb_reader(dynamodb: DynamoDBClient) -> StreamReader:
    """Return the reader of this worker's streams."""
    from .streams import StreamReader

    return StreamReader(dynamodb)


@pytest.fixture(scope="session")
def _dynamodb_isolation(
    pytestconfig: pytest.Config, dynamodb_engine: RunEngine, dynamodb_env: object
) -> Iterator[Isolation]:
    """Return the isolation of this worker's tables."""
    from .isolation import Isolation
    from .other_tests import OtherTests

    session, debug = _session(pytestconfig), pytestconfig.getoption("--dynamodb-debug")
    with short_failure():
        tables = session.declared.tables if session.declares_tables else ()
        isolation = Isolation(
            *(dynamodb_engine.endpoint, dynamodb_engine.access_key, dynamodb_engine.region, tables),
            strategy=session.options.isolation,
            debug=debug,
        )
    if session.options.keep:
        yield isolation
        return
    others = pytestconfig.pluginmanager.register(OtherTests(isolation, report=debug))
    yield isolation
    pytestconfig.pluginmanager.unregister(name=others)
    isolation.close()


@pytest.fixture
def _dynamodb_clean(request: pytest.FixtureRequest, _dynamodb_isolation: Isolation) -> Iterator[Mapping[str, str]]:
    """Reset the tables around a test; return the database's names of the tables that it asked for."""
    from .marker import Request, read_marker

    session, marker = _session(request.config), request.node.get_closest_marker("dynamodb")
    session.environment.ensure()
    with short_failure():
        asked = read_marker(marker.args, marker.kwargs) if marker else Request()
        names = session.declared.select(asked.tables) if session.declares_tables else {}
        _end_kept(request.config)
        _dynamodb_isolation.begin(names.values(), session.seed(asked))
        if "_dynamodb_reader" in request.fixturenames:  # before fixtures of the project write to the tables
            request.getfixturevalue("_dynamodb_reader").start(names.values())
    yield names
    if session.options.keep:
        request.config.stash[_KEPT] = _dynamodb_isolation
    else:
        with short_failure():
            _dynamodb_isolation.end()


def _end_kept(config: pytest.Config) -> None:
    """Reset the tables of the last test, which were kept in case that no test follows."""
    if isolation := config.stash.get(_KEPT, None):
        isolation.end()


def _session(config: pytest.Config) -> Session:
    """Return the plugin's part of this process, created when it is first used."""
    if _SESSION not in config.stash:
        from .run_engine import inherited_run
        from .session import Session

        received = getattr(config, "workerinput", {}).get(_RUN_OF_WORKER)
        config.stash[_SESSION] = Session(read_options(config), inherited_run(received))
    return config.stash[_SESSION]
