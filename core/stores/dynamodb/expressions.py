"""Update, condition and key expressions, with every name and value aliased: any attribute and any text is safe."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core.stores.dynamodb.values import Value, number


@dataclass(slots=True)
class Expression:
    """The expressions of one request, gathered clause by clause; a path names an attribute or a key inside a map."""

    _names: dict[str, str] = field(default_factory=dict)
    _values: dict[str, Value] = field(default_factory=dict)
    _clauses: dict[str, list[str]] = field(default_factory=dict)
    _conditions: list[str] = field(default_factory=list)

    def path(self, *names: str) -> str:
        """The aliased path."""
        known = self._names
        if len(names) == 1:
            return known.get(names[0]) or known.setdefault(names[0], f"#{len(known)}")
        return ".".join([known.setdefault(name, f"#{len(known)}") for name in names])

    def value(self, value: Value) -> str:
        """The aliased value."""
        alias = f":{len(self._values)}"
        self._values[alias] = value
        return alias

    def set(self, value: Value, *path: str) -> None:
        """Set the attribute."""
        self._clauses.setdefault("SET", []).append(f"{self.path(*path)} = {self.value(value)}")

    def keep(self, value: Value, *path: str) -> None:
        """Set the attribute unless it is there."""
        name = self.path(*path)
        self._clauses.setdefault("SET", []).append(f"{name} = if_not_exists({name}, {self.value(value)})")

    def add(self, amount: int, name: str) -> None:
        """Add to the number, which counts as 0 where it is missing."""
        self._clauses.setdefault("ADD", []).append(f"{self.path(name)} {self.value(number(amount))}")

    def remove(self, *path: str) -> None:
        """Remove the attribute."""
        self._clauses.setdefault("REMOVE", []).append(self.path(*path))

    def require(self, condition: str) -> None:
        """Let the request fail unless this holds as well."""
        self._conditions.append(condition)

    def require_equal(self, value: Value, *path: str) -> None:
        """Let the request fail unless the attribute has this value."""
        self.require(f"{self.path(*path)} = {self.value(value)}")

    def require_count(self, count: int, name: str) -> None:
        """Let the request fail unless the number is this one; a missing one counts as 0."""
        path = self.path(name)
        equal = f"{path} = {self.value(number(count))}"
        self.require(equal if count else f"attribute_not_exists({path}) OR {equal}")

    def require_absent(self, *path: str) -> None:
        """Let the request fail when the attribute, or the item that would have it, is there."""
        self.require(f"attribute_not_exists({self.path(*path)})")

    def require_present(self, *path: str) -> None:
        """Let the request fail when the attribute is not there."""
        self.require(f"attribute_exists({self.path(*path)})")

    def request(self) -> dict[str, Any]:
        """The request's arguments: the expressions, their names and their values."""
        update = " ".join(f"{verb} {', '.join(parts)}" for verb, parts in self._clauses.items())
        condition = " AND ".join(f"({each})" for each in self._conditions)
        arguments: dict[str, Any] = {
            "UpdateExpression": update,
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {alias: name for name, alias in self._names.items()},
            "ExpressionAttributeValues": self._values,
        }
        return {name: value for name, value in arguments.items() if value}
