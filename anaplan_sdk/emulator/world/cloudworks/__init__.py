"""CloudWorks: cloud stores, connections to them, integrations, flows, and their runs."""
