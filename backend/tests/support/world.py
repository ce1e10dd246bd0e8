"""A presigner that holds still: fixed time, fixed UUID, fixed credentials, and events as API Gateway makes them."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

from backend.devices_file import FileDevices
from outtray_presigner.access import digest
from outtray_presigner.handler import Presigner
from outtray_presigner.settings import Mode, Settings
from outtray_presigner.storage import Storage

NOW = datetime(2026, 1, 27, 10, 30, tzinfo=UTC)
FRESH = UUID("0b7e6c1a-53a1-4f0e-9c58-7d0f6f1c2a3b")
IDENTITY = "7d444840-9dc0-51d1-b245-5ffdce74fad2"
API_KEY = "otk_correct-horse-battery-staple"
BUCKET = "ingest-test"
BODY = b'{"hello": "world"}'


def settings(mode: Mode = Mode.OPEN, **more: Any) -> Settings:
    keys = (digest("otk_older"), digest(API_KEY)) if mode is Mode.API_KEY else ()
    return Settings(**({"bucket": BUCKET, "mode": mode, "key_hashes": keys} | more))


def old(**more: Any) -> dict[str, Any]:
    return {"deviceId": "dev001", "filename": "a.json"} | more


def new(body: bytes = BODY, **more: Any) -> dict[str, Any]:
    about = {
        "v": 1,
        "size": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
        "idempotencyKey": IDENTITY,
        "createdAt": "20260126T235959Z",
    }
    return old(**about) | more


def event(
    members: Any, path: str = "/ingest/new", method: str = "POST", headers: dict[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    """Payload format 2.0, in which a body that is text comes as text."""
    return {
        "version": "2.0",
        "rawPath": path,
        "headers": {"content-type": "application/json", **(headers or {})},
        "requestContext": {"http": {"method": method, "path": path}, "requestId": "r-1", "stage": "$default"},
        "body": members if isinstance(members, str) else json.dumps(members),
        "isBase64Encoded": False,
    } | more


@dataclass
class World:
    presigner: Presigner
    lines: list[str] = field(default_factory=list)

    @classmethod
    def make(cls, mode: Mode = Mode.OPEN, **more: Any) -> World:
        chosen = settings(mode, **more)
        lines: list[str] = []
        presigner = Presigner(chosen, Storage(chosen), FileDevices(), lambda: NOW, lambda: FRESH, lines.append)
        return cls(presigner, lines)

    def send(self, members: Any, **more: Any) -> tuple[int, dict[str, Any]]:
        with clock(NOW):
            reply = self.presigner.handle(event(members, **more))
        return reply["statusCode"], json.loads(reply["body"] or "{}")

    def token(self, device: str) -> str:
        """Enrols a device the way people do it."""
        code = f"otc_{device}_0123456789abcdef"
        self.presigner.devices.invite(digest(code), None, datetime(2026, 2, 1, tzinfo=UTC))
        status, reply = self.send({"deviceId": device, "code": code}, path="/devices")
        assert (status, reply["deviceId"]) == (201, device)
        return reply["token"]


@contextmanager
def clock(now: datetime) -> Iterator[None]:
    """botocore dates its signatures with this."""
    with patch("botocore.auth.get_current_datetime", lambda: now.replace(tzinfo=None)):
        yield


@dataclass
class Url:
    """A presigned URL, taken apart."""

    text: str

    @property
    def host(self) -> str:
        return urlsplit(self.text).netloc

    @property
    def path(self) -> str:
        return unquote(urlsplit(self.text).path)

    def query(self, name: str) -> str:
        [value] = parse_qs(urlsplit(self.text).query)[name]
        return value

    @property
    def signed(self) -> list[str]:
        return self.query("X-Amz-SignedHeaders").split(";")


def checksum(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode()
