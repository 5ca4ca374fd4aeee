"""The product's limits with shorter waits, for the plugin processes of these tests.

Python imports this by itself when it starts, because its folder stands on PYTHONPATH. It replaces one immutable value
where the product takes it from, and no behaviour; the proportions within it are those of the product.
"""

import sys

READ_TIMEOUT_S = 1.0

if "pulumi.dynamic" in sys.orig_argv:
    from aicore_provider.api.request_limits import RequestTimeouts, RetryPolicy
    from aicore_provider.lifecycle.limits import Limits, PollInterval, Timeouts
    from aicore_provider.providers.connection import Connection

    Connection.__init__.__kwdefaults__ |= {  # type: ignore[operator]
        "limits": Limits(
            timeouts=Timeouts(create_s=20.0, update_s=10.0, delete_s=15.0),
            settled_after_s=0.6,
            taken_up_after_s=1.2,
            invisible_for_s=6.0,
            poll_interval=PollInterval(first_s=0.02, longest_s=0.1),
            requests=RequestTimeouts(connect_s=1.0, read_s=READ_TIMEOUT_S),
            retries=RetryPolicy(first_wait_s=0.02, longest_wait_s=0.3),
        )
    }
