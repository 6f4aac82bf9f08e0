"""Run moto's server, and share or separate tables by key and Region like DynamoDB Local.

By default every key and Region sees the same tables, as with `-sharedDb`; with `--separate` each key and Region has its
own. Run as `python -m dynamotasks.engines.moto_server ADDRESS PORT MARK`; the mark identifies its project.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import signal
import socket
import sys
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

Application: TypeAlias = Callable[[dict[str, Any], Any], Iterable[bytes]]

_SCOPE = re.compile(r"(?<=Credential=)(?P<key>[^/,\s]+)/(?P<day>\d+)/(?P<region>[^/,\s]+)/(?=dynamodb/)")
_REGION_OF_AGENT = re.compile(r"region/\S+")  # moto prefers it to the Region in the signature


def shared(application: Application) -> Application:
    """Use the same tables for all access keys and Regions."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        signed = environ.get("HTTP_AUTHORIZATION", "")
        environ["HTTP_AUTHORIZATION"] = _SCOPE.sub(r"shared/\g<day>/us-east-1/", signed)
        return application(environ, start_response)

    return answer


def separate(application: Application) -> Application:
    """Use separate tables for each access key; moto itself separates Regions and accounts."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if scope := _SCOPE.search(environ.get("HTTP_AUTHORIZATION", "")):
            digest = int.from_bytes(hashlib.sha256(scope["key"].encode()).digest(), "big")
            environ["HTTP_X_MOTO_ACCOUNT_ID"] = f"{digest % 10**12:012d}"
        return application(environ, start_response)

    return answer


def direct(dispatch: Application, dynamodb: Application) -> Application:
    """Pass requests to DynamoDB directly: moto's dispatcher reads its folder twice for each (0.3 ms, measured)."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        is_dynamodb = environ.get("HTTP_X_AMZ_TARGET", "").startswith("DynamoDB_20120810.")
        return (dynamodb if is_dynamodb else dispatch)(environ, start_response)

    return answer


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("port", type=int)
    parser.add_argument("mark")
    parser.add_argument("--separate", action="store_true")
    options = parser.parse_args()
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]  # moto uses botocore, which fails with a broken profile
    os.environ.update(dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"), os.devnull))
    os.environ["MOTO_ALLOW_NONEXISTENT_REGION"] = "true"  # otherwise moto responds to unknown Regions with 500
    os.environ["MOTO_PORT"] = str(options.port)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
    from werkzeug.serving import make_server

    dispatch = direct(DomainDispatcherApplication(create_backend_app), create_backend_app("dynamodb"))
    visible = separate(dispatch) if options.separate else shared(dispatch)

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["HTTP_USER_AGENT"] = _REGION_OF_AGENT.sub("", environ.get("HTTP_USER_AGENT", ""))
        return visible(environ, start_response)

    family = socket.AF_INET6 if ":" in options.address else socket.AF_INET
    try:  # bound here, so that a second server cannot share the port
        listener = socket.create_server((options.address, options.port), family=family, backlog=128)
    except OSError as error:
        sys.exit(f"{options.address}:{options.port}: {error.strerror}")
    handler: Any = type("Handler", (MotoRequestHandler,), {"wbufsize": -1})  # sends a response in one packet
    with listener:
        make_server(
            *(options.address, options.port, application), threaded=True, request_handler=handler, fd=listener.fileno()
        ).serve_forever()


if __name__ == "__main__":
    main()
