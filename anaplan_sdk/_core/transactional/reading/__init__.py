"""Reading views and lists, whatever their size."""
