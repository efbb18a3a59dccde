"""Cells of modules: kept, calculated, read through views and written."""
