"""The sandbox of `make up`: its emulator, its environment, its stack, and the Pulumi CLI that it finds or fetches."""
