"""`aicore:repositories` and `aicore:applications`: where the tenant's own templates come from."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, model_validator

from aicore_provider.api.naming import application_name_problem, repository_name_problem
from aicore_provider.stack.fields import MISSING_SECRET, Flag, Name, Sealed, Text, lacking
from aicore_provider.stack.sections import Keys, NameProblem
from aicore_provider.stack.sections.secrets import needs, require


class RepositoryConfig(Keys, title="repository", json_schema_extra=needs("username", "password")):
    """A Git repository, and the login with which it is read."""

    name_problem: ClassVar[NameProblem] = staticmethod(repository_name_problem)
    name: Text | None = Field(None, description="Its name at the service. Default: the key of the entry. Replaces.")
    url: Text = Field(description="Address, such as https://github.com/org/templates. Replaces.")
    username: Text | None = Field(None, description="User who may read the repository. In place.")
    password: Sealed | None = Field(None, description="Password or access token, encrypted. In place.")
    protect: Flag = Field(False, description="Refuse to delete or replace it.")
    formerly: Name | None = Field(
        None, description="The name the entry had before, so that a renamed one stays the same."
    )
    take_over: Flag = Field(
        False, description="Manage the one of this name that exists already, where the login is written into it."
    )

    @model_validator(mode="after")
    def _has_login(self) -> RepositoryConfig:
        if not self.take_over:
            require(self, "username")
            if self.password is None:
                raise lacking("password", MISSING_SECRET)
        return self


class ApplicationConfig(
    Keys,
    title="application",
    json_schema_extra={"oneOf": [{"required": ["repository"]}, {"required": ["repositoryUrl"]}]},
):
    """A folder of a repository whose templates the service keeps in step with it."""

    name_problem: ClassVar[NameProblem] = staticmethod(application_name_problem)
    name: Text | None = Field(None, description="Its name at the service. Default: the key of the entry. Replaces.")
    repository: Text | None = Field(None, description="Key of the repository in aicore:repositories. In place.")
    repository_url: Text | None = Field(
        None, description="In its place: address of a repository that the service knows. In place."
    )
    revision: Text = Field(description="Branch, tag or commit, such as HEAD. In place.")
    path: Text = Field(description="Folder in the repository. In place.")
    protect: Flag = Field(False, description="Refuse to delete or replace it.")
    formerly: Name | None = Field(
        None, description="The name the entry had before, so that a renamed one stays the same."
    )
    take_over: Flag = Field(
        False, description="Manage the one of this name that exists already, where this is written into it."
    )

    @model_validator(mode="after")
    def _one_repository(self) -> ApplicationConfig:
        if (self.repository is None) == (self.repository_url is None):
            raise ValueError("one of repository, a key of aicore:repositories, and repositoryUrl is needed")
        return self
