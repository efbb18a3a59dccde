"""One request: its messages, what a refusal means, and when it is sent again."""
