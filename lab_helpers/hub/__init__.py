"""One machine for a whole room: a JupyterHub whose learners each have an engine of their own.

`open_for` starts it. What it runs is JupyterHub with the configuration in ``compose/hub``; a larger
room takes the same image to Kubernetes, with ``compose/hub/values.yaml``.
"""

from lab_helpers.hub.run import open_for, remove

__all__ = ["open_for", "remove"]
