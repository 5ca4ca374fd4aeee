"""The supported versions of Pulumi and Python are those that the package itself requires."""

from __future__ import annotations

import re
from pathlib import Path

from aicore_provider.cli.supported import OLDEST_PULUMI, OLDEST_PYTHON, TOO_NEW_PULUMI, missing_companions, number

ROOT = Path(__file__).parents[2]


def test_the_package_requires_what_the_checks_require() -> None:
    project = (ROOT / "pyproject.toml").read_text()
    assert f'"pulumi>={number(OLDEST_PULUMI)},<{TOO_NEW_PULUMI[0]}"' in project
    assert f'requires-python = ">={number(OLDEST_PYTHON)}"' in project
    assert re.search(
        rf"^pulumi=={re.escape(number(OLDEST_PULUMI))}\.", (ROOT / "requirements-oldest.txt").read_text(), re.M
    )


def test_companions_stand_beside_the_cli_that_a_link_points_to_or_on_path(tmp_path: Path) -> None:
    real, linked, elsewhere = (tmp_path / name for name in ("real", "linked", "elsewhere"))
    for place, name in ((real, "pulumi"), (real, "pulumi-language-python"), (elsewhere, "pulumi-language-python-exec")):
        place.mkdir(exist_ok=True)
        (place / name).touch(mode=0o755)
    linked.mkdir()
    (linked / "pulumi").symlink_to(real / "pulumi")
    assert missing_companions(linked / "pulumi", str(elsewhere)) == ("pulumi-resource-pulumi-python",)
