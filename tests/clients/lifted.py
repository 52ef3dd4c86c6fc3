"""lifted.py - what no benchmark does to docs/lift/echo.c: python3 lifted.py PORT"""

import socket
import struct
import sys
import time

REQUEST = (b"GET / HTTP/1.1\r\nHost: localhost\r\n"
           b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")


def frame(size):
    """A binary frame of more than 125 bytes, with a key of zeros."""
    extended = struct.pack(">BH", 0xFE, size) if size < 65536 else struct.pack(">BQ", 0xFF, size)
    return b"\x82" + extended + bytes(4 + size)


def connect():
    """One whose window is small, so that what it does not read waits in the program."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(5)
    client.connect(("127.0.0.1", int(sys.argv[1])))
    client.sendall(REQUEST)
    while b"\r\n\r\n" not in client.recv(4096):
        pass
    return client


def expect(client, size):
    while size:
        got = len(client.recv(size))
        assert got, f"{size} bytes are missing"
        size -= got


# A message behind one of the greatest length is answered, too.
with connect() as both:
    both.setblocking(False)
    rest, size = frame(1 << 20) + frame(200), 10 + (1 << 20) + 4 + 200
    end = time.monotonic() + 5
    while size:
        assert time.monotonic() < end, f"{size} bytes are missing"
        try:
            rest = rest[both.send(rest):] if rest else rest
        except BlockingIOError:
            pass
        try:
            size -= len(both.recv(65536))
        except BlockingIOError:
            time.sleep(0.001)

# Clients that go without reading do not end the program.
for mebi in range(1, 9):
    with connect() as lazy:
        try:
            for _ in range(20 * mebi):
                lazy.sendall(frame(50000))
            lazy.shutdown(socket.SHUT_WR)
            time.sleep(0.3)
        except TimeoutError:
            break  # all buffers are full
with connect() as last:
    last.sendall(frame(200))
    expect(last, 204)
