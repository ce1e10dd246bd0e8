"""`template.yaml`, read and resolved: what CloudFormation would make of it with these parameters.

In: parameters. Out: the resources that exist, their functions (`!Ref`, `!Sub`, `!GetAtt`, `!If`) replaced; the ARN of a
resource is made of its logical name. Not here: what the policies mean (`policies`).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).parents[2] / "template.yaml"
NO_VALUE = object()
BUCKET_ARN = "arn:aws:s3:::the-bucket"
KNOWN = {
    "AWS::Partition": "aws",
    "AWS::Region": "us-west-2",
    "AWS::AccountId": "123456789012",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "outtray",
    "AWS::NoValue": NO_VALUE,
}
ATTRIBUTES = {
    ("Bucket", "Arn"): BUCKET_ARN,
    ("FunctionLog", "Arn"): "arn:aws:logs:us-west-2:123456789012:log-group:function:*",
    ("Devices", "Arn"): "arn:aws:dynamodb:us-west-2:123456789012:table/devices",
}


class _Loader(yaml.SafeLoader):
    pass


def _function(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        return {name: value.split(".", 1) if suffix == "GetAtt" else value}
    value = loader.construct_sequence(node, deep=True)  # type: ignore[arg-type]
    return {name: value}


_Loader.add_multi_constructor("!", _function)


def load() -> dict[str, Any]:
    return yaml.load(PATH.read_text(), _Loader)  # noqa: S506 - it is a SafeLoader


class Stack:
    def __init__(self, **parameters: Any) -> None:
        self.template = load()
        defaults = {name: about.get("Default") for name, about in self.template["Parameters"].items()}
        self._parameters = defaults | parameters
        self.resources = {
            name: self._resolve(about)
            for name, about in self.template["Resources"].items()
            if self._holds(about.get("Condition"))
        }

    def properties(self, name: str) -> dict[str, Any]:
        return self.resources[name]["Properties"]

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        return {name: about["Properties"] for name, about in self.resources.items() if about["Type"] == kind}

    def _holds(self, condition: str | None) -> bool:
        return condition is None or bool(self._resolve(self.template["Conditions"][condition]))

    def _resolve(self, value: Any) -> Any:
        if isinstance(value, list):
            return [item for item in map(self._resolve, value) if item is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            [(name, argument)] = value.items()
            if name == "Ref":
                return self._name(argument)
            if name == "Fn::GetAtt":
                return ATTRIBUTES.get(tuple(argument), f"arn:of:{argument[0]}")
            if name == "Fn::Sub":
                return re.sub(r"\$\{([\w:.]+)\}", lambda found: str(self._name(found[1])), argument)
            if name == "Fn::If":
                return self._resolve(argument[1] if self._holds(argument[0]) else argument[2])
            if name == "Fn::Equals":
                left, right = map(self._resolve, argument)
                return str(left) == str(right)
            if name == "Fn::Not":
                return not self._resolve(argument[0])
        found = {name: self._resolve(item) for name, item in value.items()}
        return {name: item for name, item in found.items() if item is not NO_VALUE}

    def _name(self, name: str) -> Any:
        if name in KNOWN:
            return KNOWN[name]
        if name in self._parameters:
            return self._parameters[name]
        resource, _, attribute = name.partition(".")
        return ATTRIBUTES[resource, attribute] if attribute else f"ref-{resource}"
