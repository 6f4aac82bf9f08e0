"""The download of DynamoDB Local: complete and verified, or an error with manual instructions."""

from __future__ import annotations

import gc
import hashlib
import io
import socket
import tarfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from dynamotasks.engines.distribution import RELEASE, Archive, cache_folder, fetch
from dynamotasks.engines.observer import Observer
from dynamotasks.errors import Unavailable


def packed() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name in ("DynamoDBLocal.jar", "DynamoDBLocal_lib/one.jar"):
            entry = tarfile.TarInfo(name)
            entry.size = len(name)
            tar.addfile(entry, io.BytesIO(name.encode()))
    return buffer.getvalue()


class Progress(Observer):
    """Records the sizes of downloads: as announced and as received."""

    def __init__(self) -> None:
        self.expected: dict[str, int] = {}
        self.received: Counter[str] = Counter()

    @contextmanager
    def download(self, title: str, size: int) -> Iterator[Callable[[int], object]]:
        self.expected[title] = size
        yield lambda count: self.received.update({title: count})


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


def test_download_is_unpacked_and_reported(server: tuple[str, bytes], tmp_path: Path) -> None:
    url, content = server
    progress = Progress()
    folder = tmp_path / "cache" / "dynamodb-local"
    fetch(Archive("1", f"{url}/local.tar.gz", hashlib.sha256(content).hexdigest()), folder, progress)
    assert (folder / "DynamoDBLocal.jar").read_text() == "DynamoDBLocal.jar"
    assert (folder / "DynamoDBLocal_lib" / "one.jar").is_file()
    assert [entry.name for entry in folder.parent.iterdir() if entry.is_dir()] == ["dynamodb-local"]
    assert progress.received == {"DynamoDB Local 1": len(content)}
    assert progress.expected == {"DynamoDB Local 1": len(content)}


def test_download_with_wrong_checksum_is_not_unpacked(server: tuple[str, bytes], tmp_path: Path) -> None:
    url, content = server
    folder = tmp_path / "dynamodb-local"
    with pytest.raises(Unavailable, match=hashlib.sha256(content).hexdigest()) as refused:
        fetch(Archive("1", f"{url}/local.tar.gz", "0" * 64), folder, Observer())
    assert "expected 000" in str(refused.value.hint)
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_dir()] == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "http://no-such-host.invalid/x", "{server}/not-there"])
def test_failed_download_explains_the_manual_way(url: str, server: tuple[str, bytes], tmp_path: Path) -> None:
    archive = Archive("1", url.format(server=server[0]), "0" * 64)
    with pytest.raises(Unavailable, match="cannot download") as refused:
        fetch(archive, tmp_path / "dynamodb-local", Observer())
    assert archive.url in str(refused.value.hint)
    assert "DYNAMODB_LOCAL_HOME" in str(refused.value.hint)
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_dir()] == []


def test_concurrent_downloads_send_one_request(server: tuple[str, bytes], tmp_path: Path) -> None:
    url, content = server
    archive = Archive("1", f"{url}/local.tar.gz", hashlib.sha256(content).hexdigest())
    folder = tmp_path / "dynamodb-local"
    REQUESTS.clear()
    with ThreadPoolExecutor(10) as pool:
        for done in [pool.submit(fetch, archive, folder, Observer()) for _ in range(10)]:
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
def test_malformed_response_is_a_failed_download(answer: bytes, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                connection.recv(65536)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        archive = Archive("1", f"http://127.0.0.1:{listener.getsockname()[1]}/x", "0" * 64)
        with pytest.raises(Unavailable, match=r"cannot download|is not DynamoDB Local") as refused:
            fetch(archive, tmp_path / "dynamodb-local", Observer())
        thread.join()
    gc.collect()
    assert "DYNAMODB_LOCAL_HOME" in str(refused.value.hint)
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_dir()] == []


def test_unwritable_cache_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="cannot store") as refused:
        fetch(Archive("1", "http://127.0.0.1:9/x", "0" * 64), tmp_path / "file" / "dynamodb-local", Observer())
    assert str(tmp_path / "file") in refused.value.where


def test_the_release_is_pinned() -> None:
    assert RELEASE.url.startswith("https://")
    assert len(bytes.fromhex(RELEASE.sha256)) == 32
    assert cache_folder(RELEASE).name == f"dynamodb-local-{RELEASE.version}"
