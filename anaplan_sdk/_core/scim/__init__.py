"""SCIM: what is sent to create and change users, what came of it, and how a user gets from one state to another."""
