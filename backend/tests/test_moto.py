"""The stack, made from the template by moto as far as moto goes, and the real handler on what came of it.

moto knows no bucket policies, HTTP APIs or alarms in a template (`test_template` reads those), and it takes any
signature (`test_program` has a server that does not).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from backend.tests.support import weed
from backend.tests.support.program import Relay, serving, sync
from backend.tests.support.template import PATH
from backend.tests.support.world import API_KEY, BODY
from outtray_presigner import settings
from outtray_presigner.access import digest
from outtray_presigner.handler import Presigner
from outtray_presigner.storage import DynamoDevices, Storage


@dataclass
class Account:
    endpoint: str

    def client(self, service: str) -> Any:
        return boto3.client(service, endpoint_url=self.endpoint, region_name=weed.REGION)

    def deploy(self, name: str, **parameters: str) -> Presigner:
        """Makes the stack; out: the presigner that its function's environment describes."""
        given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
        # What `aws cloudformation package` does to a folder.
        text = PATH.read_text().replace("Code: src", "Code: {ZipFile: pass}")
        self.client("cloudformation").create_stack(
            StackName=name, TemplateBody=text, Parameters=given, Capabilities=["CAPABILITY_IAM"]
        )
        functions = self.client("lambda").list_functions()["Functions"]
        [function] = [one for one in functions if one["FunctionName"].startswith(f"{name}-")]
        assert function["Runtime"] == "python3.12"
        env = {key: str(value) for key, value in function["Environment"]["Variables"].items()}
        chosen = settings.read(env | {"OUTTRAY_S3_ENDPOINT": self.endpoint})
        table = chosen.device_table
        devices = DynamoDevices(table, self.client("dynamodb")) if table else None
        return Presigner(chosen, Storage(chosen), devices, log=lambda _line: None)


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    yield Account(f"http://127.0.0.1:{port}")
    server.stop()


def test_the_stack_has_what_it_should(account: Account) -> None:
    account.deploy("things", AccessMode="device-token", BucketName="things-bucket")
    encryption = account.client("s3").get_bucket_encryption(Bucket="things-bucket")
    [rule] = encryption["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    [role] = [one for one in account.client("iam").list_roles()["Roles"] if one["RoleName"].startswith("things-")]
    document = account.client("iam").get_role_policy(RoleName=role["RoleName"], PolicyName="presign")["PolicyDocument"]
    # moto leaves a None for what `AWS::NoValue` removes, and shows the whole as Python does.
    statements = ast.literal_eval(document)["Statement"]
    resources = {one["Sid"]: one["Resource"] for one in statements if one}
    assert resources["StoreUploads"] == "arn:aws:s3:::things-bucket/uploads/*"
    assert set(resources) == {"StoreUploads", "WriteItsLog", "KnowDevices"}
    logs = account.client("logs").describe_log_groups()["logGroups"]
    assert [one.get("retentionInDays") for one in logs if one["logGroupName"].startswith("things-")] == [30, 30]
    tables = [name for name in account.client("dynamodb").list_tables()["TableNames"] if name.startswith("things-")]
    assert len(tables) == 1


@pytest.mark.parametrize("generation", ["old", "new"])
def test_an_open_stack_serves_the_program(account: Account, outtray: str, tmp_path: Path, generation: str) -> None:
    one = account.deploy(f"open-{generation}", AccessMode="open", BucketName=f"open-{generation}")
    only = ("deviceId", "filename") if generation == "old" else ()
    with serving(one) as origin, Relay(origin, only=only).running() as api:
        result = sync(outtray, tmp_path, api, {"a.json": BODY})
    assert (result["code"], result["names"]) == (0, ["a.json.synced"]), result["said"]
    [receipt] = result["receipts"]
    stored = account.client("s3").get_object(Bucket=f"open-{generation}", Key=receipt["key"])
    assert stored["Body"].read() == BODY


@pytest.mark.parametrize("mode", ["api-key", "device-token"])
def test_a_closed_stack_serves_who_has_the_secret(account: Account, outtray: str, tmp_path: Path, mode: str) -> None:
    hashes = {"ApiKeyHashes": digest(API_KEY)} if mode == "api-key" else {}
    one = account.deploy(mode, AccessMode=mode, BucketName=f"{mode}-bucket", **hashes)
    secret = API_KEY
    if mode == "device-token":
        secret = "otd_0123456789abcdef"
        code = digest("otc_0123456789abcdef")
        one.devices.invite(code, None, one.now().replace(year=2100))
        assert one.devices.enrol("dev001", code, digest(secret), one.now())
    with serving(one) as origin:
        without = sync(outtray, tmp_path / "without", origin, {"a.json": BODY})
        with_it = sync(outtray, tmp_path / "with", origin, {"a.json": BODY}, key=secret)
    assert (without["code"], without["names"]) == (6, ["a.json"])
    assert (with_it["code"], with_it["names"]) == (0, ["a.json.synced"]), with_it["said"]
