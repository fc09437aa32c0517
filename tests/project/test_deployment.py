"""What deploy/ makes is what the code needs. There is no Docker here: the files are linted and read, not run."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.stores.dynamodb.schema import TABLES, Table
from settings import VARIABLES
from tests.project.deployment import DEPLOY, ROOT, listed, read_template, statements

DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
SHIPPED: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"][
    "only-include"
]


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return read_template()


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return loaded


def test_the_template_is_sound_by_cloudformations_own_rules() -> None:
    linter = Path(sys.executable).with_name("cfn-lint")
    answer = subprocess.run([linter, str(DEPLOY / "template.yaml")], capture_output=True, text=True, check=False)

    assert (answer.returncode, answer.stdout) == (0, "")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_its_tables_are_those_that_the_code_makes(template: dict[str, Any], table: Table) -> None:
    resource = template["Resources"][table.name]
    made = dict(resource["Properties"])

    assert made.pop("TableName") == {"Sub": f"${{TablePrefix}}{table.name}"}
    assert made.pop("DeletionProtectionEnabled") is True
    assert made.pop("PointInTimeRecoverySpecification") == {"PointInTimeRecoveryEnabled": True}
    expiry = {"AttributeName": table.expires, "Enabled": True} if table.expires else None
    assert made.pop("TimeToLiveSpecification", None) == expiry
    assert made == table.definition()
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_no_role_may_do_anything_to_everything(template: dict[str, Any]) -> None:
    found = statements(template)
    bare = [each for each in found if "*" in str(each["Resource"])]

    assert [action for each in found for action in listed(each["Action"]) if "*" in action] == []
    assert [each["Action"] for each in bare] == ["ecr:GetAuthorizationToken"]
    assert not {"dynamodb:Scan", "dynamodb:DeleteTable"} & {act for each in found for act in listed(each["Action"])}


def test_amazon_may_send_to_the_queue_and_what_fails_is_set_apart(template: dict[str, Any]) -> None:
    (policy,) = template["Resources"]["NotificationsPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    queue = template["Resources"]["Notifications"]["Properties"]

    assert policy["Principal"] == {"AWS": "arn:aws:iam::437568002678:root"}
    assert policy["Action"] == ["sqs:SendMessage", "sqs:GetQueueAttributes"]
    assert "FifoQueue" not in queue
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"GetAtt": "SetApart.Arn"}


def test_every_variable_that_is_passed_on_is_a_setting(template: dict[str, Any], compose: dict[str, Any]) -> None:
    known = {each.name for each in VARIABLES} | {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
    (container,) = template["Resources"]["Task"]["Properties"]["ContainerDefinitions"]
    rows = [each["If"][1] if "If" in each else each for each in (*container["Environment"], *container["Secrets"])]
    passed = {row["Name"] for row in rows}
    passed |= {name for service in compose["services"].values() for name in service.get("environment", {})}

    assert passed <= known
    secret = {each.name for each in VARIABLES if each.secret}
    assert {row["Name"] for row in container["Environment"] if "Name" in row} & secret == set()


def test_alarms_tell_somebody(template: dict[str, Any]) -> None:
    alarms = {name: each for name, each in template["Resources"].items() if each["Type"] == "AWS::CloudWatch::Alarm"}

    assert {"NobodyReady", "RefusedRequests", "ThrottledWrites", "OrdersWait", "OrdersSetApart"} == alarms.keys()
    assert all(each["Properties"]["AlarmActions"] == [{"Ref": "Alarms"}] for each in alarms.values())


def test_the_image_is_made_of_locked_packages_by_nobody_in_particular() -> None:
    stages = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    installs = re.findall(r"pip install [^&\n]+", DOCKERFILE)

    assert len(stages) == 2
    assert all(re.fullmatch(r"python:3\.\d+-slim-\w+", stage) for stage in stages)
    assert all("--require-hashes" in each or each.rstrip().endswith("dist/*.whl") for each in installs)
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE) == ["10001:10001"]
    assert "HEALTHCHECK" in DOCKERFILE
    assert not re.search(r"^(ADD|ARG|ENV) .*(TOKEN|SECRET|KEY)", DOCKERFILE, re.MULTILINE)


def test_the_image_holds_all_that_is_shipped_and_nothing_else_goes_to_its_builder() -> None:
    copied = {word for line in re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE, re.MULTILINE) for word in line.split()}
    let_in = re.findall(r"^!(\S+)", (DEPLOY / "Dockerfile.dockerignore").read_text(), re.MULTILINE)

    wanted = {*SHIPPED, "pyproject.toml", "requirements/runtime.txt", "requirements/build.txt"}
    assert copied == wanted
    assert set(let_in) == wanted


def test_what_is_copied_is_enough_to_build_the_wheel(tmp_path: Path) -> None:
    for name in (*SHIPPED, "pyproject.toml"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path / name)

    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", "dist"]
    subprocess.run(build, cwd=tmp_path, capture_output=True, check=True)

    assert len(list((tmp_path / "dist").glob("*.whl"))) == 1


def test_the_dockerfile_has_nothing_that_hadolint_warns_of() -> None:
    hadolint = shutil.which("hadolint")
    if hadolint is None:
        pytest.skip("there is no hadolint on this machine")
    answer = subprocess.run([hadolint, str(DEPLOY / "Dockerfile")], capture_output=True, text=True, check=False)

    assert (answer.returncode, answer.stdout) == (0, "")


def test_compose_runs_it_without_privileges_and_for_this_machine_alone(compose: dict[str, Any]) -> None:
    apps = [each for each in compose["services"].values() if each["image"] == "syncstate"]

    assert len(apps) == 2
    for app in apps:
        assert (DEPLOY / app["build"]["context"] / app["build"]["dockerfile"]).resolve() == DEPLOY / "Dockerfile"
        assert (app["read_only"], app["cap_drop"]) == (True, ["ALL"])
        assert app["security_opt"] == ["no-new-privileges:true"]
        assert all(port.startswith("127.0.0.1:") for port in app["ports"])
        assert int(app["stop_grace_period"].removesuffix("s")) > 10


def test_compose_keeps_the_data_and_starts_dynamodb_only_when_asked(compose: dict[str, Any]) -> None:
    services = compose["services"]
    mounts = [mount.partition(":")[0] for each in services.values() for mount in each.get("volumes", [])]

    assert set(mounts) == set(compose["volumes"])
    assert services["app"]["volumes"] == [f"data:{services['app']['environment']['SYNCSTATE_DATA_DIR']}"]
    assert [name for name, each in services.items() if not each.get("profiles")] == ["app"]
    assert services["app-on-dynamodb"]["environment"]["AWS_ENDPOINT_URL"] == "http://dynamodb:8000"
