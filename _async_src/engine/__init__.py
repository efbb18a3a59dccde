# Source of both colours: scripts/codegen.py emits this file twice.
"""What every family of endpoints is built on."""
