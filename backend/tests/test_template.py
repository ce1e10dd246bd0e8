"""The infrastructure: what its policies allow and deny, and that nothing is public."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from backend.tests.support.policies import Request, allowed
from backend.tests.support.template import BUCKET_ARN, Stack, load
from outtray_presigner import settings, uploads

KMS = "arn:aws:kms:us-west-2:123456789012:key/k"
TABLE = "arn:aws:dynamodb:us-west-2:123456789012:table/devices"
OBJECT = f"{BUCKET_ARN}/uploads/dev001/2026-01-27T10-30-00Z_u_a.json"
PUT = {"aws:SecureTransport": "true", "s3:signatureversion": "AWS4-HMAC-SHA256", "s3:signatureAge": "1200"}
NEW = PUT | {"s3:if-none-match": "*"}


def policies(stack: Stack) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    [role] = stack.properties("Role")["Policies"]
    bucket = (
        stack.properties("BucketPolicy")["PolicyDocument"]["Statement"] if "BucketPolicy" in stack.resources else []
    )
    return role["PolicyDocument"]["Statement"], bucket


def is_allowed(stack: Stack, action: str, resource: str, keys: dict[str, str]) -> bool:
    return allowed(Request(action, resource, keys), *policies(stack))


ALLOWED = [
    ("an upload of an old client", {}, "s3:PutObject", OBJECT, PUT),
    ("an upload of a new client", {}, "s3:PutObject", OBJECT, NEW),
    ("an upload at the last moment", {}, "s3:PutObject", OBJECT, PUT | {"s3:signatureAge": "300000"}),
    ("a new client where only these may", {"RequireNewClients": "true"}, "s3:PutObject", OBJECT, NEW),
    ("its own log", {}, "logs:PutLogEvents", "arn:aws:logs:us-west-2:123456789012:log-group:function:*", {}),
    ("looking a device up", {}, "dynamodb:GetItem", TABLE, {}),
    ("encrypting", {"KmsKeyArn": KMS}, "kms:GenerateDataKey", KMS, {"kms:ViaService": "s3.us-west-2.amazonaws.com"}),
]
DENIED = [
    ("plain HTTP", {}, "s3:PutObject", OBJECT, PUT | {"aws:SecureTransport": "false"}),
    ("SigV2", {}, "s3:PutObject", OBJECT, PUT | {"s3:signatureversion": "AWS"}),
    ("no signature", {}, "s3:PutObject", OBJECT, {"aws:SecureTransport": "true"}),
    ("an old URL", {}, "s3:PutObject", OBJECT, PUT | {"s3:signatureAge": "300001"}),
    ("an old client where only new ones may", {"RequireNewClients": "true"}, "s3:PutObject", OBJECT, PUT),
    ("outside of uploads", {}, "s3:PutObject", f"{BUCKET_ARN}/config/a.json", NEW),
    ("a prefix that only begins alike", {}, "s3:PutObject", f"{BUCKET_ARN}/uploads2/a.json", NEW),
    ("another bucket", {}, "s3:PutObject", "arn:aws:s3:::another/uploads/a.json", NEW),
    ("reading", {}, "s3:GetObject", OBJECT, NEW),
    ("deleting", {}, "s3:DeleteObject", OBJECT, NEW),
    ("listing", {}, "s3:ListBucket", BUCKET_ARN, NEW),
    ("making it public", {}, "s3:PutObjectAcl", OBJECT, NEW),
    ("tagging", {}, "s3:PutObjectTagging", OBJECT, NEW),
    ("changing the bucket's policy", {}, "s3:PutBucketPolicy", BUCKET_ARN, NEW),
    ("encrypting without a key", {}, "kms:GenerateDataKey", KMS, {"kms:ViaService": "s3.us-west-2.amazonaws.com"}),
    (
        "the key for other ends",
        {"KmsKeyArn": KMS},
        "kms:Decrypt",
        KMS,
        {"kms:ViaService": "ec2.us-west-2.amazonaws.com"},
    ),
    ("the key without S3", {"KmsKeyArn": KMS}, "kms:Decrypt", KMS, {}),
    ("reading all devices", {}, "dynamodb:Scan", TABLE, {}),
    ("another table", {}, "dynamodb:GetItem", TABLE + "2", {}),
    ("devices where there are none", {"AccessMode": "open"}, "dynamodb:GetItem", TABLE, {}),
    ("another log", {}, "logs:PutLogEvents", "arn:aws:logs:us-west-2:123456789012:log-group:other:*", {}),
    ("becoming somebody else", {}, "sts:AssumeRole", "arn:aws:iam::123456789012:role/admin", {}),
]


def stack(**more: str) -> Stack:
    return Stack(**({"AccessMode": "device-token"} | more))


@pytest.mark.parametrize("case", ALLOWED, ids=[case[0] for case in ALLOWED])
def test_what_the_presigner_may(case: Any) -> None:
    _, parameters, *request = case
    assert is_allowed(stack(**parameters), *request)


@pytest.mark.parametrize("case", DENIED, ids=[case[0] for case in DENIED])
def test_what_the_presigner_may_not(case: Any) -> None:
    _, parameters, *request = case
    assert not is_allowed(stack(**parameters), *request)


def test_even_an_administrator_obeys_the_bucket() -> None:
    _, bucket = policies(stack())
    everything = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
    assert allowed(Request("s3:GetObject", OBJECT, PUT), everything, bucket)
    assert not allowed(Request("s3:GetObject", OBJECT, PUT | {"aws:SecureTransport": "false"}), everything, bucket)
    assert not allowed(Request("s3:PutObject", OBJECT, PUT | {"s3:signatureversion": "AWS"}), everything, bucket)


def test_a_signature_lives_as_long_as_the_bucket_takes_it() -> None:
    _, bucket = policies(stack())
    [young] = [statement for statement in bucket if statement["Sid"] == "OnlyYoungSignatures"]
    assert young["Condition"]["NumericGreaterThan"]["s3:signatureAge"] == str(uploads.LIFE_SECS * 1000)


def test_the_bucket_is_private_versioned_and_encrypted() -> None:
    bucket = stack().properties("Bucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    [rule] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    [rule] = stack(KmsKeyArn=KMS).properties("Bucket")["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KMS}
    for name in ("Bucket", "Devices"):
        assert stack().resources[name]["DeletionPolicy"] == "Retain"


def test_an_existing_bucket_is_left_alone() -> None:
    moved = stack(ExistingBucket="arkangel-json-ingest-prod")
    assert not {"Bucket", "BucketPolicy"} & set(moved.resources)
    statement = policies(moved)[0][0]
    assert statement["Resource"] == "arn:aws:s3:::arkangel-json-ingest-prod/uploads/*"
    assert environment(moved)["OUTTRAY_BUCKET"] == "arkangel-json-ingest-prod"


def environment(one: Stack) -> dict[str, str]:
    return {name: str(value) for name, value in one.properties("Function")["Environment"]["Variables"].items()}


@pytest.mark.parametrize(
    ("parameters", "routes"),
    [
        ({"AccessMode": "open"}, {"POST /ingest/new"}),
        ({"AccessMode": "api-key", "ApiKeyHashes": "ab" * 32}, {"POST /ingest/new"}),
        ({}, {"POST /ingest/new", "POST /devices"}),
        ({"Heartbeat": "on"}, {"POST /ingest/new", "POST /devices", "POST /ingest/heartbeat"}),
    ],
)
def test_the_function_understands_its_environment(parameters: dict[str, str], routes: set[str]) -> None:
    one = stack(**parameters)
    read = settings.read(environment(one))
    assert read.mode.value == parameters.get("AccessMode", "device-token")
    assert (read.device_table is not None) == (read.mode is settings.Mode.DEVICE_TOKEN)
    assert {route["RouteKey"] for route in one.of_type("AWS::ApiGatewayV2::Route").values()} == routes


def test_the_handler_is_where_the_template_says() -> None:
    function = stack().properties("Function")
    module, _, name = function["Handler"].rpartition(".")
    assert callable(getattr(__import__(module, fromlist=[name]), name))
    assert function["Code"] == "src"


def test_the_stage_throttles_and_its_log_has_nothing_of_the_requests_words() -> None:
    stage = stack().properties("Stage")
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0
    line = stage["AccessLogSettings"]["Format"]
    assert set(json.loads(line)) == {"time", "requestId", "ip", "route", "status", "bytes", "ms", "error"}
    assert not re.search(r"\$context\.(path|http)|querystring|header", line, re.IGNORECASE)


def test_there_is_an_alarm_for_every_kind_of_trouble() -> None:
    topic = "arn:aws:sns:us-west-2:123456789012:t"
    alarms = stack(Heartbeat="on", AlarmTopic=topic).of_type("AWS::CloudWatch::Alarm")
    assert set(alarms) == {"FailureAlarm", "ThrottleAlarm", "RefusalAlarm", "OldestFileAlarm", "SilenceAlarm"}
    assert all(alarm["AlarmActions"] == [topic] for alarm in alarms.values())
    quiet = stack().of_type("AWS::CloudWatch::Alarm")
    assert set(quiet) == {"FailureAlarm", "ThrottleAlarm", "RefusalAlarm"}
    assert not any("AlarmActions" in alarm for alarm in quiet.values())


def test_nobody_uploads_by_accident() -> None:
    """There is no default for who may upload, and the rules forbid what makes no sense."""
    assert "Default" not in load()["Parameters"]["AccessMode"]
    assert set(load()["Rules"]) == {"KeysForApiKey", "NoHeartbeatWhenOpen"}
