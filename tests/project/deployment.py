"""The files of deploy/ as data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


class _Template(yaml.SafeLoader):
    """YAML with CloudFormation's short functions, each read as {its name: its argument}."""


def _function(loader: _Template, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        return {suffix: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {suffix: loader.construct_sequence(node, deep=True)}
    raise TypeError(f"!{suffix} of a mapping")


_Template.add_multi_constructor("!", _function)


def read_template() -> dict[str, Any]:
    """deploy/template.yaml."""
    loaded: dict[str, Any] = yaml.load((DEPLOY / "template.yaml").read_text(), _Template)  # noqa: S506 - a safe loader
    return loaded


def statements(template: dict[str, Any]) -> list[dict[str, Any]]:
    """Every statement by which a role of the template is allowed something."""
    roles = [each for each in template["Resources"].values() if each["Type"] == "AWS::IAM::Role"]
    policies = [_plain(policy) for role in roles for policy in role["Properties"]["Policies"]]
    return [each for policy in policies for each in policy["PolicyDocument"]["Statement"]]


def _plain(policy: dict[str, Any]) -> dict[str, Any]:
    chosen: dict[str, Any] = policy["If"][1] if "If" in policy else policy
    return chosen


def listed(value: object) -> list[Any]:
    """The value as a list, as IAM lets one be written without its brackets."""
    return value if isinstance(value, list) else [value]
