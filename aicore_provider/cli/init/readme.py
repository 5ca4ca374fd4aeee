"""What the README of a new repository says of the things that were chosen: values of its templates."""

from __future__ import annotations

from collections.abc import Mapping

from aicore_provider.cli.init.choices import Ci
from aicore_provider.cli.init.package import Package
from aicore_provider.cli.init.state_store import PULUMI_CLOUD, StateStore
from aicore_provider.cli.init.template import filled

_FOLDERS = {
    "github": "| `.github/workflows/` | what GitHub runs, see [below](#workflows) |",
    "gitlab": "| `.gitlab-ci.yml`, `.gitlab/` | what GitLab runs, see [below](#pipelines) |",
    "none": "",
}


def about_package(package: Package) -> str:
    """Return where the package comes from, and what to do for another version."""
    if package.wheel:
        return (
            f"`{package.copy}` is the wheel of it.\n"
            "Everybody and every CI has the same. For a new version put its wheel there, and its name into\n"
            "`requirements.in`."
        )
    if package.url:
        return f"It comes from <{package.url}>."
    return (
        "It comes from the index that pip is configured for, which can be one of your own. Where no index has it, put\n"
        "its wheel into a folder `wheels/` and write `./wheels/NAME.whl[cli]` into both files."
    )


def about_stacks(files: Mapping[str, str]) -> dict[str, str]:
    """Return what is said of each environment. `files` are the paths of their stack files by their names."""
    set_up = ("pulumi stack init {}", "aicore-provider doctor --stack {}", "pulumi up --stack {}")
    return {
        "STACK_ROWS": "\n".join(f"| `{file}` | what environment {name} offers |" for name, file in files.items()),
        "SET_UP_STACKS": "\n".join(f"   {each.format(name)}" for name in files for each in set_up),
        "ENVIRONMENTS": ", ".join(f"`{name}`" for name in files),
        "PREVIEW_ENVIRONMENTS": ", ".join(f"`{name}-preview`" for name in files),
        "UP_JOB_NAMES": ", ".join(f"`up:{name}`" for name in files),
    }


def about_state(backend: str, store: StateStore, *, oidc: bool) -> dict[str, str]:
    """Return how one gets to the states, and what OIDC covers."""
    return {
        "LOGIN": _login(backend),
        "STATE_SECRETS": ", ".join(f"`{each}`" for each in store.secrets),
        "OIDC_TEXT": _oidc(store, oidc=oidc),
    }


def about_ci(ci: Ci, values: Mapping[str, str]) -> dict[str, str]:
    """Return the section on the CI, of which `values` are all the other values."""
    return {"CI_ROW": _FOLDERS[ci], "CI_TEXT": filled("none.md" if ci == "none" else f"{ci}/README.md", values)}


def _login(backend: str) -> str:
    if backend == PULUMI_CLOUD:
        return "The state lives in Pulumi Cloud: `pulumi login`."
    return (
        f"The state lives in `{backend}`, as `Pulumi.yaml` says.\n"
        "   Set what is needed to get there, and `PULUMI_CONFIG_PASSPHRASE`, a passphrase of your choice for secrets\n"
        "   in stack files. Your own Pulumi Cloud wants `pulumi login` and no passphrase."
    )


def _oidc(store: StateStore, *, oidc: bool) -> str:
    if oidc:
        how = "The CI proves to the backend who it is by OIDC, so that no key of the backend is stored here."
    elif store.oidc:
        how = "`aicore-provider init --oidc` writes the same without a key for the backend, by OIDC."
    else:
        how = "OIDC can take the place of the key for the backend, with a step of the cloud's own."
    return f"{how}\n  It does not replace `AICORE_SERVICE_KEY`: SAP AI Core accepts nothing but a service key."
