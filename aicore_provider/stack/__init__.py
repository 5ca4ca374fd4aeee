"""The stack file: its model, its JSON schema, reading and editing it, declaring what it lists."""
