"""The endpoints of Anaplan's APIs. URLs are written here and nowhere else."""
