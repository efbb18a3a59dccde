"""The audit log: events of a time, page by page as JSON, or all at once as text."""

from __future__ import annotations

from ..serving.family import Family
from .answers import audit_errors
from .events import routes

FAMILY = Family(routes, services=("audit",), errors=(audit_errors,))
