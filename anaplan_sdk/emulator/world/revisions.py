"""Revisions of models: snapshots of structure, each shared by all models that it was applied to."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from .model import Model
from .structure import Structure, structure


@dataclass(frozen=True, slots=True)
class Revision:
    """The structure of a model as it was when the revision was created."""

    id: str
    name: str
    structure: Structure = field(repr=False)
    created_by: str
    created_on: float
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Application:
    """How a revision came into a model: it was created there, or brought there by a sync."""

    revision: Revision
    model_id: str
    applied_by: str
    applied_on: float
    method: str


@dataclass(slots=True)
class RevisionHistory:
    """All applications of revisions to models, oldest first. Those of deleted models stay."""

    applications: list[Application] = field(default_factory=list)

    def create(
        self,
        model: Model,
        user_id: str,
        revision_id: str,
        name: str,
        description: str | None = None,
        *,
        method: str = "User added revision",
        created_on: float | None = None,
    ) -> Application:
        """Keep the structure that the model has now. ``created_on`` is in seconds since the epoch, None for now."""
        created_on = time.time() if created_on is None else created_on
        revision = Revision(revision_id, name, structure(model), user_id, created_on, description)
        return self.apply(revision, model.id, user_id, method, applied_on=created_on)

    def apply(
        self, revision: Revision, model_id: str, user_id: str, method: str, *, applied_on: float | None = None
    ) -> Application:
        """Note that the model has the revision now; its structure is left to the caller."""
        applied_on = time.time() if applied_on is None else applied_on
        application = Application(revision, model_id, user_id, applied_on, method)
        self.applications.append(application)
        return application

    def of_model(self, model_id: str) -> list[Application]:
        return [application for application in self.applications if application.model_id == model_id]

    def of_revision(self, revision_id: str) -> list[Application]:
        return [application for application in self.applications if application.revision.id == revision_id]

    def latest(self, model_id: str) -> Application | None:
        return next(reversed(self.of_model(model_id)), None)

    def find(self, model_id: str, revision_id: str) -> Revision | None:
        """A revision that was applied to the model."""
        applications = self.of_model(model_id)
        return next((a.revision for a in applications if a.revision.id == revision_id), None)

    def since(self, model_id: str, revision_id: str) -> list[Application] | None:
        """What was applied to the model from this revision on, itself included; None if it never was."""
        applications = self.of_model(model_id)
        ids = [application.revision.id for application in applications]
        return applications[ids.index(revision_id) :] if revision_id in ids else None
