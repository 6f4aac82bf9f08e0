"""The DynamoDB Local distribution: its folder, its download from AWS and its JVM flags.

The archive and its SHA-256 are those of Homebrew's cask `dynamodb-local` of 2026-07-31, the date of release 3.3.1 in
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocalHistory.html.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
import tempfile
import urllib.error
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from ..errors import Hint, Task, Unavailable
from ..folders import expanded
from .observer import Observer

HOME_VARIABLE = "DYNAMODB_LOCAL_HOME"
JVM_FLAGS = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Measured on 2 cores: 1.8 s to the first response instead of 2.4 s."""

_JAR = "DynamoDBLocal.jar"


@dataclass(frozen=True, slots=True)
class Archive:
    """A release of DynamoDB Local that AWS publishes."""

    version: str
    url: str
    sha256: str


RELEASE = Archive(
    "3.3.1",
    "https://d1ni2b6xgvw0s0.cloudfront.net/v2.x/dynamodb_local_2026-07-31.tar.gz",
    "f80bcec477f85f57e2c77f8d54aa6b672a8403fceff0c450560aee1cf6c21163",
)


def locate() -> Path:
    """Return the folder with `DynamoDBLocal.jar`: `DYNAMODB_LOCAL_HOME`, else the downloaded release.

    Raises:
        Unavailable: the folder does not contain the jar.
    """
    named = os.environ.get(HOME_VARIABLE)
    folder = expanded(named) if named else cache_folder(RELEASE)
    if (folder / _JAR).is_file():
        return folder
    if named:
        raise Unavailable(f"{HOME_VARIABLE} is {folder}, which lacks {_JAR}", hint="set it to the unpacked folder")
    raise Unavailable(f"DynamoDB Local is not in {folder}", hint=Hint("download it with ", Task("up")))


def download_if_absent(observer: Observer) -> None:
    """Download DynamoDB Local, unless it was downloaded or `DYNAMODB_LOCAL_HOME` is set.

    Raises:
        Unavailable: it cannot be downloaded, or `DYNAMODB_LOCAL_HOME` does not contain the jar.
    """
    if os.environ.get(HOME_VARIABLE):
        locate()
    elif not (cache_folder(RELEASE) / _JAR).is_file():
        fetch(RELEASE, cache_folder(RELEASE), observer)


def cache_folder(archive: Archive) -> Path:
    """Return the folder of a downloaded release, which all projects of this user share."""
    from platformdirs import user_cache_path

    return user_cache_path("dynamotasks", appauthor=False) / f"dynamodb-local-{archive.version}"


def fetch(archive: Archive, folder: Path, observer: Observer) -> None:
    """Download, verify and unpack a release, unless another process has just done so.

    The folder appears complete or not at all.

    Raises:
        Unavailable: the release cannot be downloaded or stored, or its checksum differs.
    """
    from filelock import FileLock

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{folder}.lock"):
            if not (folder / _JAR).is_file():
                with tempfile.TemporaryDirectory(dir=folder.parent, prefix="unpacking-") as scratch:
                    _unpack(_download(archive, Path(scratch), observer), folder)
    except OSError as error:
        raise Unavailable(
            f"cannot store DynamoDB Local {archive.version}: {error.strerror or error}",
            hint=_manually(archive),
            where=str(error.filename or folder.parent),
        ) from None


def _download(archive: Archive, folder: Path, observer: Observer) -> Path:
    """Download an archive into a folder and verify its checksum."""
    packed = folder / "archive.tar.gz"
    try:
        digest = _copy(archive, packed, observer)
    # an answer that is not HTTP, or a redirect to an invalid URL, raises no OSError
    except (OSError, HTTPException, ValueError) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()  # it holds the connection
        reason = " ".join(str(getattr(error, "reason", "") or repr(error)).split())
        raise Unavailable(
            f"cannot download DynamoDB Local {archive.version} ({reason[:200]})", hint=_manually(archive)
        ) from None
    if digest != archive.sha256:
        raise Unavailable(
            f"{archive.url} is not DynamoDB Local {archive.version}: its SHA-256 is {digest}",
            hint=f"expected {archive.sha256}; a proxy may have changed it\n{_manually(archive)}",
        )
    return packed


def _copy(archive: Archive, target: Path, observer: Observer) -> str:
    """Copy an archive to a file and return its SHA-256."""
    from urllib.request import urlopen

    digest = hashlib.sha256()
    with urlopen(archive.url, timeout=20) as response, target.open("wb") as file:  # noqa: S310 - a constant URL
        size = int(response.headers.get("Content-Length") or 0)  # the checksum detects a truncated download
        with observer.download(f"DynamoDB Local {archive.version}", size) as advance:
            while chunk := response.read(256 * 1024):
                digest.update(chunk)
                file.write(chunk)
                advance(len(chunk))
    return digest.hexdigest()


def _unpack(packed: Path, folder: Path) -> None:
    unpacked = packed.with_name("unpacked")
    with tarfile.open(packed) as tar:
        # Python has the filter since 3.10.12 and 3.11.4; the archive is verified in any case
        if hasattr(tarfile, "data_filter"):
            tar.extractall(unpacked, filter="data")
        else:
            tar.extractall(unpacked)  # noqa: S202
    shutil.rmtree(folder, ignore_errors=True)  # remains of a crash
    unpacked.replace(folder)


def _manually(archive: Archive) -> str:
    return f"download {archive.url} manually, unpack it, and set {HOME_VARIABLE} to the folder with {_JAR}"
