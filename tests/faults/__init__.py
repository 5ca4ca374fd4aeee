"""One fault, kill or Ctrl-C at each request of a create, switch, replacement and destroy: the next `pulumi up` ends
with what is declared, and nothing is left over. `make test` runs some of the cases, `make test-faults` all of them."""
