# Source of both colours: scripts/codegen.py emits this file twice.
"""SCIM: the users of the tenant and their workspaces."""
