from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from dynamotasks.engines.ports import free_port
from dynamotasks.engines.project import Project

LISTEN = """
import socket, sys
with socket.create_server(("127.0.0.1", int(sys.argv[1]))):
    print("listening", flush=True)
    sys.stdin.read()
"""
Listen = Callable[..., int]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "shop")


@pytest.fixture
def listen() -> Iterator[Listen]:
    """Start a process that listens on a free port, with these arguments on its command line; return the port."""
    with ExitStack() as stack:

        def start(*arguments: str) -> int:
            port = free_port()
            command = [sys.executable, "-c", LISTEN, str(port), *(each.format(port=port) for each in arguments)]
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            stack.callback(process.communicate)
            assert process.stdout
            assert process.stdout.readline()
            return port

        yield start
