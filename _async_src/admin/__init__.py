# Source of both colours: scripts/codegen.py emits this file twice.
"""Administration: users, and exception users."""
