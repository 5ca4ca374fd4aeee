"""`aicore:repositories` and `aicore:applications`: where the tenant's own templates come from."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, model_validator

from aicore_provider.api.naming import application_name_problem, repository_name_problem
from aicore_provider.stack.fields import Sealed, Text
from aicore_provider.stack.sections import NameProblem, OfTenant
from aicore_provider.stack.sections.secrets import needs


class RepositoryConfig(OfTenant, title="repository", json_schema_extra=needs("username", "password")):
    """A Git repository, and the login with which it is read."""

    name_problem: ClassVar[NameProblem] = staticmethod(repository_name_problem)
    untold: ClassVar[tuple[str, ...]] = ("username", "password")
    url: Text = Field(description="Address, such as https://github.com/org/templates. Replaces.")
    username: Text | None = Field(None, description="User who may read the repository. In place.")
    password: Sealed | None = Field(None, description="Password or access token, encrypted. In place.")


class ApplicationConfig(
    OfTenant,
    title="application",
    json_schema_extra={"oneOf": [{"required": ["repository"]}, {"required": ["repositoryUrl"]}]},
):
    """A folder of a repository whose templates the service keeps in step with it."""

    name_problem: ClassVar[NameProblem] = staticmethod(application_name_problem)
    repository: Text | None = Field(None, description="Key of the repository in aicore:repositories. In place.")
    repository_url: Text | None = Field(
        None, description="In its place: address of a repository that the service knows. In place."
    )
    revision: Text = Field(description="Branch, tag or commit, such as HEAD. In place.")
    path: Text = Field(description="Folder in the repository. In place.")

    @model_validator(mode="after")
    def _one_repository(self) -> ApplicationConfig:
        if (self.repository is None) == (self.repository_url is None):
            raise ValueError("one of repository, a key of aicore:repositories, and repositoryUrl is needed")
        return self
