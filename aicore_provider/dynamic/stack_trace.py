"""Leaves the frames of Pulumi's SDK and of this package out of what is noted of a resource's registration.

The SDK notes the whole stack at each resource, down to Python's event loop, and asks the file system about each frame
(`_get_stack_trace`). The engine shows it to nobody, but has it in the state, which it writes after each step
(`sourcePositions` of the engine, 3.259). It was half of the state of a deployment, with the folders of the machine.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from pulumi.runtime import resource as registration
from pulumi.runtime.proto.source_pb2 import SourcePosition, StackFrame, StackTrace

_OWN = __name__.partition(".")[0]
_SDK = "pulumi"
_BELOW_A_PROGRAM = (_SDK, "runpy", "asyncio")
"""The language host runs a program with `runpy`, the SDK calls an inline one, and the event loop runs its tasks."""


def note_frames_of_the_program_only() -> None:
    """Do so for the resources and components of this package from now on; those of others stay as they are.

    Fallback: the whole stack is noted.
    """
    if (whole := getattr(registration, "_get_stack_trace", None)) and not hasattr(whole, "__wrapped__"):

        @functools.wraps(whole)
        def trace() -> StackTrace:
            if frames := list(_program_frames(sys._getframe(1))):
                return StackTrace(frames=frames)
            return whole()  # type: ignore[no-any-return]

        registration._get_stack_trace = trace


def _program_frames(frame: FrameType | None) -> Iterator[StackFrame]:
    """The program's frames, the innermost first, where this package registers a resource; else none."""
    frame = _first_outside(frame, _SDK)
    if frame is None or _package(frame) != _OWN:
        return
    frame = _first_outside(frame, _SDK, _OWN)
    while frame and _package(frame) not in _BELOW_A_PROGRAM:
        path = Path(frame.f_code.co_filename)
        if path.is_absolute():
            yield StackFrame(pc=SourcePosition(uri=path.as_uri(), line=frame.f_lineno))
        frame = frame.f_back


def _first_outside(frame: FrameType | None, *packages: str) -> FrameType | None:
    while frame and _package(frame) in packages:
        frame = frame.f_back
    return frame


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]
