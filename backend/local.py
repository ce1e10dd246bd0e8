"""`python -m backend.local`: the same handler over plain HTTP, beside any S3 server.

In: the environment variables of the deployed one, and `OUTTRAY_S3_ENDPOINT`. Out: a server on loopback; the first line
says where. It never listens on another address: put a proxy with TLS before it to serve others.
`--rate` throttles as the stage of the API does, and says when to come again.
Not here: any rule of the presigner (`src/outtray_presigner`).
"""

from __future__ import annotations

import argparse
import base64
import json
import math
import os
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from backend.devices_file import FileDevices
from outtray_presigner import settings
from outtray_presigner.handler import LARGEST_BODY, Presigner
from outtray_presigner.storage import DynamoDevices, Storage

IDLE_SECS = 60
LONGEST_WAIT_SECS = 60


class Bucket:
    """A token bucket: `rate` requests a second on average, `burst` at once.

    Who is refused is told a moment of his own, behind those told to others: a crowd that all hears "one second" comes
    back as a crowd.
    """

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._tokens, self._at = burst, clock()
        self._promised = self._at
        self._lock = threading.Lock()

    def wait(self) -> float:
        """Seconds until it is this one's turn; 0 takes a token."""
        with self._lock:
            now = self._clock()
            self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
            self._at = now
            if self._tokens >= 1:
                self._tokens -= 1
                return 0
            earliest = now + (1 - self._tokens) / self._rate
            self._promised = min(max(earliest, self._promised + 1 / self._rate), now + LONGEST_WAIT_SECS)
            return self._promised - now


class LocalServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, presigner: Presigner, port: int = 0, bucket: Bucket | None = None) -> None:
        super().__init__(("127.0.0.1", port), Exchange)
        self.presigner = presigner
        self.bucket = bucket
        self.tells_when = True

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no event."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class Exchange(BaseHTTPRequestHandler):
    server: LocalServer
    protocol_version = "HTTP/1.1"
    server_version = "outtray-presigner"
    sys_version = ""
    timeout = IDLE_SECS
    disable_nagle_algorithm = True
    wbufsize = -1

    def _exchange(self) -> None:
        body = self._body()
        wait = self.server.bucket.wait() if self.server.bucket else 0
        if body is None:
            self.close_connection = True
            self._reply(_refusal(413, "request.too_large", f"a request has at most {LARGEST_BODY} bytes"))
        elif wait:
            reply = _refusal(429, "request.throttled", "too many requests")
            if self.server.tells_when:
                reply["headers"]["retry-after"] = str(math.ceil(wait))
            self._reply(reply)
        else:
            self._reply(self.server.presigner.handle(self._event(body)))

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _exchange  # noqa: N815 - the names are http.server's

    def _body(self) -> bytes | None:
        """The whole body; `None` if it is too long or its length is not told."""
        length = self.headers.get("content-length", "0")
        if "transfer-encoding" in self.headers or not (length.isascii() and length.isdigit()):
            return None
        return self.rfile.read(int(length)) if int(length) <= LARGEST_BODY else None

    def _event(self, body: bytes) -> dict[str, Any]:
        """What API Gateway would make of it (payload format 2.0)."""
        path, _, query = self.path.partition("?")
        return {
            "version": "2.0",
            "rawPath": path,
            "rawQueryString": query,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "requestContext": {
                "http": {"method": self.command, "path": path},
                "requestId": str(uuid.uuid4()),
                "stage": "$default",
            },
            "body": base64.b64encode(body).decode(),
            "isBase64Encoded": True,
        }

    def _reply(self, reply: Mapping[str, Any]) -> None:
        body = reply["body"].encode()
        self.send_response(reply["statusCode"])
        for name, value in reply["headers"].items():
            self.send_header(name, value)
        if reply["statusCode"] != 204:
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """The handler has its own log."""


def _refusal(status: int, kind: str, message: str) -> dict[str, Any]:
    body = json.dumps({"error": {"kind": kind, "message": message}})
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": body}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m backend.local", description="The presigner on loopback.")
    parser.add_argument("--port", type=int, default=8787, help="0 takes a free one (default: 8787)")
    parser.add_argument("--devices", type=Path, help="device-token mode: the file that `backend.admin` writes")
    parser.add_argument("--rate", type=float, help="requests a second; more are answered 429")
    parser.add_argument("--burst", type=float, help="requests at once (default: twice the rate)")
    options = parser.parse_args()
    try:
        chosen = settings.read(os.environ)
    except ValueError as error:
        parser.error(str(error))
    devices = DynamoDevices(chosen.device_table) if chosen.device_table else FileDevices(options.devices)
    bucket = Bucket(options.rate, options.burst or max(1, 2 * options.rate)) if options.rate else None
    with LocalServer(Presigner(chosen, Storage(chosen), devices), options.port, bucket) as server:
        print(f"presigner ({chosen.mode.value}) at {server.origin}/ingest/new", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
