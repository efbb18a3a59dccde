"""CloudWorks: what is sent, runs as jobs, and creating something at most once."""
