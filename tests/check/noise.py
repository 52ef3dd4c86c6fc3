#!/usr/bin/env python3
"""noise.py - a server that answers garbage: noise.py SEED. It prints its port.

What it does to a client is drawn anew for each: a part of a good answer, with
bytes changed, in pieces, with an end or without one.
"""
import base64
import hashlib
import random
import re
import socket
import struct
import sys
import threading
import time

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
draw = random.Random(int(sys.argv[1]))


def frame():
    head = bytes([draw.choice([0x81, 0x82, 0x88, 0x89, 0x8A, 0, 1, 0x80,
                               draw.randrange(256)])])
    n = draw.choice([0, 1, 2, 5, 125, draw.randrange(126)])
    form = draw.choice([n, n, n, 126, 127, n | 128])
    head += bytes([form])
    if form == 126:
        head += struct.pack(">H", draw.choice([n, 126, 65535]))
    if form == 127:
        head += struct.pack(">Q", draw.choice([n, 65536, 2**62, 2**64 - 1]))
    return head + draw.randbytes(n)


def head(request):
    key = re.search(rb"(?i)sec-websocket-key: *(\S+)", request)
    if key and draw.random() < 0.8:
        digest = hashlib.sha1(key.group(1) + GUID).digest()
        return (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                b"Connection: Upgrade\r\nSec-WebSocket-Accept: " +
                base64.b64encode(digest) + b"\r\n\r\n")
    length = draw.choice([b"0", b"5", b"-1", b"99999999999999999999", b"0x5"])
    field = draw.choice([b"Content-Length: " + length, b"X: " + b"x" * 300,
                         b"Transfer-Encoding: chunked"])
    return (b"HTTP/1.1 " + draw.choice([b"200", b"404", b"20", b"999", b""]) +
            b" OK\r\n" + field + b"\r\n\r\n" +
            draw.choice([b"", b"hello", b"5\r\nhello\r\n0\r\n\r\n",
                         b"fffffff\r\n", b"\r\n\r\n"]))


def spoil(data):
    data = bytearray(data)
    for _ in range(draw.choice([0, 0, 0, 1, 1, 3])):
        if data:
            data[draw.randrange(len(data))] = draw.randrange(256)
    if draw.random() < 0.2:
        del data[draw.randrange(len(data) + 1):]
    return bytes(data)


def answer(conn, data):
    while data:
        n = draw.choice([len(data), len(data), 1 + draw.randrange(len(data))])
        conn.sendall(data[:n])
        data = data[n:]
        if data:
            time.sleep(0.01)


def serve(conn):
    try:
        conn.settimeout(2)
        request = conn.recv(65536)
        if draw.random() < 0.15:
            answer(conn, draw.randbytes(draw.randrange(3000)))
        else:
            answer(conn, spoil(head(request)))
        for _ in range(draw.randrange(6)):
            answer(conn, spoil(frame()))
            if draw.random() < 0.5:
                conn.recv(65536)
        if draw.random() < 0.02:
            for _ in range(100):
                conn.sendall(draw.randbytes(65536))
        if draw.random() < 0.3:
            conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                            struct.pack("ii", 1, 0))
        elif draw.random() < 0.3:
            time.sleep(1)
    except OSError:
        pass
    finally:
        conn.close()


listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(256)
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],),
                     daemon=True).start()
