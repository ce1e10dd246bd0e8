"""Devices and invitations in a JSON file, for a presigner that runs without AWS.

In: a path, or none for a store that ends with the process. Out: what `access.Devices` promises; several threads may
ask, and `backend.admin` may write to the same file meanwhile. Not here: DynamoDB (`storage`).
"""

from __future__ import annotations

import copy
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

try:
    import fcntl
except ImportError:  # Windows: then one process at a time
    fcntl = None  # type: ignore[assignment]


class FileDevices:
    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._memory: dict[str, Any] = {"devices": {}, "codes": {}}
        self._version: tuple[int, int, int] | None = None

    def token_hash(self, device: str) -> str | None:
        with self._lock:
            found = self._read()["devices"].get(device)
        return found if isinstance(found, str) else None

    def enrol(self, device: str, code_hash: str, token_hash: str, now: datetime) -> bool:
        with self._change() as kept:
            code = kept["codes"].get(code_hash)
            if code is None or code["until"] <= now.timestamp() or code["device"] not in (None, device):
                return False
            if code["device"] is None and device in kept["devices"]:
                return False
            del kept["codes"][code_hash]
            kept["devices"][device] = token_hash
            return True

    def invite(self, code_hash: str, device: str | None, until: datetime) -> None:
        with self._change() as kept:
            kept["codes"][code_hash] = {"device": device, "until": until.timestamp()}

    def revoke(self, device: str) -> bool:
        with self._change() as kept:
            return kept["devices"].pop(device, None) is not None

    def _read(self) -> dict[str, Any]:
        if self._path is None:
            return self._memory
        try:
            with self._path.open() as file:
                # Every change is a new file, so what was read stays true for as long as it is the same one.
                about = os.fstat(file.fileno())
                version = (about.st_ino, about.st_mtime_ns, about.st_size)
                if version != self._version:
                    self._memory, self._version = json.load(file), version
        except FileNotFoundError:
            self._memory, self._version = {"devices": {}, "codes": {}}, None
        return self._memory

    @contextmanager
    def _change(self) -> Iterator[dict[str, Any]]:
        with self._lock, self._other_processes_wait():
            kept = copy.deepcopy(self._read())
            yield kept
            if self._path is None:
                self._memory = kept
                return
            new = self._path.with_name(self._path.name + ".new")
            with _private(new) as file:
                json.dump(kept, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._path)

    @contextmanager
    def _other_processes_wait(self) -> Iterator[None]:
        if self._path is None or fcntl is None:
            yield
            return
        with _private(self._path.with_name(self._path.name + ".lock")) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _private(path: Path) -> TextIO:
    """A new or emptied file that only this user may read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w")
