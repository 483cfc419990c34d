"""What is in a dataset, whether to trust it, how to split it, how to complete it: pure functions over articles."""
