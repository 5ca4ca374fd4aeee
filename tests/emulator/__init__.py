"""The emulator, over real HTTP and with a clock that is stepped."""
