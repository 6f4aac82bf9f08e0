"""Addresses that an engine listens on and is reached at."""

from __future__ import annotations

import ipaddress
import re

LOOPBACK = "127.0.0.1"
ALL_INTERFACES = "0.0.0.0"  # noqa: S104
LOOPBACK_OF = {ALL_INTERFACES: LOOPBACK, "::": "::1"}
"""The loopback address of each wildcard address."""

_HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")


def is_address(value: object) -> bool:
    """Return whether the value is an IPv4 or IPv6 address without a scope."""
    try:
        return isinstance(value, str) and "%" not in value and bool(ipaddress.ip_address(value).packed)
    except ValueError:
        return False


def is_host(value: object) -> bool:
    """Return whether the value is an address or a host name."""
    return is_address(value) or (isinstance(value, str) and bool(_HOST_NAME.fullmatch(value)))


def bracketed(address: str) -> str:
    """Return the address, with brackets around an IPv6 address."""
    return f"[{address}]" if ":" in address else address


def with_port(address: str, port: int | str) -> str:
    """Return `address:port`, with brackets around an IPv6 address."""
    return f"{bracketed(address)}:{port}"
