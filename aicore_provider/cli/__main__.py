"""`python -m aicore_provider.cli`."""

from aicore_provider.cli import main

if __name__ == "__main__":
    main()
