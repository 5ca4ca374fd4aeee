"""The resource classes of a Pulumi program: arguments, outputs, and what each of them means."""
