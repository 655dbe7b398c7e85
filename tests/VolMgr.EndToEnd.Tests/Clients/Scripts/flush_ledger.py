"""Writes stamped blocks and keeps a ledger of what was flushed, outside of the server; checks after a crash.

usage: flush_ledger.py write URI LEDGER SEED   until the connection is cut; prints "flushing" once all is under way
       flush_ledger.py check URI LEDGER        every block holds a write from the flushed to the issued one

The ledger is a mapped file with an entry for each block: the highest write issued, acknowledged and flushed. Each
512-byte sector names its block, its place and its write, and carries a checksum: whole sectors of different writes may
stand side by side in a block after a crash, anything else may not.
"""
import mmap
import os
import random
import struct
import sys
import zlib

import nbd

BLOCK = 4096
SECTOR = 512
BLOCKS = 3072
ENTRY = struct.Struct("<QQQ")
HEAD = struct.Struct("<QQQ")
MAGIC = 0x564D464C55534821
CONNECTIONS = 2
IN_FLIGHT = 8


class Ledger:
    def __init__(self, path):
        size = BLOCKS * ENTRY.size
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(file, size)
        self.view = mmap.mmap(file, size)
        os.close(file)

    def get(self, block):
        return ENTRY.unpack_from(self.view, block * ENTRY.size)

    def set(self, block, issued, acked, flushed):
        assert flushed <= acked <= issued
        ENTRY.pack_into(self.view, block * ENTRY.size, issued, acked, flushed)


def stamp(block, sequence):
    sectors = []
    for index in range(BLOCK // SECTOR):
        head = HEAD.pack(MAGIC, block * 8 + index, sequence)
        body = head + (struct.pack("<Q", zlib.crc32(head) * 0x9E3779B1) * 64)[: SECTOR - 4 - len(head)]
        sectors.append(body + struct.pack("<I", zlib.crc32(body)))
    return b"".join(sectors)


def sequences(block, data):
    """The write of each sector; 0 for zeroes, which no write has made."""
    found = []
    for index in range(BLOCK // SECTOR):
        sector = data[index * SECTOR:(index + 1) * SECTOR]
        if not any(sector):
            found.append(0)
            continue
        magic, place, sequence = HEAD.unpack_from(sector)
        if magic != MAGIC or struct.unpack_from("<I", sector, SECTOR - 4)[0] != zlib.crc32(sector[:-4]):
            sys.exit(f"block {block}: sector {index} is garbage: {sector[:32].hex()}")
        if place != block * 8 + index:
            sys.exit(f"block {block}: sector {index} holds sector {place} of write {sequence}")
        found.append(sequence)
    return found


class Writer:
    def __init__(self, uri, ledger, seed):
        self.ledger, self.numbers = ledger, random.Random(seed)
        self.handles = []
        for _ in range(CONNECTIONS):
            handle = nbd.NBD()
            handle.connect_uri(uri)
            assert handle.can_fua() and handle.can_flush() and handle.can_multi_conn()
            self.handles.append(handle)
        self.sequence = max(ledger.get(block)[0] for block in range(BLOCKS))
        self.busy = set()
        self.pending = [{} for _ in self.handles]
        self.unflushed = {}
        self.flushes = 0

    def run(self):
        while True:
            for handle, pending in zip(self.handles, self.pending):
                while len(pending) < IN_FLIGHT:
                    self.issue(handle, pending)
            for handle, pending in zip(self.handles, self.pending):
                handle.poll(1)
                for cookie in list(pending):
                    if handle.aio_command_completed(cookie):
                        self.complete(*pending.pop(cookie))

    def issue(self, handle, pending):
        if self.numbers.random() < 0.005 and self.unflushed:
            # It covers what was acknowledged before it was sent, on whichever connection.
            covered, self.unflushed = self.unflushed, {}
            pending[handle.aio_flush()] = (None, covered, False)
            return
        block = self.numbers.randrange(BLOCKS)
        if block in self.busy:
            return
        self.busy.add(block)
        self.sequence += 1
        _, acked, flushed = self.ledger.get(block)
        self.ledger.set(block, self.sequence, acked, flushed)
        fua = self.numbers.random() < 0.1
        data = nbd.Buffer.from_bytearray(bytearray(stamp(block, self.sequence)))
        cookie = handle.aio_pwrite(data, block * BLOCK, flags=nbd.CMD_FLAG_FUA if fua else 0)
        pending[cookie] = (block, self.sequence, fua)

    def complete(self, block, what, fua):
        if block is None:
            for block, sequence in what.items():
                issued, acked, flushed = self.ledger.get(block)
                self.ledger.set(block, issued, acked, max(flushed, sequence))
            self.flushes += 1
            if self.flushes == 3:
                print("flushing", flush=True)
            return
        issued, _, flushed = self.ledger.get(block)
        self.ledger.set(block, issued, what, what if fua else flushed)
        self.busy.remove(block)
        if not fua:
            self.unflushed[block] = what


def write(uri, path, seed):
    writer = Writer(uri, Ledger(path), seed)
    try:
        writer.run()
    except nbd.Error as error:
        # Every handle that is still connected proves an error of one request, not the crash.
        if error.errno not in ("ENOTCONN", "ESHUTDOWN", "ECONNRESET", "EPIPE", None, "0"):
            if all(handle.aio_is_ready() for handle in writer.handles):
                sys.exit(f"a request failed: {error}")
        print(f"cut after {writer.sequence} writes and {writer.flushes} flushes", flush=True)


def check(uri, path):
    ledger = Ledger(path)
    first, second = nbd.NBD(), nbd.NBD()
    first.connect_uri(uri)
    second.connect_uri(uri)
    lost = [0]
    for block in range(BLOCKS):
        issued, acked, flushed = ledger.get(block)
        data = first.pread(BLOCK, block * BLOCK)
        for handle in (second, first):
            if handle.pread(BLOCK, block * BLOCK) != data:
                sys.exit(f"block {block}: two reads differ")
        found = sequences(block, data)
        if min(found) < flushed:
            sys.exit(f"block {block}: holds write {min(found)}, but write {flushed} was flushed (issued {issued})")
        if max(found) > issued:
            sys.exit(f"block {block}: holds write {max(found)}, but {issued} is the last one issued")
        lost[0] += min(found) < acked
        # What is read after the recovery must be there after the next one.
        ledger.set(block, issued, min(found), min(found))
    stamped = sum(ledger.get(block)[2] > 0 for block in range(BLOCKS))
    print(f"{stamped} blocks written, {lost[0]} lost a write that was not flushed")


if sys.argv[1] == "write":
    write(sys.argv[2], sys.argv[3], int(sys.argv[4]))
else:
    check(sys.argv[2], sys.argv[3])
