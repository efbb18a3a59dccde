"""Administration: users as CSV, and what is checked before they are sent."""
