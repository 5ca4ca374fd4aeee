"""The emulator answers as the service does: over real HTTP, with a clock that is stepped."""
