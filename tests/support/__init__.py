"""What tests of several folders need: clocks, clients, drivers of processes, made up worlds. Nothing is proved here."""
