"""Who reaches an engine: access keys, Regions, addresses, networks and other projects."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from botocore.exceptions import ClientError
from botocore.session import Session

from dynamotasks.engines import lifecycle
from dynamotasks.engines.ports import free_port
from dynamotasks.engines.project import Project as EngineProject
from dynamotasks.engines.registry import find_backend
from tests.support.engines import CONFIG
from tests.support.running import Project, until

from .places import Place

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def projects(tmp_path: Path, backend: str) -> Iterator[Callable[[str], Project]]:
    """Return a function that creates projects; their engines and data are removed at the end."""
    made: list[Project] = []

    def make(name: str) -> Project:
        project = Project(tmp_path / name)
        project.write("config/tables.yaml", CONFIG)
        made.append(project)
        return project

    yield make
    for project in made:
        engine = EngineProject(project.root)
        lifecycle.down(engine, volumes=True)
        find_backend(backend).remove_leftovers(engine)


@contextmanager
def client(endpoint: str, key: str, region: str) -> Iterator[DynamoDBClient]:
    made: Any = Session().create_client(
        "dynamodb", region, endpoint_url=endpoint, aws_access_key_id=key, aws_secret_access_key="secret"
    )
    yield made
    made.close()


def tables(endpoint: str, key: str, region: str) -> list[str]:
    with client(endpoint, key, region) as there:
        return there.list_tables()["TableNames"]


REGIONS = ("us-east-1", "eu-west-1", "local", "local-env", "localhost")


def test_all_access_keys_and_regions_share_tables(engine_of_place: Project, place: Place) -> None:
    endpoint = str(place.target.endpoint)
    engine_of_place.call("migrate", "--region", "local-env").ok()
    for key in ("one", "two"):
        for region in REGIONS:
            assert tables(endpoint, key, region) == ["users"], (key, region)
    with client(endpoint, "one", "local") as writer, client(endpoint, "two", "eu-west-1") as reader:
        writer.put_item(TableName="users", Item={"id": {"S": "a"}})
        assert reader.get_item(TableName="users", Key={"id": {"S": "a"}})["Item"] == {"id": {"S": "a"}}
    engine_of_place.call("status", "--exit-code", "--region", "localhost").ok()


def test_no_shared_separates_access_keys_and_regions(projects: Callable[[str], Project], backend: str) -> None:
    project = projects("separate")
    if backend == "dynoxide":
        refused = project.call("up", "--backend", backend, "--port", "0", "--no-shared")
        refused.fails("one database for all access keys", "omit --no-shared")
        return
    up = project.call("up", "--backend", backend, "--port", "0", "--in-memory", "--no-shared", "--json").ok()
    assert "not shared" in up.err
    endpoint = up.json["endpoint"]
    project.call("migrate", "--region", "local-env").ok()
    assert project.call("list", "--region", "local-env", "--json").ok().json["tables"][0]["name"] == "users"
    for region in REGIONS:
        assert tables(endpoint, "dynamotasks", region) == (["users"] if region == "local-env" else [])
    assert tables(endpoint, "another", "local-env") == []


@pytest.mark.usefixtures("engine_of_place")
def test_create_table_refuses_unused_attributes(place: Place) -> None:
    """Every engine refuses them in CreateTable, as AWS does; UpdateTable accepts them."""
    attributes: list[Any] = [{"AttributeName": name, "AttributeType": "S"} for name in ("id", "unused")]
    key: list[Any] = [{"AttributeName": "id", "KeyType": "HASH"}]
    with client(str(place.target.endpoint), "one", "us-east-1") as there:
        table: Any = {"TableName": "users", "BillingMode": "PAY_PER_REQUEST", "KeySchema": key}
        with pytest.raises(ClientError, match="ValidationException"):
            there.create_table(**table, AttributeDefinitions=attributes)
        there.create_table(**table, AttributeDefinitions=attributes[:1])


def test_concurrent_ups_on_one_port(projects: Callable[[str], Project], backend: str) -> None:
    """One gets the port; the other one reports that it is taken, and leaves no engine."""
    one, two = projects("one"), projects("two")
    port = free_port()
    up = ("inv", "db.up", "--backend", backend, "--port", str(port), "--json")
    both = [(project, project.start(*up)) for project in (one, two)]
    ended = [(project, process.communicate(timeout=180), process.returncode) for project, process in both]
    assert sorted(code for _, _, code in ended) == [0, 1], ended
    for project, (out, err), code in ended:
        assert "Traceback" not in err.partition("log:")[0]
        running = find_backend(backend).find(EngineProject(project.root))
        assert (running is not None) == (code == 0)
        if code == 0:
            assert json.loads(out)["port"] == port
            project.call("list").ok()
        else:
            assert "in use" in err
            project.call("list").fails()


def test_another_project_s_engine_on_the_port_is_not_used(projects: Callable[[str], Project], backend: str) -> None:
    """The engine ends as in a reboot, and an engine of another project gets its port."""
    project, other = projects("mine"), projects("theirs")
    port = project.call("up", "--backend", backend, "--port", "0", "--json").ok().json["port"]
    end(project, backend)
    other.call("up", "--backend", "moto", "--port", str(port), "migrate").ok()
    for task in (["status"], ["reset", "--yes"], ["migrate"]):
        project.call(*task).fails("this project's engine is no longer running", "is listening at http://")
    assert [table["name"] for table in other.call("list", "--json").ok().json["tables"]] == ["users"]


def end(project: Project, backend: str) -> None:
    run = find_backend(backend).find(EngineProject(project.root))
    assert run
    if backend == "docker":
        subprocess.run(["docker", "rm", "--force", str(run.handle["id"])], check=True, capture_output=True)
    else:
        engine = psutil.Process(int(run.handle["pid"]))
        engine.kill()
        until(lambda: find_backend(backend).find(EngineProject(project.root)) is None)


def test_listen_publishes_on_the_given_address(projects: Callable[[str], Project], backend: str) -> None:
    project = projects("open")
    up = project.call("up", "--backend", backend, "--port", "0", "--listen", "0.0.0.0", "--json").ok()
    assert "warning: it listens on 0.0.0.0" in up.err
    assert up.json["endpoint"].startswith("http://127.0.0.1:")
    project.call("list").ok()
    own = next(
        address.address
        for addresses in psutil.net_if_addrs().values()
        for address in addresses
        if address.family.name == "AF_INET" and not address.address.startswith("127.")
    )
    project.call("list", "--endpoint", f"http://{own}:{up.json['port']}", "--json").ok()
    project.call("up", "--listen", "127.0.0.1").fails("with listen 0.0.0.0, not 127.0.0.1")


def test_listen_on_ipv6(projects: Callable[[str], Project], backend: str) -> None:
    if backend == "docker":
        return  # Docker publishes there only where its daemon has IPv6
    project = projects("six")
    up = project.call("up", "--backend", backend, "--port", "0", "--listen", "::", "--json").ok()
    assert up.json["endpoint"].startswith("http://[::1]:")
    project.call("migrate", "list").ok()


@pytest.mark.parametrize("address", ["example.com", "1.2.3", "127.0.0.1;touch pwned", "--privileged"])
def test_invalid_listen_address_is_refused(address: str, projects: Callable[[str], Project], backend: str) -> None:
    projects("wrong").call("up", "--backend", backend, f"--listen={address}").fails("listen")


def test_network_is_for_docker_only(projects: Callable[[str], Project], backend: str) -> None:
    project = projects("network")
    if backend != "docker":
        refused = project.call("up", "--backend", backend, "--network", "some", "--port", "0")
        refused.fails("--network requires the backend docker")
        return
    project.call("up", "--backend", "docker", "--network", "no-such-network", "--port", "0").fails(
        "the Docker network does not exist"
    )
    project.call("up", "--backend", "docker", "--network", "host", "--port", "0").fails("cannot publish ports")
    name = EngineProject(project.root).name
    subprocess.run(["docker", "network", "create", name], check=True, capture_output=True)
    try:
        up = project.call("up", "--backend", "docker", "--network", name, "--port", "0").ok()
        assert f"containers in network {name} reach it at http://{name}:8000" in up.err
        project.call("list").ok()
        joined = subprocess.run(
            ["docker", "network", "inspect", name, "--format", "{{range .Containers}}{{.Name}}{{end}}"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert joined.stdout.strip() == name
        project.call("down").ok()
    finally:
        subprocess.run(["docker", "network", "rm", name], check=True, capture_output=True)


def test_corrupt_data_is_reported_with_a_hint(projects: Callable[[str], Project], backend: str) -> None:
    """The engine responds to every request with status 500."""
    if backend == "moto":
        return  # moto keeps no data
    project = projects("corrupt")
    project.call("up", "--backend", backend, "--port", "0", "migrate").ok()
    place = EngineProject(project.root)
    if backend == "docker":
        damage = "head -c 20000 /dev/urandom > /data/shared-local-instance.db"
        volume = subprocess.run(
            ["docker", "volume", "inspect", place.name, "--format", "{{.Mountpoint}}"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        subprocess.run(["sh", "-c", damage.replace("/data", volume)], check=True)
    project.call("down").ok()
    where = place.name
    if backend != "docker":
        file = {"java": "data/shared-local-instance.db", "dynoxide": "dynoxide/tables.db"}[backend]
        data = place.folder / file
        data.write_bytes(bytes(range(256)) * 100)
        where = f"{data.parent}: "
    refused = project.call("up")
    refused.fails("its data is corrupt", "dynamotasks down --volumes", where)
    assert find_backend(backend).find(place) is None
    assert "data deleted" in project.call("down", "--volumes", "--yes").ok().out
    project.call("up", "--backend", backend, "--port", "0", "migrate").ok()


def test_run_passes_the_engine_to_a_command(projects: Callable[[str], Project], backend: str) -> None:
    project = projects("run")
    listing = "import boto3; print(boto3.client('dynamodb').list_tables()['TableNames'])"
    words = ("inv", "db.run", "--backend", backend, "--port", "0", "--", sys.executable, "-c", listing)
    assert project.run(*words).ok().out.strip() == "['users']"
    assert find_backend(backend).find(EngineProject(project.root)) is None
