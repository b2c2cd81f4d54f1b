"""Set-up: the container engine, the image that each service runs, and what must be there first."""
