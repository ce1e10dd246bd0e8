"""The rules: which object a request may store, and with which headers. Pure: no clock, no chance, no network.

In: the members of a request, the time and a fresh UUID. Out: an `Upload`, or a `Refusal`.
Not here: who asks (`access`), the signature (`storage`).

A request without `v: 1` comes from an old client: each gets a new key, and only the content type is bound. With `v: 1`
the key follows from the request alone, so that the same document never becomes two objects, and the URL can store
nothing but the announced bytes, once.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from .refusal import Refusal, bad

LIFE_SECS = 300
CONTENT_TYPE = "application/json"
NAME_CHARACTERS = 1024
"""Longer names are no file names anywhere."""

DEVICE = re.compile(r"[A-Za-z0-9._-]{1,64}")
SHA256 = re.compile(r"[0-9a-f]{64}")
UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CREATED = re.compile(r"[0-9]{8}T[0-9]{6}Z")
ESCAPE = re.compile(r"%(?=[0-9A-Fa-f]{2})")
EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,16}")

JOINERS = "\u200c\u200d"
"""Format characters that writing and emoji need; all others can turn text around or hide it."""
UNSAFE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@dataclass(frozen=True)
class Limits:
    max_bytes: int
    """The largest announced size. An old client announces none."""
    name_bytes: int = 255
    """What of a file name goes into the key. With the longest prefix that is 386 bytes; S3 takes 1024."""


@dataclass(frozen=True)
class Bound:
    """What a client that speaks version 1 said about its bytes."""

    size: int
    sha256: bytes


@dataclass(frozen=True)
class Upload:
    key: str
    bound: Bound | None = None

    @property
    def headers(self) -> dict[str, str]:
        """What the URL signs beside `host`, and so what the PUT must carry."""
        headers = {"content-type": CONTENT_TYPE}
        if self.bound:
            headers["content-length"] = str(self.bound.size)
            headers["if-none-match"] = "*"
            headers["x-amz-checksum-sha256"] = base64.b64encode(self.bound.sha256).decode()
        return headers


def device_id(members: Mapping[str, Any]) -> str:
    """The device that a request names. It is part of the key, so its form is narrow."""
    device = _text(members, "deviceId")
    if not DEVICE.fullmatch(device) or not device.strip("."):
        raise bad("deviceId", "must be 1 to 64 of A-Z a-z 0-9 . _ -, and not dots alone")
    return device


def plan(members: Mapping[str, Any], now: datetime, fresh: UUID, limits: Limits) -> Upload:
    """The object that this request may store."""
    device = device_id(members)
    name = safe_name(_text(members, "filename"), limits.name_bytes)
    version = members.get("v")
    if version is not None and type(version) is not int:
        raise bad("v", "must be a number")
    if version != 1:
        return Upload(_key(device, now, fresh, name))
    sha256 = bytes.fromhex(_shaped(members, "sha256", SHA256, "64 lower-case hex digits"))
    bound = Bound(_size(members, limits.max_bytes), sha256)
    identity = UUID(_shaped(members, "idempotencyKey", UUID_TEXT, "a UUID in lower case"))
    return Upload(_key(device, _created(members), identity, name), bound)


def safe_name(name: str, most: int) -> str:
    """The file name as it stands in the key: one segment, visible, of bounded length; plain names stay as they are."""
    if not name:
        raise bad("filename", "must not be empty")
    if len(name) > NAME_CHARACTERS:
        raise bad("filename", f"must not be longer than {NAME_CHARACTERS} characters")
    name = "".join("_" if _is_unsafe(c) else c for c in name)
    # What a careless hop on the way would decode to a dot or a slash.
    name = ESCAPE.sub("_", name)
    name = name.replace("..", "__")
    return _cut(name, most)


def _is_unsafe(c: str) -> bool:
    # Characters that are not assigned yet stay: another Python must not make another key of the same name.
    is_none = 0xFDD0 <= ord(c) <= 0xFDEF or ord(c) & 0xFFFE == 0xFFFE
    return c in "/\\" or is_none or (c not in JOINERS and unicodedata.category(c) in UNSAFE)


def _cut(name: str, most: int) -> str:
    """At most so many bytes, the extension kept, no character halved."""
    if len(name.encode()) <= most:
        return name
    front, dot, end = name.rpartition(".")
    extension = dot + end if EXTENSION.fullmatch(dot + end) else ""
    front = front if extension else name
    room = most - len(extension)
    # A dot at the cut would meet the extension's own.
    return front.encode()[:room].decode(errors="ignore").rstrip(".") + extension


def _key(device: str, time: datetime, identity: UUID, name: str) -> str:
    return f"uploads/{device}/{time.strftime('%Y-%m-%dT%H-%M-%SZ')}_{identity}_{name}"


def _text(members: Mapping[str, Any], name: str) -> str:
    value = members.get(name)
    if not isinstance(value, str):
        raise bad(name, "must be a text")
    return value


def _shaped(members: Mapping[str, Any], name: str, shape: re.Pattern[str], rule: str) -> str:
    value = _text(members, name)
    if not shape.fullmatch(value):
        raise bad(name, f"must be {rule}")
    return value


def _size(members: Mapping[str, Any], max_bytes: int) -> int:
    size = members.get("size")
    if type(size) is not int or size < 0:
        raise bad("size", "must be a number of bytes")
    if size > max_bytes:
        raise Refusal(413, "upload.too_large", f"documents of more than {max_bytes} bytes are not accepted")
    return size


def _created(members: Mapping[str, Any]) -> datetime:
    rule = "must be a time like 20260127T103000Z"
    text = _shaped(members, "createdAt", CREATED, rule.removeprefix("must be "))
    try:
        time = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise bad("createdAt", rule) from None
    if time.year < 1970:
        raise bad("createdAt", rule)
    return time
