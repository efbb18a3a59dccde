"""Listings page by page, and what was looked up."""
