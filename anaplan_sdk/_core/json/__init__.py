"""Answers in JSON, structured into models."""
