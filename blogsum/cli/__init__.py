"""People: one small file per group of verbs."""
