"""What is measured. A job is called with a setting, a watch and options, in a process of its own."""
