# Source of both colours: scripts/codegen.py emits this file twice.
"""CloudWorks: connections, integrations, flows, and their runs."""
