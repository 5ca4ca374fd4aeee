"""The documentation site: generated pages are in step with the code, their examples work, and the site is complete."""
