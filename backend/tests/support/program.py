"""The real `outtray`, for one pass or for a while; and a relay that stands for what this client never does.

The relay is the client's presigner. It may leave members out (an old client), and records what the presigner answered.
Keys are the client's own matter.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from backend.local import Bucket, LocalServer
from outtray_presigner.handler import Presigner

SYNC_SECS = 90


@contextmanager
def serving(presigner: Presigner, bucket: Bucket | None = None, tells: bool = True) -> Iterator[str]:
    """The origin of the real local server, which runs this presigner; it can keep the `Retry-After` to itself."""
    with LocalServer(presigner, bucket=bucket) as server, _threaded(server):
        server.tells_when = tells
        yield server.origin


@contextmanager
def _threaded(server: ThreadingHTTPServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


Reply = tuple[int, dict[str, str], Any]


def ask(
    origin: str, body: bytes | dict[str, Any], path: str = "/ingest/new", method: str = "POST", **headers: str
) -> Reply:
    """One plain request. Out: status, headers, and the body as JSON if there is one."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return send(f"{origin}{path}", method, raw, {"content-type": "application/json"} | headers)


def send(url: str, method: str, body: bytes, headers: dict[str, str]) -> Reply:
    parts = urlsplit(url)
    line = http.client.HTTPConnection(parts.netloc, timeout=20)
    try:
        line.request(method, url[url.index(parts.netloc) + len(parts.netloc) :], body, headers)
        reply = line.getresponse()
        text = reply.read()
    finally:
        line.close()
    given = {name.lower(): value for name, value in reply.headers.items()}
    is_json = bool(text) and given.get("content-type", "").startswith("application/json")
    return reply.status, given, json.loads(text) if is_json else text


@dataclass
class Relay:
    origin: str
    only: tuple[str, ...] = ()
    """The members that an old client sends; empty lets all through."""
    replies: list[tuple[int, dict[str, Any]]] = field(default_factory=list)

    @contextmanager
    def running(self) -> Iterator[str]:
        relay = self

        class Exchange(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                members = json.loads(self.rfile.read(int(self.headers["content-length"])))
                if relay.only:
                    members = {name: members[name] for name in relay.only}
                status, headers, reply = ask(relay.origin, members, self.path)
                relay.replies.append((status, reply))
                raw = json.dumps(reply).encode()
                self.send_response(status)
                for name in ("content-type", "retry-after"):
                    if name in headers:
                        self.send_header(name, headers[name])
                self.send_header("content-length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Exchange) as server, _threaded(server):
            server.daemon_threads = True
            yield f"http://127.0.0.1:{server.server_port}"


@dataclass
class Computer:
    """A home with its folder, and the program on it."""

    binary: str
    home: Path
    env: dict[str, str] = field(default_factory=dict)

    @property
    def watched(self) -> Path:
        return self.home / "memory"

    def set_up(self, origin: str, device: str = "dev001", *more: str) -> Computer:
        self.watched.mkdir(parents=True, exist_ok=True)
        lines = [f'api_url = "{origin}/ingest/new"', f'device_id = "{device}"', f"watch_dir = '{self.watched}'"]
        lines += ["[files]", "settle_ms = 0", "[guard]", 'mode = "off"', *more, ""]
        (self.home / "config.toml").write_text("\n".join(lines))
        return self

    def environment(self) -> dict[str, str]:
        known = {name: value for name, value in os.environ.items() if not name.upper().endswith("_PROXY")}
        # No keychain of whoever runs the tests is asked.
        known |= {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent", "OUTTRAY_HOME": str(self.home), "NO_COLOR": "1"}
        return known | self.env

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [self.binary, "--json", *words]
        return subprocess.run(command, env=self.environment(), capture_output=True, text=True, timeout=SYNC_SECS)

    @contextmanager
    def running(self) -> Iterator[None]:
        log = (self.home / "run.txt").open("w")
        with log, subprocess.Popen([self.binary, "run"], env=self.environment(), stdout=log, stderr=log) as program:
            try:
                yield
            finally:
                program.terminate()

    def sync(self, files: dict[str, bytes]) -> dict[str, Any]:
        """Puts the files into the folder and lets `outtray sync` carry them. Out: exit code, names, receipts."""
        for name, content in files.items():
            (self.watched / name).write_bytes(content)
        done = self.run("sync")
        return {
            "code": done.returncode,
            "said": done.stdout + done.stderr,
            "names": sorted(path.name for path in self.watched.iterdir()),
            "receipts": json.loads(self.run("history").stdout)["receipts"],
        }


def sync(
    binary: str,
    home: Path,
    origin: str,
    files: dict[str, bytes],
    device: str = "dev001",
    key: str = "",
    header: str = "x-api-key",
) -> dict[str, Any]:
    """One pass on a computer of its own, which shows this key if there is one."""
    computer = Computer(binary, home, {"OUTTRAY_API_KEY": key})
    computer.set_up(origin, device, *(["[network]", f'api_key_header = "{header}"'] if key else []))
    return computer.sync(files)
