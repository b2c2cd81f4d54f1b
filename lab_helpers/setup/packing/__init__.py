"""`workshop bundle`: everything that set-up fetches, in one file; `setup.bundle` unpacks it."""
