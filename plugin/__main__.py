"""The provider plugin `aicore`, as Pulumi runs it where a program takes it from this folder."""

import sys

from aicore_provider.plugin.server import main

sys.exit(main())
