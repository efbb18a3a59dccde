# Source of both colours: scripts/codegen.py emits this file twice.
"""The Bulk API: workspaces, models, files and actions."""
