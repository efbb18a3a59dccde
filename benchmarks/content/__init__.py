"""What is sent and answered: planning data, and what Anaplan says about it."""
