"""`aicore:artifacts` and `aicore:schedules`: what is executed again and again, and on what data."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from aicore_provider.api.naming import artifact_name_problem, schedule_name_problem
from aicore_provider.stack.fields import (
    ArtifactKind,
    ArtifactReference,
    ArtifactUrl,
    Identifier,
    LabelKey,
    LabelValue,
    Name,
    Parameter,
    ScheduleStatus,
    Text,
)
from aicore_provider.stack.sections import Named, NameProblem
from aicore_provider.stack.sections.placed import PlacedById


class ArtifactConfig(Named, PlacedById, title="artifact"):
    """A reference to data or a model in an object store."""

    name_problem: ClassVar[NameProblem] = staticmethod(artifact_name_problem)
    kind: ArtifactKind = Field(description="model, dataset, resultset or other. Replaces.")
    url: ArtifactUrl = Field(
        description="Where it is: ai://OBJECT_STORE/path with the name of an object store secret. Replaces."
    )
    scenario: Identifier = Field(description="Scenario that it is for. Replaces.")
    description: Text | None = Field(None, description="For people. Replaces.")
    labels: dict[LabelKey, LabelValue] | None = Field(
        None, description="Labels, by keys that begin with ext.ai.sap.com/. Replaces."
    )


class ScheduleConfig(Named, PlacedById, title="schedule"):
    """Executions of an executable, started again and again."""

    name_problem: ClassVar[NameProblem] = staticmethod(schedule_name_problem)
    scenario: Identifier = Field(description="Scenario that the executable belongs to. In place.")
    executable: Identifier = Field(description="The executable. In place.")
    parameters: dict[Name, Parameter] = Field({}, description="Values of the executable's parameters. In place.")
    artifacts: dict[Name, ArtifactReference] = Field(
        {}, description="Keys of aicore:artifacts, or artifact ids, by the executable's inputs. In place."
    )
    cron: Text = Field(description='When, in UTC, such as "0 3 * * *"; once an hour at most. In place.')
    start: Text | None = Field(None, description="From when on, ISO 8601, in quotes. In place.")
    end: Text | None = Field(None, description="Until when, ISO 8601, in quotes. In place.")
    status: ScheduleStatus | None = Field(None, description="ACTIVE, or INACTIVE to pause it. In place.")
