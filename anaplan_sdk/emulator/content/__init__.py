"""What users upload and download, on disk."""
