"""What Anaplan is: tenant, workspaces, models and what is defined in them."""
