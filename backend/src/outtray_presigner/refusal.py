"""A request that is refused, and why: the one exception whose text a client sees.

Not here: the JSON around it (`handler`).
"""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - it is an answer, not a mistake
    """`kind` is for programs, `message` for people; neither ever repeats what the request said."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.message = message


def bad(member: str, rule: str) -> Refusal:
    """A member of the request has the wrong type or form."""
    return Refusal(400, "request.invalid", f"{member} {rule}")
