#!/usr/bin/env python3
"""Runs the program that BROWSER names, which cannot hear of the machine's networks then.

A browser drops what it is loading when a network of the machine comes or goes, and other tests'
containers have theirs come and go all the time. Linux tells of it on netlink sockets: these are
refused to it (seccomp(2)), and Chromium takes the machine to be online all the time then.
"""

import ctypes
import errno
import os
import platform
import socket
import struct
import sys

#: The number of socket(2), by the kernel's name of the processor.
_SOCKET = {"x86_64": 41, "aarch64": 198}
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06  # of BPF, the language of filters (linux/bpf_common.h)
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000  # linux/seccomp.h
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2  # linux/prctl.h


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def refuse_netlink(number: int) -> None:
    """Refuse netlink sockets to this process from now on.

    number: of socket(2).

    Raises:
        OSError: the kernel has no filters.
    """
    steps = (  # code, skipped if true, skipped if not, argument
        (_LOAD, 0, 0, 0),  # the call's number
        (_EQUAL, 0, 3, number),
        (_LOAD, 0, 0, 16),  # its first argument
        (_EQUAL, 0, 1, socket.AF_NETLINK),
        (_RETURN, 0, 0, _FAIL | errno.EAFNOSUPPORT),
        (_RETURN, 0, 0, _ALLOW),
    )
    written = b"".join(struct.pack("HBBI", *step) for step in steps)
    program = _Program(len(steps), written)
    kernel = ctypes.CDLL(None, use_errno=True)
    for call in ((_NO_NEW_PRIVILEGES, 1, 0), (_SECCOMP, _FILTER, ctypes.byref(program))):
        if kernel.prctl(*call, 0, 0):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


if __name__ == "__main__":
    if found := _SOCKET.get(platform.machine()):
        refuse_netlink(found)
    os.execv(os.environ["BROWSER"], [os.environ["BROWSER"], *sys.argv[1:]])
