# Source of both colours: scripts/codegen.py emits this file twice.
"""Whatever runs in Anaplan: started once, and watched until it ends."""
