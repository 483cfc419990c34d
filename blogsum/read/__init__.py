"""Edges in: from addresses and files to pages."""
