"""What people read: generated pages are in step with the code, programs and examples run, each error has an entry, and
the site is complete. Pages whose commands are run on the engine are in `tests/engine`."""
