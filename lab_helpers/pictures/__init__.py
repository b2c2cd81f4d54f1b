"""Pictures: one style for plots, and the lab's architecture."""
