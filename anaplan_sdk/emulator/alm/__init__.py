"""Application Lifecycle Management: revisions, syncs, comparison reports."""
