"""skeleton.py - the first step of the course: skeleton.py [PORT]"""
import selectors
import socket
import sys

selector = selectors.DefaultSelector()  # epoll, kqueue or select


class Client:
    def __init__(self, conn):
        self.conn, self.data = conn, bytearray()

    def readable(self):
        try:
            part = self.conn.recv(65536)
        except OSError:  # ends this client only
            part = b""
        self.data += part
        # Step 2: answer. Step 3: only when b"\r\n\r\n" is in self.data.
        if not part:
            selector.unregister(self.conn)
            self.conn.close()


def welcome():
    client = Client(listener.accept()[0])
    selector.register(client.conn, selectors.EVENT_READ, client.readable)


listener = socket.create_server(
    ("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 4000))
selector.register(listener, selectors.EVENT_READ, welcome)
while True:
    for key, _ in selector.select():
        key.data()
