"""What `export --pulumi-import` writes, without a service."""

from __future__ import annotations

from aicore_provider.api.types import Configuration, Deployment, ResourceGroup
from aicore_provider.cli.export.bulk_import import bulk_import
from aicore_provider.cli.export.document import Choice
from aicore_provider.cli.export.survey import GroupContent, TenantContent


def group(name: str) -> GroupContent:
    """A resource group with a deployment, whose configuration has the same name in each."""
    configuration = Configuration(
        id=f"c-{name}",
        name="chat one",
        scenario_id="foundation-models",
        executable_id="azure-openai",
        parameter_bindings={"modelName": "gpt-5-mini"},
        input_artifact_bindings={},
    )
    unused = configuration.model_copy(update={"id": f"c-unused-{name}", "name": "unused"})
    deployment = Deployment(
        id=f"d-{name}", configuration_id=configuration.id, status="RUNNING", target_status="RUNNING"
    )
    return GroupContent(
        ResourceGroup.model_validate({"id": name, "status": "PROVISIONED"}), [deployment], [configuration, unused]
    )


TENANT = TenantContent([group("default"), group("team-a")])


def named(choice: Choice) -> dict[str, str]:
    """Ids by name."""
    return {each.name: each.id for each in bulk_import(TENANT, choice).resources}


def test_each_name_is_given_once_and_only_configurations_in_use_are_imported() -> None:
    assert named(Choice()) == {
        "chat-one": "default/d-default",
        "chat-one-configuration": "default/c-default",
        "team-a": "team-a",
        "chat-one-team-a": "team-a/d-team-a",
        "chat-one-configuration-team-a": "team-a/c-team-a",
    }


def test_the_names_of_the_file_are_those_that_the_choice_is_about() -> None:
    with_its_configuration = {
        "chat-one-team-a": "team-a/d-team-a",
        "chat-one-configuration-team-a": "team-a/c-team-a",
    }
    assert named(Choice(match="chat-one-team-a")) == with_its_configuration
    assert named(Choice(match="*-team-a")) == with_its_configuration
    assert "chat-one-team-a" not in named(Choice(match="chat*", exclude="*-team-a"))
    assert bulk_import(TENANT, Choice(match="nothing")).excluded == len(named(Choice()))
