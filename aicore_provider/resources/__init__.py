"""What people write in a Pulumi program: arguments, outputs, and what each of them means."""
