"""How the workshop has its JupyterLab: its settings, and links for a browser that is elsewhere."""
