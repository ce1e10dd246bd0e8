"""S3 and DynamoDB: the only module that knows boto3.

In: what to sign, whom to look up. Out: a presigned URL; the devices of a DynamoDB table.
boto3's defaults would sign with SigV2 for the global host and drop the conditions without a word; the configuration
below and the check after signing prevent both.
Not here: what may be signed (`uploads`), who may ask (`access`).
"""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from .settings import Settings
from .uploads import CONTENT_TYPE, LIFE_SECS, Upload


class Storage:
    """Signs. Nothing is sent to S3, so nothing waits."""

    def __init__(self, settings: Settings) -> None:
        self.bucket = settings.bucket
        # Servers other than Amazon's are mostly reached under one name for all buckets.
        style = "path" if settings.endpoint else "virtual"
        self._client = boto3.client(
            "s3",
            endpoint_url=settings.endpoint,
            region_name=settings.region,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": style, "us_east_1_regional_endpoint": "regional"},
                # Only the checksum that we name, none that the library would like to add.
                request_checksum_calculation="when_required",
            ),
        )

    def presign(self, upload: Upload) -> str:
        """A URL under which exactly this upload can be PUT, until it is `LIFE_SECS` old."""
        params: dict[str, Any] = {"Bucket": self.bucket, "Key": upload.key, "ContentType": CONTENT_TYPE}
        if upload.bound:
            params["ContentLength"] = upload.bound.size
            params["IfNoneMatch"] = "*"
            params["ChecksumSHA256"] = base64.b64encode(upload.bound.sha256).decode()
        url = cast(str, self._client.generate_presigned_url("put_object", Params=params, ExpiresIn=LIFE_SECS))
        signed = parse_qs(urlsplit(url).query).get("X-Amz-SignedHeaders", [""])[0].split(";")
        if sorted(signed) != sorted([*upload.headers, "host"]):
            raise RuntimeError("boto3 did not sign the headers that it was given")
        return url


class DynamoDevices:
    """Devices and invitations in one table, key `id`: `device#<id>` and `code#<hash>`."""

    def __init__(self, table: str, client: Any = None) -> None:
        self._table = table
        # Tried again and answered well within the function's own ten seconds.
        patience = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 3})
        self._client = client or boto3.client("dynamodb", config=patience)

    def token_hash(self, device: str) -> str | None:
        # A revoked token must not work for the second that another replica takes.
        found = self._client.get_item(TableName=self._table, Key=_key(f"device#{device}"), ConsistentRead=True)
        return cast("str | None", found.get("Item", {}).get("token", {}).get("S"))

    def enrol(self, device: str, code_hash: str, token_hash: str, now: datetime) -> bool:
        code = _key(f"code#{code_hash}")
        found = self._client.get_item(TableName=self._table, Key=code, ConsistentRead=True).get("Item", {})
        invited = found.get("device", {}).get("S")
        if not found or (invited is not None and invited != device):
            return False
        # `until` is checked here, as DynamoDB removes old items only some time later.
        use: dict[str, Any] = {
            "TableName": self._table,
            "Key": code,
            "ConditionExpression": "attribute_exists(id) AND #until > :now",
            "ExpressionAttributeNames": {"#until": "until"},
            "ExpressionAttributeValues": {":now": {"N": str(int(now.timestamp()))}},
        }
        item = {**_key(f"device#{device}"), "token": {"S": token_hash}, "enrolled": {"S": now.isoformat()}}
        keep: dict[str, Any] = {"TableName": self._table, "Item": item}
        if invited is None:
            keep["ConditionExpression"] = "attribute_not_exists(id)"
        try:
            self._client.transact_write_items(TransactItems=[{"Delete": use}, {"Put": keep}])
        except ClientError as error:
            reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])}
            # A conflict is two computers with one code at the same moment: one of them had it.
            if reasons & {"ConditionalCheckFailed", "TransactionConflict"}:
                return False
            raise
        return True

    def invite(self, code_hash: str, device: str | None, until: datetime) -> None:
        item = {**_key(f"code#{code_hash}"), "until": {"N": str(int(until.timestamp()))}}
        if device is not None:
            item["device"] = {"S": device}
        self._client.put_item(TableName=self._table, Item=item)

    def revoke(self, device: str) -> bool:
        old = self._client.delete_item(TableName=self._table, Key=_key(f"device#{device}"), ReturnValues="ALL_OLD")
        return "Attributes" in old


def _key(name: str) -> dict[str, dict[str, str]]:
    return {"id": {"S": name}}
