"""The lock of a stack is read from what Pulumi says, without the query of its address, which is hidden."""

from __future__ import annotations

import os
import socket

import pytest

from aicore_provider.cli.recover.lock import Lock, is_held, locks
from aicore_provider.cli.redaction import without_secrets

ID = "acc8a28d-634d-4d3e-900b-924b16d9e5e8"
PLACE = f".pulumi/locks/organization/aicore/prod/{ID}.json"
REFUSED = (
    "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the "
    "lock file with `pulumi cancel`."
)


@pytest.mark.parametrize(
    "address",
    [
        f"file:///home/us/state/{PLACE}?no_tmp_dir=true",
        f"file:///home/us/state/{PLACE}",
        f"s3://states/{PLACE}?endpoint=http://127.0.0.1:5000&s3ForcePathStyle=true&region=us-east-1",
        f"gs://states/team/{PLACE}",
        f"azblob://states/{PLACE}?storage_account=ours",
    ],
)
def test_a_lock_is_read_on_each_backend_that_keeps_files(address: str) -> None:
    told = f"{REFUSED}\n  {address}: created by root@runner-7 (pid 4711) at 2026-11-26T18:10:49Z"

    for text in (told, without_secrets(told, {})):
        assert locks(text) == (Lock(ID, "root", "runner-7", 4711, "2026-11-26T18:10:49Z"),)


def test_what_is_no_lock_is_none() -> None:
    assert locks("") is locks("error: no stack named 'prod' found") is None


def test_where_one_lock_of_several_cannot_be_read_none_is_told_since_all_would_be_removed_together() -> None:
    told = REFUSED.replace("by 1 lock(s)", "by 2 lock(s)")
    first = f"file:///state/{PLACE}: created by root@runner-7 (pid 4711) at 2026-11-26T18:10:49Z"

    assert locks(f"{told}\n  {first}\n  {first.replace('root', 'Ann Other')}") is None
    assert locks(f"{told}\n  {first}") is None
    assert locks(f"{told}\n  {first}\n  {first.replace('root', 'ann')}") is not None


def test_only_a_process_of_this_machine_certainly_goes_on() -> None:
    here = socket.gethostname()
    ours = Lock(ID, "root", here, os.getpid(), "")

    assert not is_held(ours), "it is no pulumi"
    assert not is_held(Lock(ID, "root", f"not-{here}", os.getpid(), ""))
    assert not is_held(Lock(ID, "root", here, 2**22 + 1, ""))
