"""What IAM would say: a small evaluator for the policies of the template.

In: statements and a request (principal, action, resource, condition keys). Out: allowed or denied. It knows what our
policies use and refuses anything else, so that a policy cannot slip through unread. The rules are AWS's published ones:
an explicit deny wins, then an allow is needed; a negated operator matches when the key is absent, others do not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any


@dataclass(frozen=True)
class Request:
    action: str
    resource: str
    keys: dict[str, str] = field(default_factory=dict)


def allowed(request: Request, role: list[dict[str, Any]], resource: list[dict[str, Any]]) -> bool:
    """`role`: the caller's own policy; `resource`: that of what is asked for (here it only denies)."""
    applies = [statement for statement in role + resource if _applies(statement, request)]
    if any(statement["Effect"] == "Deny" for statement in applies):
        return False
    return any(statement["Effect"] == "Allow" for statement in applies)


def _applies(statement: dict[str, Any], request: Request) -> bool:
    unknown = set(statement) - {"Sid", "Effect", "Action", "Resource", "Condition", "Principal"}
    assert not unknown, unknown
    assert statement.get("Principal", "*") == "*", "principals are not told apart here"
    return (
        any(fnmatchcase(request.action.lower(), action.lower()) for action in _list(statement["Action"]))
        and any(fnmatchcase(request.resource, resource) for resource in _list(statement["Resource"]))
        and all(
            _meets(operator, request.keys.get(key), _list(wanted))
            for operator, tests in statement.get("Condition", {}).items()
            for key, wanted in tests.items()
        )
    )


def _meets(operator: str, value: str | None, wanted: list[str]) -> bool:
    if operator == "Null":
        return (value is None) == (wanted == ["true"])
    if operator == "StringNotEquals":
        return value not in wanted
    if value is None:
        return False
    if operator == "Bool":
        return value.lower() in wanted
    if operator == "StringEquals":
        return value in wanted
    if operator == "NumericGreaterThan":
        return any(float(value) > float(limit) for limit in wanted)
    raise AssertionError(f"unknown operator {operator}")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
