"""Who may upload: everybody, holders of the API key, or enrolled devices under their own prefix.

In: the secret that a request carries and the device it names. Out: nothing, or a `Refusal`.
Secrets are kept as SHA-256 hashes and compared in constant time. They are random and long, so a fast hash does.
Not here: where devices are kept (`storage`, or a file in local mode).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from .refusal import Refusal, bad
from .settings import Mode, Settings

SECRET_CHARACTERS = 512
CODE = re.compile(r"[A-Za-z0-9_-]{16,128}")
NOBODY = hashlib.sha256(b"").hexdigest()
"""Compared with when there is no such device, so that the answer takes as long; no secret is empty."""


class Devices(Protocol):
    """The enrolled devices and the open invitations; only hashes are kept."""

    def token_hash(self, device: str) -> str | None:
        """The hash of the device's token; `None` for one that is not enrolled."""

    def enrol(self, device: str, code_hash: str, token_hash: str, now: datetime) -> bool:
        """Uses up the invitation and keeps the token, both or neither.

        An invitation for no device in particular enrols a new device only; one that names the device may also replace
        the token it has. False: no such invitation, used, too old, for another device, or the device is taken.
        """

    def invite(self, code_hash: str, device: str | None, until: datetime) -> None:
        """Keeps an invitation."""

    def revoke(self, device: str) -> bool:
        """Forgets a device's token."""


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def new_secret(prefix: str) -> str:
    """256 bits of chance behind a prefix that tells a scanner of leaked secrets what it found."""
    return prefix + secrets.token_urlsafe(32)


def secret_of(headers: Mapping[str, str]) -> str | None:
    """The secret of a request: `x-api-key`, or `authorization: Bearer …`. Header names are lower case."""
    secret = headers.get("x-api-key", "").strip()
    if not secret:
        kind, _, rest = headers.get("authorization", "").strip().partition(" ")
        secret = rest.strip() if kind.lower() == "bearer" else ""
    return secret if 0 < len(secret) <= SECRET_CHARACTERS else None


def admit(settings: Settings, devices: Devices | None, headers: Mapping[str, str], device: str) -> None:
    """Returns if this request may act for this device."""
    if settings.mode is Mode.OPEN:
        return
    secret = secret_of(headers)
    if secret is None:
        raise Refusal(401, "access.missing", "this presigner wants a key in the header x-api-key")
    given = digest(secret)
    if settings.mode is Mode.API_KEY:
        # Every hash is compared, whichever fits.
        if not any([hmac.compare_digest(given, known) for known in settings.key_hashes]):
            raise Refusal(403, "access.refused", "the key is not accepted")
        return
    known = _kept(devices).token_hash(device)
    if not hmac.compare_digest(given, known or NOBODY):
        # The same words for an unknown device and for another one's token.
        raise Refusal(403, "access.refused", "the token is not that of this device")


def enrol(
    settings: Settings, devices: Devices | None, members: Mapping[str, object], device: str, now: datetime
) -> str:
    """A new token for the device, in exchange for a one-time code."""
    if settings.mode is not Mode.DEVICE_TOKEN:
        raise Refusal(404, "request.not_found", "there is nothing at this address")
    code = members.get("code")
    if not isinstance(code, str):
        raise bad("code", "must be a text")
    token = new_secret("otd_")
    if not (CODE.fullmatch(code) and _kept(devices).enrol(device, digest(code), digest(token), now)):
        raise Refusal(403, "access.code", "the code is not valid for this device: wrong, used already, or too old")
    return token


def _kept(devices: Devices | None) -> Devices:
    if devices is None:
        raise RuntimeError("device-token needs OUTTRAY_DEVICE_TABLE")
    return devices
