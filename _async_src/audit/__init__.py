# Source of both colours: scripts/codegen.py emits this file twice.
"""The audit log: events and exports."""
