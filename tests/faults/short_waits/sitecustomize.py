"""The product's policies with shorter waits, for the plugin processes of these tests.

Python imports this by itself when it starts, because its folder stands on PYTHONPATH. It replaces immutable values
where the product takes them from, and no behaviour; the proportions between them are those of the product.
"""

import sys

READ_TIMEOUT_S = 1.0

if "pulumi.dynamic" in sys.orig_argv:
    from aicore_provider.api.http import Http, RetryPolicy
    from aicore_provider.api.transport import Timeouts
    from aicore_provider.lifecycle import decide
    from aicore_provider.lifecycle.watcher import Ticks
    from aicore_provider.providers import deployment

    Http.__init__.__kwdefaults__ |= {  # type: ignore[operator]
        "timeouts": Timeouts(connect=1.0, read=READ_TIMEOUT_S),
        "retries": RetryPolicy(first_wait=0.02, longest_wait=0.3),
    }
    Ticks.__init__.__defaults__ = (0.02, 1.4, 0.1, 0.2)
    decide.SETTLED_AFTER_S = 0.6
    decide.TAKEN_UP_AFTER_S = 1.2
    decide.INVISIBLE_FOR_S = 6.0
    deployment.PATIENCE = deployment.Patience(create=20.0, update=10.0, delete=15.0)
