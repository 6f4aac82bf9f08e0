"""Getting DynamoDB Local: whole and checked, or not at all and said how to do it by hand."""

from __future__ import annotations

import hashlib
import io
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from dynamotasks.backends.distribution import RELEASE, Archive, cache_folder, fetch
from dynamotasks.errors import Unavailable


def packed() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name in ("DynamoDBLocal.jar", "DynamoDBLocal_lib/one.jar"):
            entry = tarfile.TarInfo(name)
            entry.size = len(name)
            tar.addfile(entry, io.BytesIO(name.encode()))
    return buffer.getvalue()


@pytest.fixture
def server() -> Iterator[tuple[str, bytes]]:
    content = packed()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path != "/local.tar.gz":
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", content
        server.shutdown()
        thread.join()


def test_it_is_unpacked_whole(server: tuple[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url, content = server
    folder = tmp_path / "cache" / "dynamodb-local"
    fetch(Archive("1", f"{url}/local.tar.gz", hashlib.sha256(content).hexdigest()), folder)
    assert (folder / "DynamoDBLocal.jar").read_text() == "DynamoDBLocal.jar"
    assert (folder / "DynamoDBLocal_lib" / "one.jar").is_file()
    assert [entry.name for entry in folder.parent.iterdir()] == ["dynamodb-local"]
    assert "downloading DynamoDB Local 1" in capsys.readouterr().err


def test_what_is_not_the_release_is_not_unpacked(server: tuple[str, bytes], tmp_path: Path) -> None:
    url, content = server
    folder = tmp_path / "dynamodb-local"
    with pytest.raises(Unavailable, match=hashlib.sha256(content).hexdigest()) as refused:
        fetch(Archive("1", f"{url}/local.tar.gz", "0" * 64), folder)
    assert "expected 000" in refused.value.cure
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "http://no-such-host.invalid/x", "{server}/not-there"])
def test_what_cannot_be_fetched_says_what_to_do_by_hand(url: str, server: tuple[str, bytes], tmp_path: Path) -> None:
    archive = Archive("1", url.format(server=server[0]), "0" * 64)
    with pytest.raises(Unavailable, match="cannot be downloaded") as refused:
        fetch(archive, tmp_path / "dynamodb-local")
    assert archive.url in refused.value.cure
    assert "DYNAMODB_LOCAL_HOME" in refused.value.cure
    assert list(tmp_path.iterdir()) == []


def test_the_release_is_pinned() -> None:
    assert RELEASE.url.startswith("https://")
    assert len(bytes.fromhex(RELEASE.sha256)) == 32
    assert cache_folder(RELEASE).name == f"dynamodb-local-{RELEASE.version}"
