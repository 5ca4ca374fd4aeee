"""`python -m aicore_provider.plugin`: the same as `pulumi-resource-aicore`."""

import sys

from aicore_provider.plugin.server import main

sys.exit(main())
