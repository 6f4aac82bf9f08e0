"""The DynamoDB Local folder: where it is, or how it gets here from AWS.

The archive and its SHA-256 are those of Homebrew's cask `dynamodb-local` for 2026-07-31, the day of release 3.3.1 in
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocalHistory.html.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tarfile
import tempfile
import urllib.error
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from ..errors import Unavailable
from ..folders import expanded

HOME_VARIABLE = "DYNAMODB_LOCAL_HOME"
_JAR = "DynamoDBLocal.jar"


@dataclass(frozen=True, slots=True)
class Archive:
    """A release of DynamoDB Local as AWS publishes it."""

    version: str
    url: str
    sha256: str


RELEASE = Archive(
    "3.3.1",
    "https://d1ni2b6xgvw0s0.cloudfront.net/v2.x/dynamodb_local_2026-07-31.tar.gz",
    "f80bcec477f85f57e2c77f8d54aa6b672a8403fceff0c450560aee1cf6c21163",
)


def locate(*, download: bool) -> Path:
    """The folder with `DynamoDBLocal.jar`: `DYNAMODB_LOCAL_HOME`'s, else the downloaded one.

    Args:
        download: gets it from AWS when it is not there.

    Raises:
        Unavailable: it is not there and cannot be had.
    """
    if named := os.environ.get(HOME_VARIABLE):
        folder = expanded(named)
        if not (folder / _JAR).is_file():
            raise Unavailable(
                f"{HOME_VARIABLE} is {folder}, but there is no {_JAR}", hint="point it to the unpacked folder"
            )
        return folder
    folder = cache_folder(RELEASE)
    if not (folder / _JAR).is_file():
        if not download:
            raise Unavailable(f"DynamoDB Local is not at {folder}", hint="run `inv db.up` again to download it")
        fetch(RELEASE, folder)
    return folder


def cache_folder(archive: Archive) -> Path:
    """Where a downloaded release is kept, once for all projects of this user."""
    from platformdirs import user_cache_path

    return user_cache_path("dynamotasks", appauthor=False) / f"dynamodb-local-{archive.version}"


def fetch(archive: Archive, folder: Path) -> None:
    """Download a release, check it and unpack it, unless another process has just done so.

    The folder appears whole or not at all.

    Raises:
        Unavailable: it cannot be downloaded, or it is not the release that is expected.
    """
    from filelock import FileLock

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{folder}.lock"):
            if not (folder / _JAR).is_file():
                _fetch(archive, folder)
    except OSError as error:
        raise Unavailable(
            f"DynamoDB Local {archive.version} cannot be kept: {error.strerror or error}",
            hint=_by_hand(archive),
            where=str(error.filename or folder.parent),
        ) from None


def _fetch(archive: Archive, folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="unpacking-") as scratch:
        packed = Path(scratch, "archive.tar.gz")
        try:
            digest = _download(archive, packed)
        # a server that speaks no HTTP, or a redirect to no URL, is no OSError
        except (OSError, HTTPException, ValueError) as error:
            if isinstance(error, urllib.error.HTTPError):
                error.close()  # it holds the connection
            reason = " ".join(str(getattr(error, "reason", "") or repr(error)).split())
            raise Unavailable(
                f"DynamoDB Local {archive.version} cannot be downloaded ({reason[:200]})", hint=_by_hand(archive)
            ) from None
        if digest != archive.sha256:
            raise Unavailable(
                f"what {archive.url} gave is not DynamoDB Local {archive.version}: its SHA-256 is {digest}",
                hint=f"expected {archive.sha256}; a proxy may have changed it.\n{_by_hand(archive)}",
            )
        unpacked = Path(scratch, "unpacked")
        with tarfile.open(packed) as tar:
            # the filter came with Python 3.10.12 and 3.11.4; the archive is checked anyway
            if hasattr(tarfile, "data_filter"):
                tar.extractall(unpacked, filter="data")
            else:
                tar.extractall(unpacked)  # noqa: S202
        shutil.rmtree(folder, ignore_errors=True)  # what a crash left of it
        unpacked.replace(folder)


def _by_hand(archive: Archive) -> str:
    return f"download {archive.url} another way, unpack it, and set {HOME_VARIABLE} to the folder with {_JAR}"


def _download(archive: Archive, target: Path) -> str:
    from urllib.request import urlopen

    digest = hashlib.sha256()
    with urlopen(archive.url, timeout=20) as answer, target.open("wb") as file:  # noqa: S310 - the URL is ours
        length = int(answer.headers.get("Content-Length") or 0)  # the checksum tells whether it was all
        with _progress(f"DynamoDB Local {archive.version}", length) as advance:
            while chunk := answer.read(256 * 1024):
                digest.update(chunk)
                file.write(chunk)
                advance(len(chunk))
    return digest.hexdigest()


@contextmanager
def _progress(title: str, length: int) -> Iterator[Callable[[int], None]]:
    if not sys.stderr.isatty():
        print(f"downloading {title} ({length / 1e6:.0f} MB)", file=sys.stderr)
        yield lambda count: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"downloading {title}", total=length or None)
        yield lambda count: bar.advance(task, count)
