"""What `aicore-provider init` writes, used as its README says."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import yaml

from sandbox.engine_stack import ROOT, EngineStack

ANSWERS = 'until (exec 3<>"/dev/tcp/127.0.0.1/{port}") 2>/dev/null; do sleep 0.1; done'
AND_THEN = """
aicore-provider doctor --json > doctor.json
pulumi stack output deployments --json > before.json
pulumi preview --expect-no-changes
sed -i 's/model: gpt-5-mini/model: gpt-5/' stacks/Pulumi.emulator.yaml
pulumi up --yes --skip-preview
pulumi stack output deployments --json > after.json
pulumi preview --expect-no-changes
pulumi destroy --yes --skip-preview
aicore-provider deployments --json > left.json
"""


def test_the_first_lines_of_its_readme_bring_up_a_deployment(wheel: Path, tmp_path: Path, pulumi_root: Path) -> None:
    command = [sys.executable, "-m", "aicore_provider.cli", "init", "--project", "models", "--package", str(wheel)]
    subprocess.run([*command, "--environment", "dev", "--environment", "prod", "--yes"], cwd=tmp_path, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    for path in ("README.md", "stacks/Pulumi.emulator.yaml"):
        (tmp_path / path).write_text((tmp_path / path).read_text().replace("8080", port))
    stack_file = (tmp_path / "stacks" / "Pulumi.emulator.yaml").read_text()
    [lines] = re.findall(
        r"\n## Try it without a tenant\n.*?```sh\n(.*?)```", (tmp_path / "README.md").read_text(), re.S
    )
    started = f"aicore-provider emulator --port {port} &\n"
    assert started in lines
    lines = lines.replace(started, f"{started}trap 'kill %1' EXIT\n{ANSWERS.format(port=port)}\n")
    path = os.pathsep.join([str(pulumi_root / "bin"), os.environ["PATH"]])
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AICORE_", "PULUMI_"))}
    environment = kept | {"PATH": path, "PULUMI_HOME": str(tmp_path / "home"), "PULUMI_SKIP_UPDATE_CHECK": "true"}
    ended = subprocess.run(
        ["bash", "-e", "-c", lines + AND_THEN],  # noqa: S607
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr

    def told(name: str) -> dict[str, object]:
        found: dict[str, object] = json.loads((tmp_path / name).read_text())
        return found

    findings = told("doctor.json")["findings"]
    assert isinstance(findings, list)
    assert [each for each in findings if each["level"] != "ok"] == []
    before, after = told("before.json")["chat"], told("after.json")["chat"]
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    assert (before["id"], before["url"]) == (after["id"], after["url"])
    assert (before["model"], after["model"], after["status"]) == ("gpt-5-mini", "gpt-5", "RUNNING")
    assert told("left.json")["deployments"] == []
    assert (tmp_path / "stacks" / "Pulumi.emulator.yaml").read_text() == stack_file.replace("gpt-5-mini", "gpt-5")


def test_three_files_by_hand_are_a_repository(stack: EngineStack) -> None:
    page = (ROOT / "docs" / "own-repository.md").read_text().partition("\n## By hand\n")[2].partition("\n## ")[0]
    files = dict(re.findall(r"`([\w.]+)`[^\n]*:\n\n```\w+\n(.*?)```", page, re.S))
    assert list(files) == ["Pulumi.yaml", "__main__.py", "Pulumi.dev.yaml"]
    own = yaml.safe_load(files["Pulumi.yaml"])
    assert own.pop("runtime")["options"] == {"toolchain": "pip", "virtualenv": ".venv"}
    stack.project(**own, config=None, description=None)
    stack.program(files["__main__.py"])
    stack.configure(files["Pulumi.dev.yaml"])
    done = stack.up()
    assert not done.failed, done.output
    assert stack.outputs["chat"]["model"] == "gpt-5-mini"
    assert not stack.destroy().failed
