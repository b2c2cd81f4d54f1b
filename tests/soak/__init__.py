"""The whole suite again and again, and what came of it: `make soak N=20`."""
