"""The shape of HTTP: API Gateway's event in, a status and JSON out.

`POST /ingest/new`        {deviceId, filename}      200 {url, key}
                          {…, v: 1, size, …}        200 {url, key, v, headers, bucket, expiresIn}
`POST /devices`           {deviceId, code}          201 {deviceId, token}
`POST /ingest/heartbeat`  {deviceId, version, …}    204
Everything else is `{"error": {"kind", "message"}}`. Not here: what is right (`uploads`, `access`, `fleet`).
"""

from __future__ import annotations

import base64
import binascii
import functools
import json
import os
import traceback
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from . import access, fleet, settings, uploads
from .access import Devices
from .refusal import Refusal
from .settings import Mode, Settings
from .storage import DynamoDevices, Storage

LARGEST_BODY = 16 * 1024
"""More than any request of this protocol needs."""

Members = Mapping[str, Any]
Headers = Mapping[str, str]
Reply = dict[str, Any]


@dataclass
class Presigner:
    """One deployment; everything that a test wants to hold still can be given."""

    settings: Settings
    storage: Storage
    devices: Devices | None = None
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    fresh: Callable[[], uuid.UUID] = field(default=uuid.uuid4)
    log: Callable[[str], None] = field(default=lambda line: print(line, flush=True))

    def handle(self, event: Mapping[str, Any]) -> Reply:
        """Answers any event, whatever it holds. The log has no file name, no URL and no secret."""
        request_id = str(_within(event, "requestContext", "requestId") or self.fresh())
        line: dict[str, Any] = {"requestId": request_id}
        try:
            reply = self._answer(event, line)
        except Refusal as refusal:
            line["kind"] = refusal.kind
            reply = _json(refusal.status, {"error": {"kind": refusal.kind, "message": refusal.message}})
        except Exception as failure:
            reply = _failed(failure, request_id, line)
        line["status"] = reply["statusCode"]
        self.log(json.dumps(line))
        return reply

    def _answer(self, event: Mapping[str, Any], line: dict[str, Any]) -> Reply:
        routes = {"/ingest/new": self._presign, "/devices": self._enrol, "/ingest/heartbeat": self._heartbeat}
        path = _path(event)
        route = routes.get(path)
        if route is None or (path != "/ingest/new" and not self._serves(path)):
            raise Refusal(404, "request.not_found", "there is nothing at this address")
        if _within(event, "requestContext", "http", "method") != "POST":
            raise Refusal(405, "request.method", "only POST is answered here")
        line["route"] = path
        headers = {str(name).lower(): str(value) for name, value in (event.get("headers") or {}).items()}
        members = _members(event)
        device = uploads.device_id(members)
        line["device"] = device
        return route(headers, members, device, line)

    def _serves(self, path: str) -> bool:
        if path == "/devices":
            return self.settings.mode is Mode.DEVICE_TOKEN
        # Anybody could make up the heartbeats of an open presigner.
        return self.settings.heartbeat and self.settings.mode is not Mode.OPEN

    def _presign(self, headers: Headers, members: Members, device: str, line: dict[str, Any]) -> Reply:
        access.admit(self.settings, self.devices, headers, device)
        upload = uploads.plan(members, self.now(), self.fresh(), self.settings.limits)
        # Tells when no client of the old kind is left.
        line["v"] = 1 if upload.bound else 0
        answer: dict[str, Any] = {"url": self.storage.presign(upload), "key": upload.key}
        if upload.bound:
            answer |= {"v": 1, "headers": upload.headers, "bucket": self.storage.bucket, "expiresIn": uploads.LIFE_SECS}
        return _json(200, answer)

    def _enrol(self, _headers: Headers, members: Members, device: str, _line: dict[str, Any]) -> Reply:
        token = access.enrol(self.settings, self.devices, members, device, self.now())
        return _json(201, {"deviceId": device, "token": token})

    def _heartbeat(self, headers: Headers, members: Members, device: str, _line: dict[str, Any]) -> Reply:
        access.admit(self.settings, self.devices, headers, device)
        self.log(json.dumps(fleet.metrics(members, device, self.now())))
        return {"statusCode": 204, "headers": {"cache-control": "no-store"}, "body": ""}


@functools.cache
def deployed() -> Presigner:
    """The presigner that the environment describes; made once for each Lambda process."""
    chosen = settings.read(os.environ)
    devices = DynamoDevices(chosen.device_table) if chosen.device_table else None
    return Presigner(chosen, Storage(chosen), devices)


def lambda_handler(event: Mapping[str, Any], _context: object) -> Reply:
    try:
        presigner = deployed()
    except Exception as failure:
        line: dict[str, Any] = {"status": 500}
        reply = _failed(failure, str(_within(event, "requestContext", "requestId")), line)
        # Our own words about our own environment, which hold nothing of a request.
        print(json.dumps(line | {"setting": str(failure)} if isinstance(failure, ValueError) else line), flush=True)
        return reply
    return presigner.handle(event)


def _failed(failure: Exception, request_id: str, line: dict[str, Any]) -> Reply:
    """Into the log go the type and the places in our own code, never the message, which may hold anything."""
    places = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(failure.__traceback__)]
    line.update(requestId=request_id, kind="server.internal", failure=type(failure).__name__, places=places)
    message = "the presigner failed; nothing is lost, try again"
    return _json(500, {"error": {"kind": "server.internal", "message": message, "requestId": request_id}})


def _path(event: Mapping[str, Any]) -> str:
    """The path as routes know it: a stage that has a name stands in front of it."""
    path = str(event.get("rawPath") or "")
    stage = _within(event, "requestContext", "stage")
    if isinstance(stage, str) and stage != "$default":
        path = path.removeprefix(f"/{stage}")
    return path


def _members(event: Mapping[str, Any]) -> Members:
    text = event.get("body") or ""
    # Base64 makes four characters of three bytes.
    if len(text) > LARGEST_BODY * 2:
        raise Refusal(413, "request.too_large", f"a request has at most {LARGEST_BODY} bytes")
    try:
        raw = base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
        if len(raw) > LARGEST_BODY:
            raise Refusal(413, "request.too_large", f"a request has at most {LARGEST_BODY} bytes")
        members = json.loads(raw)
    except (binascii.Error, UnicodeError, ValueError, RecursionError):
        raise Refusal(400, "request.json", "the request is not JSON") from None
    if not isinstance(members, dict):
        raise Refusal(400, "request.json", "the request is not a JSON object")
    return members


def _within(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _json(status: int, value: dict[str, Any]) -> Reply:
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    return {"statusCode": status, "headers": headers, "body": json.dumps(value)}
