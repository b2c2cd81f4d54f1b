"""The notebooks: run, kept, and the listings in them."""
