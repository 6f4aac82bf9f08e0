"""The pytest plugin with asynchronous clients, in an environment of their own: aioboto3 requires an older botocore."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path

import pytest

from tests.support.running import clean_environment
from tests.testing.suite import CONFIG

TEST = """
import asyncio, pytest

@pytest.mark.parametrize("number", range(3))
def test_aioboto3(number, dynamodb_tables):
    import aioboto3

    async def use():
        async with aioboto3.Session().resource("dynamodb") as resource:
            users = await resource.Table("users")
            assert (await users.scan())["Count"] == 0
            await users.put_item(Item={"id": "ada"})
            assert (await users.scan())["Count"] == 1

    asyncio.run(use())

@pytest.mark.parametrize("number", range(3))
def test_aiodynamo(number, dynamodb_endpoint, dynamodb_tables):
    from aiodynamo.client import URL, Client
    from aiodynamo.credentials import Credentials
    from aiodynamo.http.httpx import HTTPX
    from httpx import AsyncClient

    async def use():
        async with AsyncClient() as http:
            users = Client(HTTPX(http), Credentials.auto(), "us-east-1", URL(dynamodb_endpoint)).table("users")
            assert [item async for item in users.scan()] == []
            await users.put_item({"id": "ada"})
            assert [item async for item in users.scan()] == [{"id": "ada"}]

    asyncio.run(use())
"""


def test_async_clients_are_isolated(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    (wheel,) = Path(request.config.getoption("--wheels")).glob("*.whl")
    venv.create(tmp_path / "env", with_pip=True)
    python = next(tmp_path.glob("env/bin/python"), tmp_path / "env/Scripts/python.exe")
    packages = (f"{wheel}[embedded]", "aioboto3", "aiodynamo[httpx]", "pytest")
    subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
    (tmp_path / "tables_config.yaml").write_text(CONFIG)
    (tmp_path / "test_async.py").write_text(TEST)
    options = ("-p", "no:cacheprovider", "-o", "dynamodb_config=tables_config.yaml", "--dynamodb-backend", "moto")
    command = [str(python), "-m", "pytest", *options, "test_async.py"]
    run = subprocess.run(
        command, cwd=tmp_path, env=clean_environment(), capture_output=True, text=True, timeout=180, check=False
    )
    assert " 6 passed" in run.stdout, run.stdout + run.stderr
