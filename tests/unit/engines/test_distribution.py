"""Getting DynamoDB Local: whole and checked, or not at all and said how to do it by hand."""

from __future__ import annotations

import gc
import hashlib
import io
import socket
import tarfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from dynamotasks.engines.distribution import RELEASE, Archive, cache_folder, fetch
from dynamotasks.errors import Unavailable


def packed() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name in ("DynamoDBLocal.jar", "DynamoDBLocal_lib/one.jar"):
            entry = tarfile.TarInfo(name)
            entry.size = len(name)
            tar.addfile(entry, io.BytesIO(name.encode()))
    return buffer.getvalue()


REQUESTS: list[str] = []


@pytest.fixture
def server() -> Iterator[tuple[str, bytes]]:
    content = packed()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            REQUESTS.append(self.path)
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
    assert [entry.name for entry in folder.parent.iterdir() if entry.is_dir()] == ["dynamodb-local"]
    assert "downloading DynamoDB Local 1" in capsys.readouterr().err


def test_what_is_not_the_release_is_not_unpacked(server: tuple[str, bytes], tmp_path: Path) -> None:
    url, content = server
    folder = tmp_path / "dynamodb-local"
    with pytest.raises(Unavailable, match=hashlib.sha256(content).hexdigest()) as refused:
        fetch(Archive("1", f"{url}/local.tar.gz", "0" * 64), folder)
    assert "expected 000" in str(refused.value.hint)
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_dir()] == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "http://no-such-host.invalid/x", "{server}/not-there"])
def test_what_cannot_be_fetched_says_what_to_do_by_hand(url: str, server: tuple[str, bytes], tmp_path: Path) -> None:
    archive = Archive("1", url.format(server=server[0]), "0" * 64)
    with pytest.raises(Unavailable, match="cannot be downloaded") as refused:
        fetch(archive, tmp_path / "dynamodb-local")
    assert archive.url in str(refused.value.hint)
    assert "DYNAMODB_LOCAL_HOME" in str(refused.value.hint)
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_dir()] == []


def test_ten_first_downloads_at_once_are_one(server: tuple[str, bytes], tmp_path: Path) -> None:
    url, content = server
    archive = Archive("1", f"{url}/local.tar.gz", hashlib.sha256(content).hexdigest())
    folder = tmp_path / "dynamodb-local"
    REQUESTS.clear()
    with ThreadPoolExecutor(10) as pool:
        for done in [pool.submit(fetch, archive, folder) for _ in range(10)]:
            done.result()
    assert REQUESTS == ["/local.tar.gz"]
    assert (folder / "DynamoDBLocal.jar").read_text() == "DynamoDBLocal.jar"


GARBAGE = {
    "no HTTP": b"SSH-2.0-OpenSSH_9.2\r\n",
    "nothing": b"",
    "zeros": b"\0" * 2000,
    "bad status": b"HTTP/1.1 abc hello\r\n\r\n",
    "endless line": b"HTTP/1.1 200 " + b"x" * 100_000,
    "length is a word": b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nx",
    "length is negative": b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx",
    "cut off": b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nx",
    "bad chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx",
    "too many headers": b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500 + b"\r\n",
    "redirect to no URL": b"HTTP/1.1 302 Found\r\nLocation: http://[\r\n\r\n",
    "redirect to a file": b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n",
    "a login page": b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
}


# urllib leaves the connection of a redirect to no URL to the garbage collector
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("answer", GARBAGE.values(), ids=GARBAGE)
def test_a_download_host_that_answers_garbage(answer: bytes, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                connection.recv(65536)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        archive = Archive("1", f"http://127.0.0.1:{listener.getsockname()[1]}/x", "0" * 64)
        with pytest.raises(Unavailable, match=r"cannot be downloaded|is not DynamoDB Local") as refused:
            fetch(archive, tmp_path / "dynamodb-local")
        thread.join()
    gc.collect()
    assert "DYNAMODB_LOCAL_HOME" in str(refused.value.hint)
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_dir()] == []


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="cannot be kept") as refused:
        fetch(Archive("1", "http://127.0.0.1:9/x", "0" * 64), tmp_path / "file" / "dynamodb-local")
    assert str(tmp_path / "file") in refused.value.where


def test_the_release_is_pinned() -> None:
    assert RELEASE.url.startswith("https://")
    assert len(bytes.fromhex(RELEASE.sha256)) == 32
    assert cache_folder(RELEASE).name == f"dynamodb-local-{RELEASE.version}"
