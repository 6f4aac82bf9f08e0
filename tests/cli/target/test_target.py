"""Commands connect to the intended database, with the intended credentials, whatever shell, profile and flags set."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

import dynamotasks
from dynamotasks import DynamotasksError
from tests.cli.target.test_environments import MOTO_S_ACCOUNT, configure, moto
from tests.simulator import ControlPlane, control_plane
from tests.support.running import Project
from tests.support.tables import operations, table

__all__ = ["moto"]
REAL = {"AWS_ACCESS_KEY_ID": "AKIDREAL", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "tokenreal"}
ELSEWHERE = "http://192.0.2.1:4566"  # https://www.rfc-editor.org/rfc/rfc5737: nothing is there


class _Recorder(BaseHTTPRequestHandler):
    requests: ClassVar[list[str]]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.requests.append(str(self.headers))
        payload = b'{"TableNames": []}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


class _DualStack(ThreadingHTTPServer):
    address_family = socket.AF_INET6

    def server_bind(self) -> None:
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()


@contextmanager
def recorder(address: str) -> Iterator[tuple[int, list[str]]]:
    """A server on all addresses that records the heads of requests: its port, and they."""

    class Handler(_Recorder):
        requests: ClassVar[list[str]] = []

    kind = _DualStack if ":" in address else ThreadingHTTPServer
    with kind((address, 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_address[1], Handler.requests
        finally:
            server.shutdown()
            thread.join()


def own_address() -> str:
    """The address by which this machine would reach others; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no network")
        return str(probe.getsockname()[0])


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "0", "2130706433", "0x7f000001", "127.1", "[::]", "[::ffff:127.0.0.1]", "name", "own"],
)
def test_real_credentials_are_not_sent_to_loopback(host: str, project: Project) -> None:
    if host == "own":
        host = own_address()
    elif host == "name":
        host = socket.gethostname()
    if host.startswith("[") and not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    with recorder("::" if host.startswith("[") else "0.0.0.0") as (port, requests):
        project.variables.update(REAL)
        project.call("list", "--env", "aws", "--endpoint", f"http://{host}:{port}").ok()
    assert requests
    assert "AKIDREAL" not in "".join(requests)
    assert "tokenreal" not in "".join(requests)


def test_host_name_starting_like_loopback_is_remote(project: Project) -> None:
    """It is not given dummy credentials: without real ones nothing is sent."""
    refused = project.call("list", "--env", "aws", "--endpoint", "http://127.evil.invalid")
    refused.fails("no AWS credentials found")


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "DYNAMOTASKS_ENDPOINT"])
@pytest.mark.parametrize("endpoint", ["http://0:8000", ELSEWHERE, "https://ec2-1-2-3-4.compute-1.amazonaws.com"])
def test_endpoint_variable_is_refused_for_other_environments(name: str, endpoint: str, project: Project) -> None:
    configure(project, {"prod": {"region": "eu-west-1"}}, table("users"))
    project.variables.update({**REAL, name: endpoint})
    refused = project.call("plan", "--env", "prod", "--exit-code")
    refused.fails(
        f"environment prod would connect to {endpoint}", f"--endpoint {endpoint}", "`endpoint:` of environment prod"
    )


def test_endpoint_variable_named_in_the_config_is_used(project: Project, plane: ControlPlane) -> None:
    configure(project, {"ci": {"endpoint": "${AWS_ENDPOINT_URL}", "credentials": "dummy"}}, table("users"))
    project.call("migrate", "--env", "ci", AWS_ENDPOINT_URL=plane.endpoint).ok()
    project.call("plan", "--env", "ci", AWS_ENDPOINT_URL=plane.endpoint, DYNAMOTASKS_ENDPOINT=plane.endpoint).ok()
    assert list(plane.tables) == ["users"]


def test_endpoint_in_invoke_yaml_is_refused_for_other_environments(project: Project) -> None:
    configure(project, {"prod": {"region": "eu-west-1"}}, table("users"))
    project.write("invoke.yaml", f"dynamotasks: {{endpoint: '{ELSEWHERE}'}}\n")
    project.call("plan", "--env", "prod").fails("would connect to", "because of `endpoint` in Invoke's configuration")


@pytest.mark.parametrize(
    "profile", [f"endpoint_url = {ELSEWHERE}", f"services = s\n[services s]\ndynamodb =\n  endpoint_url = {ELSEWHERE}"]
)
def test_endpoint_in_profile_is_refused_for_other_environments(profile: str, project: Project) -> None:
    configure(project, {"prod": {"region": "eu-west-1", "profile": "shop"}}, table("users"))
    config = project.write("aws-config", f"[profile shop]\n{profile}\n")
    project.variables.update(REAL, AWS_CONFIG_FILE=str(config))
    project.call("plan", "--env", "prod").fails(f"would connect to {ELSEWHERE}, not AWS", "or the AWS profile")


def test_account_is_not_requested_from_another_server(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine's STS would confirm any account, and would be sent the session token."""
    prod = {"endpoint": "https://dynamodb.eu-west-1.amazonaws.com", "account_id": MOTO_S_ACCOUNT}
    configure(project, {"prod": prod}, table("users"))
    for name, value in {**REAL, "AWS_ENDPOINT_URL": ELSEWHERE}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(project.root)
    database = dynamotasks.connect(dynamotasks.load("tables_config.json"), "prod")
    with pytest.raises(DynamotasksError, match=f"would connect to {ELSEWHERE}, not AWS, because of STS"):
        database.check_account(())
    database.close()


def test_disposable_does_not_apply_to_another_region(project: Project, plane: ControlPlane) -> None:
    """An engine may keep tables of its own for each Region."""
    entry = {"endpoint": plane.endpoint, "credentials": "dummy", "disposable": True, "region": "us-east-1"}
    configure(project, {"dev": entry}, table("users"))
    project.call("reset", "--env", "dev", "--region", "eu-west-2", "--yes").fails("--region changes the target")
    project.call("reset", "--env", "dev", "--region", "us-east-1", "--yes").ok()


@pytest.fixture
def dev(project: Project) -> Iterator[tuple[Project, ControlPlane, ControlPlane]]:
    """A disposable environment, a table in it, and the same table at another endpoint, both empty."""
    with control_plane() as own, control_plane() as other:
        entry = {"endpoint": own.endpoint, "credentials": "dummy", "disposable": True}
        configure(project, {"dev": entry}, table("users"))
        for plane in (own, other):
            project.call("migrate", "--env", "dev", "--endpoint", plane.endpoint).ok()
        yield project, own, other


def test_disposable_does_not_apply_to_another_endpoint(dev: tuple[Project, ControlPlane, ControlPlane]) -> None:
    project, own, other = dev
    moved = ("--env", "dev", "--endpoint", other.endpoint)
    why = "environment dev is not disposable: --endpoint changes the target that the config describes"
    project.call("reset", *moved, "--yes").fails(why, "--allow-destructive --confirm dev")
    project.call("drop", *moved, "--yes", "--table", "users").fails(why)
    project.call("reset", "--env", "dev", "--yes", DYNAMOTASKS_ENDPOINT=other.endpoint).fails("would connect to")
    project.write("invoke.yaml", f"dynamotasks: {{endpoint: '{other.endpoint}'}}\n")
    project.call("reset", "--env", "dev", "--yes").fails("would connect to")
    (project.root / "invoke.yaml").unlink()
    assert "DeleteTable" not in operations(own) + operations(other)
    project.call("reset", *moved, "--allow-destructive", "--confirm", "dev").ok()
    assert "DeleteTable" in operations(other)
    # the same endpoint is the entry's own, whoever names it
    project.call("reset", "--env", "dev", "--yes", "--endpoint", f"{own.endpoint}/").ok()
    project.call("reset", "--env", "dev", "--yes").ok()


@pytest.mark.parametrize(
    ("flags", "variables", "what"),
    [
        (("--profile", "default"), {}, "--profile"),
        (("--region", "eu-west-2"), {}, "--region"),
        ((), {"DYNAMOTASKS_PROFILE": "default"}, "DYNAMOTASKS_PROFILE"),
        ((), {"DYNAMOTASKS_REGION": "eu-west-2"}, "DYNAMOTASKS_REGION"),
        ((), {"AWS_PROFILE": "default"}, "AWS_PROFILE"),
    ],
)
def test_disposable_account_does_not_apply_to_another_profile_or_region(
    flags: tuple[str, ...],
    variables: dict[str, str],
    what: str,
    project: Project,
    plane: ControlPlane,
    moto: str,
) -> None:
    credentials = project.write("aws", "[default]\naws_access_key_id = AKID\naws_secret_access_key = secret\n")
    project.variables.update(REAL, AWS_ENDPOINT_URL_STS=moto, AWS_SHARED_CREDENTIALS_FILE=str(credentials))
    entry = {"endpoint": plane.endpoint, "credentials": "chain", "disposable": True, "region": "eu-west-1"}
    configure(project, {"dev": {**entry, "account_id": MOTO_S_ACCOUNT}}, table("users"))
    project.call("migrate", "--env", "dev").ok()
    refused = project.call("reset", "--env", "dev", "--yes", *flags, **variables)
    refused.fails(f"is not disposable: {what} changes the target that the config describes")
    assert "DeleteTable" not in operations(plane)
    project.call("reset", "--env", "dev", "--yes", AWS_REGION="eu-west-2").ok()
    assert "DeleteTable" in operations(plane)


def test_disposable_does_not_apply_to_the_region_of_the_shell(project: Project, plane: ControlPlane, moto: str) -> None:
    project.variables.update(REAL, AWS_ENDPOINT_URL_STS=moto)
    entry = {"endpoint": plane.endpoint, "credentials": "chain", "disposable": True, "account_id": MOTO_S_ACCOUNT}
    configure(project, {"dev": entry}, table("users"))
    project.call("migrate", "--env", "dev").ok()
    project.call("reset", "--env", "dev", "--yes", AWS_REGION="eu-west-2").fails("AWS_REGION changes the target")
    project.call("reset", "--env", "dev", "--yes").ok()


@pytest.mark.parametrize(
    "entry", [{"credentials": "chain", "endpoint": "http://dynamodb:8000"}, {"region": "eu-west-1"}, {}]
)
def test_disposable_environment_in_aws_requires_account_id(entry: dict[str, Any], project: Project) -> None:
    configure(project, {"dev": {**entry, "disposable": True}}, table("users"))
    project.call("validate").fails("environment 'dev': disposable requires account_id")
    configure(project, {"dev": {**entry, "disposable": True, "account_id": MOTO_S_ACCOUNT}}, table("users"))
    project.call("validate").ok()


def test_local_environment_asks_at_another_endpoint(project: Project, plane: ControlPlane) -> None:
    """An engine that this project did not start may be someone else's, also where it shows no items."""
    plane.server_header = "Jetty(12.0.14)"
    configure(project, {}, table("users"))
    at = ("--endpoint", plane.endpoint)
    project.call("migrate", *at).ok()
    project.call("reset", *at).fails("delete 1 table (0 items)", "confirm with --yes")
    assert "DeleteTable" not in operations(plane)
    project.call("reset", *at, "--yes").ok()
    assert "DeleteTable" in operations(plane)


def test_compose_service_can_be_disposable(project: Project) -> None:
    """Its name resolves inside the network only: elsewhere the error says so."""
    entry = {"endpoint": "http://dynamodb.invalid:8000", "credentials": "dummy", "disposable": True}
    configure(project, {"ci": entry}, table("users"))
    project.variables.update(REAL, AWS_REGION="eu-west-1", AWS_PROFILE="shop")
    refused = project.call("reset", "--env", "ci", "--yes")
    refused.fails("target: environment ci, http://dynamodb.invalid:8000", "dummy credentials", "does not resolve")
