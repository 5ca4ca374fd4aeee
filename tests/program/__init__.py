"""The program of a stack: its stack file is read and refused by key, and each entry becomes the right resources.
Pulumi's SDK is real here, the engine is not."""
