"""The Jupyter server's configuration, of `workshop lab` and of each learner of `workshop hub`."""

from typing import Any

from lab_helpers.jupyterlab.proxied import lead_through

c: Any
c = get_config()  # type: ignore[name-defined] # noqa: F821

c.ServerProxy.non_service_rewrite_response = lead_through
