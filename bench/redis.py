"""redis.py - how long a message takes over Redis, in turn by two ways:

    redis.py REDIS_SOCKET PORT PORT     medians in us: redis-cli's, then ours

One redis-cli writes XADD, another waits in XREAD; and one member of a room says
something at one server, which another member hears at another server. Both
include what this program itself needs to write and to wake up.
"""

import socket
import subprocess
import sys
import time

ROUNDS, EACH = 20, 50
SAID = b'{"type":"new_message","payload":"' + b"x" * 119 + b'"}'


def cli(path):
    return subprocess.Popen(
        ["redis-cli", "-s", path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    )


def by_cli(writer, reader, last):
    """The reader waits before the writer writes. Returns the id, too."""
    reader.stdin.write(b"XREAD BLOCK 0 STREAMS bench-cli %s\n" % last)
    time.sleep(0.003)
    begun = time.perf_counter()
    writer.stdin.write(b"XADD bench-cli MAXLEN ~ 10000 * body " + b"x" * 125 + b"\n")
    heard = b""
    while not heard.endswith(b"x\n"):
        heard += reader.stdout.read(4096)
    took = time.perf_counter() - begun
    return took, writer.stdout.read(4096).strip(b'"\n ')


def enter(port):
    link = socket.create_connection(("127.0.0.1", port), 10)
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    link.sendall(
        b"GET /chat/bench HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += link.recv(4096)
    return link


def by_rooms(one, other):
    frame = b"\x81\xfe" + len(SAID).to_bytes(2, "big") + bytes(4) + SAID
    time.sleep(0.003)
    begun = time.perf_counter()
    one.sendall(frame)
    heard = b""
    while len(heard) < 127:
        heard += other.recv(127 - len(heard))
    took = time.perf_counter() - begun
    own = b""
    while len(own) < 127:
        own += one.recv(127 - len(own))
    if own != heard or heard[:8] != b"\x81\x7dAnon: ":
        sys.exit("that is not what was said")
    return took


def median(figures):
    return sorted(figures)[len(figures) // 2] * 1e6


def main():
    path, *ports = sys.argv[1:]
    writer, reader = cli(path), cli(path)
    one, other = (enter(int(port)) for port in ports)
    time.sleep(3)  # Redis is found, and both are in
    clis, rooms, last = [], [], b"0-0"
    for _ in range(ROUNDS):
        for _ in range(EACH):
            took, last = by_cli(writer, reader, last)
            clis.append(took)
        rooms += [by_rooms(one, other) for _ in range(EACH)]
    print(f"{median(clis):.0f} {median(rooms):.0f}")
    writer.stdin.close()
    reader.stdin.close()


main()
