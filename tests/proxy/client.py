"""client.py - what tests/proxy/run.sh asks, through a proxy.

    client.py page PORT              the home page
    client.py echo PORT              /echo, there and back
    client.py greet PORT PATH        the greeting on another path
    client.py hello PORT             the greeting; the code of the Close
    client.py handshakes PORT FILE   one after the other, until FILE is there
    client.py room PORT NAME         two members of a room talk
    client.py bare PORT              no proxy, and no TLS: it is refused
    client.py ports N                so many that are free
    client.py listen PATH COMMAND    the command, with a socket as descriptor 3
"""

import http.client
import os
import socket
import ssl
import sys
import threading
import time

# An address that no proxy has, so it can only come from X-Forwarded-For.
CLIENT = ("127.0.0.5", 0)
TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
TLS.check_hostname = False
TLS.verify_mode = ssl.CERT_NONE  # the test's own certificate
UPGRADE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    # a quote that would swallow what the proxy appends
    "X-Forwarded-For": '"203.0.113.7:443 /forged',
}


def expect(got, wanted):
    if got != wanted:
        raise AssertionError(f"got {got!r:.200}, wanted {wanted!r:.200}")


def ask(port, path, headers=None):
    """The connection and the response to a GET."""
    link = http.client.HTTPSConnection(
        "127.0.0.1", port, timeout=10, source_address=CLIENT, context=TLS
    )
    link.request("GET", path, headers=headers or {})
    return link, link.getresponse()


def send(link, opcode, data):
    """A short frame, masked with zeros."""
    link.sock.sendall(bytes([0x80 | opcode, 0x80 | len(data)]) + bytes(4) + data)


def receive(response):
    """The opcode and the data of a short frame."""
    opcode, size = response.fp.read(2)
    return opcode & 15, response.fp.read(size)


def upgrade(port, path):
    link, response = ask(port, path, UPGRADE)
    expect(response.status, 101)
    expect(response.getheader("Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    return link, response


def end(link, response):
    """Both Close frames: the server answers 1000, or came first with 1001."""
    send(link, 8, b"\x03\xe8")
    opcode, data = receive(response)
    expect((opcode, data[:2] in (b"\x03\xe8", b"\x03\xe9")), (8, True))
    link.close()


def page(port):
    link, response = ask(port, "/")
    expect(response.status, 200)
    expect(b"<title>" in response.read(), True)
    link.close()


def echo(port):
    link, response = upgrade(port, "/echo")
    for data in (b"one", b"two"):
        send(link, 1, data)
        expect(receive(response), (1, data))
    end(link, response)


def greeted(port, path="/"):
    link, response = upgrade(port, path)
    expect(receive(response), (1, b"Hello Socket!"))
    return link, response


def greet(port, path):
    end(*greeted(port, path))


def room(port, name):
    """In the form of the course: without a subprotocol."""
    members = [upgrade(port, f"/chat/{name}") for _ in range(2)]
    for n, (link, _) in enumerate(members):
        # so that each is in before it is spoken to
        send(link, 1, b'{"type":"new_message","payload":"in %d"}' % n)
        heard = b""
        while heard != b"Anon: in %d" % n:
            _, heard = receive(members[n][1])
    for n, (link, _) in enumerate(members):
        send(link, 1, b'{"type":"new_message","payload":"hi %d"}' % n)
        for _, response in members:
            heard = b""
            while heard != b"Anon: hi %d" % n:
                _, heard = receive(response)
    for member in members:
        end(*member)


def bare(port):
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    link.request("GET", "/")
    response = link.getresponse()
    expect((response.status, b"PROXY" in response.read()), (400, True))
    link.close()


def hello(port):
    """Stays connected until the server says why it ends."""
    link, response = greeted(port)
    print("greeted", flush=True)
    opcode, data = receive(response)
    expect((opcode, int.from_bytes(data[:2], "big")), (8, 1001))
    send(link, 8, data[:2])
    link.close()


def handshakes(port, stop):
    done, failures, slowest = [], [], [0.0]

    def run():
        while not os.path.exists(stop):
            start = time.monotonic()
            try:
                end(*greeted(port))
                done.append(1)
            except Exception as error:  # whatever it is: it is counted
                failures.append(repr(error))
            slowest[0] = max(slowest[0], time.monotonic() - start)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"{len(done)} handshakes, {len(failures)} failed", end="")
    print(f", the slowest {slowest[0] * 1000:.0f} ms", *failures[:3])
    expect((len(failures), len(done) > 50), (0, True))


def ports(n):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(n)]
    print(*[one.getsockname()[1] for one in sockets])


def listen(path, *command):
    """Does what systemd does for a .socket: listens, and hands the socket over."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(4096)
    os.chmod(path, 0o666)
    if listener.fileno() != 3:
        os.dup2(listener.fileno(), 3)
    os.set_inheritable(3, True)
    os.execvp(command[0], command)


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    if what == "listen":
        listen(*rest)
    globals()[what](int(rest[0]), *rest[1:])
