# Source of both colours: scripts/codegen.py emits this file twice.
"""Content up and down, chunks side by side."""
