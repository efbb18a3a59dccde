# Source of both colours: scripts/codegen.py emits this file twice.
"""Structure, cells and lists of a model."""
