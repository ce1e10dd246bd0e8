"""`python -m backend.admin`: keys, invitations and revocations, for whoever runs the presigner.

In: a command, and where the devices are kept (`--table` in DynamoDB, or `--file`). Out: the secret on standard output,
once; only its hash is kept. Not here: the rules (`access`).
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from backend.devices_file import FileDevices
from outtray_presigner import access, uploads
from outtray_presigner.refusal import Refusal


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m backend.admin", description="Who may upload.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("key", help="make an API key; prints the key and the hash for OUTTRAY_API_KEY_SHA256")
    invite = commands.add_parser("invite", help="make a one-time code with which a device gets its token")
    invite.add_argument("--device", help="the code is for this device, and may replace the token it has")
    invite.add_argument("--days", type=float, default=7, help="how long the code is valid (default: 7)")
    revoke = commands.add_parser("revoke", help="forget a device's token, at once")
    revoke.add_argument("--device", required=True)
    for command in (invite, revoke):
        place = command.add_mutually_exclusive_group(required=True)
        place.add_argument("--table", help="the DynamoDB table of the stack")
        place.add_argument("--file", type=Path, help="the file of a local presigner")
    options = parser.parse_args(arguments)
    if options.command == "key":
        key = access.new_secret("otk_")
        print(f"key:    {key}\nsha256: {access.digest(key)}")
        return 0
    if options.device is not None:
        try:
            uploads.device_id({"deviceId": options.device})
        except Refusal as refusal:
            parser.error(refusal.message)
    devices = _devices(options.table, options.file)
    if options.command == "invite":
        code = access.new_secret("otc_")
        devices.invite(access.digest(code), options.device, datetime.now(UTC) + timedelta(days=options.days))
        print(code)
        return 0
    if devices.revoke(options.device):
        print(f"{options.device} can upload no more; a URL that it has lives for five minutes at most")
        return 0
    print(f"{options.device} is not enrolled", file=sys.stderr)
    return 1


def _devices(table: str | None, file: Path | None) -> access.Devices:
    if table is None:
        return FileDevices(file)
    from outtray_presigner.storage import DynamoDevices  # without a table, boto3 need not be there

    return DynamoDevices(table)


if __name__ == "__main__":
    sys.exit(main())
