# Source of both colours: scripts/codegen.py emits this file twice.
"""Application lifecycle management: revisions, syncs and reports."""
