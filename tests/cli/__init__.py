"""The commands of `aicore-provider`: what they print and write, their exit codes, and that odd input ends in a text.
They run in this process against an emulator whose clock is stepped; some of them start the real Pulumi CLI."""
