"""shapes.py - the shapes of the public Autobahn test suite's sections 12 and 13,
with a client of its own and Python's zlib: each of 18 sizes and fragment sizes,
for five kinds of data (12), and for seven offers (13). Every message has to come
back as it was.

    shapes.py PORT [PATH [MESSAGES]]    MESSAGES for each case, by default 40
"""

import base64
import json
import os
import random
import socket
import struct
import sys
import time
import zlib

PORT = int(sys.argv[1])
PATH = sys.argv[2] if len(sys.argv) > 2 else "/deflate"
MESSAGES = int(sys.argv[3]) if len(sys.argv) > 3 else 40
BYTES = 4 << 20  # of a case: long messages are fewer

SIZES = [(n, 0) for n in (16, 64, 256, 1024, 4096, 8192, 16384, 32768, 65536, 131072)]
SIZES += [(n, 256) for n in (8192, 16384, 32768, 65536, 131072)]
SIZES += [(131072, n) for n in (1024, 4096, 32768)]

# what a client asks of the server: no context takeover, window bits (0: any)
OFFERS = [
    [(False, 0)], [(True, 0)], [(False, 9)], [(False, 15)], [(True, 9)],
    [(True, 15)], [(True, 9), (True, 0), (False, 0)],
]

chance = random.Random(7692)
WORDS = [w + e for w in ("le", "so", "ca", "mi", "ter", "on", "vi", "da")
         for e in ("", "s", "nt", "ra", "lio", "d", "me", "ver")]


def words(n):
    return " ".join(chance.choice(WORDS) for _ in range(n // 4 + 4))[:n]


def as_json(n):
    rows = [{"id": i, "name": words(12), "on": bool(i % 3), "at": i * 1.25}
            for i in range(n // 50 + 1)]
    return json.dumps(rows)[:n]


def korean(n):
    text = "".join(chr(chance.randrange(0xAC00, 0xAC00 + 400)) for _ in range(n // 3))
    return text + "x" * (n - 3 * len(text))


def pixels(n):
    return bytes((i * i // 97 + chance.randrange(3)) & 255 for i in range(n))


DATA = {"JSON": as_json, "pixels": pixels, "words": words, "korean": korean,
        "noise": lambda n: chance.randbytes(n)}


def offer(wishes):
    one = "permessage-deflate; client_max_window_bits"
    return ", ".join(one
                     + ("; server_no_context_takeover" if forgets else "")
                     + (f"; server_max_window_bits={bits}" if bits else "")
                     for forgets, bits in wishes)


class Client:
    def __init__(self, wishes):
        self.socket = socket.create_connection(("127.0.0.1", PORT), 20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((
            f"GET {PATH} HTTP/1.1\r\nHost: localhost:{PORT}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Extensions: {offer(wishes)}\r\n\r\n").encode())
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.file.read(1)
        lines = head.decode().split("\r\n")
        assert " 101 " in lines[0], lines[0]
        answers = [x.split(":", 1)[1].strip() for x in lines
                   if x.lower().startswith("sec-websocket-extensions:")]
        assert len(answers) == 1, answers
        self.read(dict((p.split("=") + [""])[:2]
                       for p in answers[0].replace(" ", "").split(";")), wishes)
        self.plain = self.coded = 0

    def read(self, agreed, wishes):
        assert "permessage-deflate" in agreed
        forgets, bits = wishes[0]
        assert ("server_no_context_takeover" in agreed) == forgets, agreed
        assert agreed.get("server_max_window_bits", "0") == str(bits), agreed
        self.forgets = "client_no_context_takeover" in agreed
        self.window = int(agreed["client_max_window_bits"])
        self.server_forgets, self.server_window = forgets, bits or 15
        self.deflater = self.new_deflater()
        self.inflater = zlib.decompressobj(-self.server_window)

    def new_deflater(self):
        # zlib cannot do 8; with 9 no distance is above 250
        return zlib.compressobj(6, zlib.DEFLATED, -max(self.window, 9))

    def send(self, data, binary, fragment):
        coded = self.deflater.compress(data) + self.deflater.flush(zlib.Z_SYNC_FLUSH)
        if self.forgets:
            self.deflater = self.new_deflater()
        coded = coded[:-4]
        step = fragment or len(coded)
        out = []
        for at in range(0, len(coded), step):
            first = (2 if binary else 1) | 0x40 if at == 0 else 0
            fin = 0x80 if at + step >= len(coded) else 0
            out.append(self.frame(fin | first, coded[at:at + step]))
        self.socket.sendall(b"".join(out))

    @staticmethod
    def frame(first, payload):
        n, key = len(payload), os.urandom(4)
        length = bytes([0x80 | n]) if n < 126 else struct.pack(">BH", 0xFE, n) \
            if n < 65536 else struct.pack(">BQ", 0xFF, n)
        mask = int.from_bytes((key * (n // 4 + 1))[:n], "big")
        masked = (int.from_bytes(payload, "big") ^ mask).to_bytes(n, "big")
        return bytes([first]) + length + key + masked

    def receive(self):
        first, length = self.file.read(2)
        assert first & 0x0F in (1, 2) and first & 0x80, f"frame {first:02x}"
        if length == 126:
            length, = struct.unpack(">H", self.file.read(2))
        elif length == 127:
            length, = struct.unpack(">Q", self.file.read(8))
        data = self.file.read(length)
        self.coded += length
        if first & 0x40:
            data = self.inflater.decompress(data + b"\x00\x00\xff\xff")
            if self.server_forgets:
                self.inflater = zlib.decompressobj(-self.server_window)
        self.plain += len(data)
        return first & 0x0F, data

    def close(self):
        self.socket.sendall(self.frame(0x88, b"\x03\xe8"))
        self.socket.settimeout(10)
        assert self.file.read() == b"\x88\x02\x03\xe8"
        self.socket.close()


def run_case(name, make, wishes, size, fragment):
    client = Client(wishes)
    count = max(4, min(MESSAGES, BYTES // size))
    for _ in range(count):
        data = make(size)
        binary = isinstance(data, bytes)
        data = data if binary else data.encode()
        client.send(data, binary, fragment)
        assert client.receive() == (2 if binary else 1, data), "another message"
    client.close()
    return f"{count} messages, sent back as {100 * client.coded // client.plain} %"


def main():
    cases = [(f"12 {kind}", make, OFFERS[0]) for kind, make in DATA.items()]
    cases += [(f"13 offer {i + 1}", as_json, wishes)
              for i, wishes in enumerate(OFFERS)]
    failed = 0
    for name, make, wishes in cases:
        begun, last, bad = time.monotonic(), "", 0
        for size, fragment in SIZES:
            try:
                last = run_case(name, make, wishes, size, fragment)
            except Exception as error:  # the others go on
                bad += 1
                print(f"FAIL  {name}, {size} in {fragment}: {error!r:.200}", flush=True)
        failed += bad
        if not bad:
            print(f"ok    {name}: {len(SIZES)} sizes in "
                  f"{time.monotonic() - begun:.1f} s; the last: {last}", flush=True)
    return 1 if failed else 0


sys.exit(main())
