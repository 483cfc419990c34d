"""Named things on disk."""
