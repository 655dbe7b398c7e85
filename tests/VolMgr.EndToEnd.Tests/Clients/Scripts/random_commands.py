"""Random commands on four connections at a time, checked against a model. usage: URI SEED COMMANDS"""
import random
import sys

import nbd

CONNECTIONS = 4
AREA = 4 << 20  # each connection's own area of the volume


def connect(uri):
    handle = nbd.NBD()
    handle.add_meta_context("base:allocation")
    handle.add_meta_context("x-volmgr:resync")
    handle.connect_uri(uri)
    for context in ("base:allocation", "x-volmgr:resync"):
        assert handle.can_meta_context(context), context
    return handle


class Client:
    """One connection with requests in flight on disjoint ranges of its area, and what the area must hold."""

    def __init__(self, handle, index, numbers):
        self.handle, self.base, self.numbers = handle, index * AREA, numbers
        self.model = bytearray(handle.pread(AREA, self.base))
        self.pending = {}

    def issue(self):
        start = self.numbers.randrange(AREA)
        length = min(AREA - start, self.numbers.choice((1, 511, 512, 4096, 4097, 65536, 300000)))
        if any(start < end and begin < start + length for begin, end, _ in self.pending.values()):
            self.settle()
        where, fua = self.base + start, self.numbers.choice((0, nbd.CMD_FLAG_FUA))
        kind = self.numbers.randrange(8)
        check = None
        if kind < 3:
            data = self.numbers.randbytes(length)
            cookie = self.handle.aio_pwrite(nbd.Buffer.from_bytearray(bytearray(data)), where, flags=fua)
            self.model[start:start + length] = data
        elif kind == 3:
            flags = fua | self.numbers.choice((0, nbd.CMD_FLAG_NO_HOLE))
            cookie = self.handle.aio_zero(length, where, flags=flags)
            self.model[start:start + length] = bytes(length)
        elif kind == 4:
            cookie = self.handle.aio_flush()
            start = length = 0
        else:
            check = nbd.Buffer(length)
            cookie = self.handle.aio_pread(check, where)
        self.pending[cookie] = (start, start + length, check)
        if len(self.pending) >= 16:
            self.settle()

    def settle(self):
        while self.pending:
            for cookie in list(self.pending):
                if self.handle.aio_command_completed(cookie):
                    start, end, check = self.pending.pop(cookie)
                    if check is not None:
                        assert check.to_bytearray() == self.model[start:end], f"read at {self.base + start}"
            if self.pending:
                self.handle.poll(-1)

    def trim(self):
        """What a trimmed range reads as is not told: it is written afresh."""
        self.settle()
        self.handle.trim(65536, self.base)
        data = self.numbers.randbytes(65536)
        self.handle.pwrite(data, self.base)
        self.model[0:65536] = data

    def read_unfragmented(self):
        self.settle()
        chunks = []
        data = self.handle.pread_structured(
            65536, self.base, lambda buf, offset, kind, error: chunks.append(offset), flags=nbd.CMD_FLAG_DF)
        assert data == self.model[0:65536] and len(chunks) == 1, f"{len(chunks)} chunks"

    def check_extents(self):
        self.settle()
        seen = {}

        def extent(context, offset, entries, error):
            seen[context] = sum(entries[0::2])

        self.handle.block_status(AREA, self.base, extent)
        assert set(seen) == {"base:allocation", "x-volmgr:resync"}, seen
        assert all(length > 0 for length in seen.values()), seen


def main():
    uri, seed, commands = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    handles = [connect(uri) for _ in range(CONNECTIONS)]
    clients = [Client(handle, index, random.Random(seed * 100 + index)) for index, handle in enumerate(handles)]
    for number in range(commands):
        clients[number % CONNECTIONS].issue()
        if number % 301 == 300:
            clients[number % CONNECTIONS].trim()
            clients[number % CONNECTIONS].check_extents()
            clients[number % CONNECTIONS].read_unfragmented()
    for client in clients:
        client.settle()
    # A flush on one connection covers what was acknowledged on all; another connection reads it.
    handles[0].flush()
    reader = connect(uri)
    for client in clients:
        assert reader.pread(AREA, client.base) == client.model, "another connection reads something else"
    size = reader.get_size()
    try:
        reader.set_strict_mode(0)
        reader.pread(512, size)
        raise AssertionError("a read beyond the end succeeds")
    except nbd.Error as error:
        assert error.errno in ("EINVAL", "ENOSPC"), error.errno
    for handle in [*handles, reader]:
        handle.shutdown()
    print(commands)


main()
