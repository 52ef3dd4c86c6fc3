#!/usr/bin/env python3
"""small.py - a small server for the grader: small.py [STEPS [WRONG]]

It has the first STEPS steps (default: all 35), each as little as the table in
check/steps.c allows, and it is wrong (or right, but unusual) in one way, if a
name of those below is given. It prints its port. One thread a client.
"""
import base64
import hashlib
import os
import re
import socket
import struct
import sys
import threading
import time

LEVEL = int(sys.argv[1]) if len(sys.argv) > 1 else 35
WRONG = sys.argv[2] if len(sys.argv) > 2 else ""
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
PAGE = "<h1>안녕, Socket</h1>\n"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
everything = threading.Lock()  # who holds it keeps all others waiting
clients = []


def has(step):
    return LEVEL >= step


class Refused(Exception):
    """The argument is the close code."""


class Client:
    def __init__(self, conn):
        self.conn, self.data = conn, b""
        self.message, self.opcode = b"", 0

    def send(self, data):
        if WRONG == "drip":
            for byte in data:
                self.conn.sendall(bytes([byte]))
                time.sleep(0.2)
        elif WRONG == "loses":
            self.conn.setblocking(False)
            try:
                self.conn.send(data)
            except BlockingIOError:
                pass
            self.conn.setblocking(True)
        elif not has(32) or WRONG == "waits":
            with everything:
                self.conn.sendall(data)
        else:
            self.conn.sendall(data)

    def more(self):
        data = self.conn.recv(65536)
        if not data:
            raise EOFError
        if not has(32) or WRONG == "waits":
            with everything:  # while another is sent to, nobody is heard
                pass
        self.data += data
        return data

    # --- HTTP ---------------------------------------------------------------

    def run(self):
        if not has(2):
            time.sleep(60)
        if WRONG in FIRST:
            return FIRST[WRONG](self)
        while True:
            head = self.read_head()
            if not self.answer(head):
                return None

    def read_head(self):
        if not has(3) or WRONG == "early":
            head, self.data = self.more(), b""
            return head
        while b"\r\n\r\n" not in self.data:
            self.more()
            if has(33) and WRONG != "endless" and len(self.data) > 65536:
                self.send(b"HTTP/1.1 431 Too large\r\nContent-Length: 0\r\n\r\n")
                raise EOFError
        head, self.data = self.data.split(b"\r\n\r\n", 1)
        return head + b"\r\n"

    def answer(self, head):
        names = head if not has(9) or WRONG == "case" else head.lower()
        if has(6) and (b"Upgrade: websocket" in head or (
                has(9) and re.search(rb"upgrade: *websocket", names))):
            if WRONG != "case" or b"Upgrade: websocket" in head:
                return self.upgrade(head)
        if not has(4):
            self.send(b"HTTP/1.1 200 OK\r\n\r\n")
            return False
        path = head.split(b" ")[1].decode("latin-1") if b" " in head else "/"
        status, body = self.find(path)
        length = len(body)
        length += {"longer": 1, "shorter": -1}.get(WRONG, 0)
        if WRONG == "characters":
            length = len(body.decode())
        if WRONG == "redirects":
            status = 302
        field = b"Content-Length: %d\r\n" % length if WRONG != "no length" else b""
        if WRONG == "hints":
            self.send(b"HTTP/1.1 103 Early Hints\r\nLink: </app.js>\r\n\r\n")
        if WRONG == "trailers":
            field = b"Transfer-Encoding: chunked\r\n"
            body = b"%x;part=1\r\n%s\r\n0\r\nX-Sum: 1\r\n\r\n" % (length, body)
        self.send(b"HTTP/1.1 %d X\r\n%s\r\n%s" % (status, field, body))
        if WRONG == "endless body":
            while True:
                self.send(b"more" * 10000)
        if not has(5) or WRONG == "once":
            return False
        return b"Connection: close" not in head or WRONG == "stays"

    def find(self, path):
        if not has(34) or not path.startswith("/public/"):
            return 200, PAGE.encode()
        if WRONG == "one file":
            return 200, b"// app.js"
        if WRONG == "empty file":
            return 200, b""
        if WRONG == "large file":
            return 200, b"x" * 5000000
        name = path[len("/public/"):]
        if WRONG == "deep" and name.count("..") > 10:
            return 200, b"root:x:0:0"
        if WRONG == "decodes late":
            bad = ".." in name
            name = re.sub("%2[eE]", ".", name).replace("%2f", "/")
        else:
            bad = ".." in name or name.startswith("/")
            bad = bad or "%" in name or "\\" in name
        if has(35) and bad and WRONG != "above":
            return 404, b"none"
        try:
            with open("public/" + name, "rb") as file:
                return 200, file.read()
        except OSError:
            return (200 if WRONG == "never missing" else 404), b"none"

    # --- the handshake ------------------------------------------------------

    def upgrade(self, head):
        where = re.IGNORECASE if has(9) else 0
        key = re.search(rb"Sec-WebSocket-Key: *([^\r]*?) *\r", head, where)
        key = key.group(1) if key else b""
        version = re.search(rb"Sec-WebSocket-Version: *(\d+)", head, where)
        good = re.fullmatch(rb"[A-Za-z0-9+/]{22}==", key) and version and (
            version.group(1) == b"13" or WRONG == "any version")
        if has(8) and not good and WRONG != "any key":
            self.send(b"HTTP/1.1 400 X\r\nContent-Length: 0\r\n\r\n")
            return False
        text = key + (b"" if WRONG == "no guid" else GUID)
        accept = base64.b64encode(hashlib.sha1(text).digest())
        if WRONG == "hex":
            accept = hashlib.sha1(text).hexdigest().encode()
        if not has(7) or WRONG == "constant":
            accept = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        upgrade = b"" if WRONG == "no upgrade" else b"Upgrade: websocket\r\n"
        self.send(b"HTTP/1.1 101 X\r\n" + upgrade + b"Connection: Upgrade\r\n"
                  b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")
        if WRONG == "drops glued" or not has(10):
            self.data = b""
        if not has(10):
            while True:
                self.more()
        self.speak(head)
        return False

    def speak(self, head):
        if has(11) and (b" /echo " not in head or WRONG == "greets all"):
            self.greet()
        if WRONG == "pings":
            self.frame(PING, b"who is there?")
        if not has(12):
            while True:
                self.send(self.data)
                self.data = b""
                self.more()
        try:
            self.frames()
        except Refused as refused:
            code = refused.args[0]
            code = {"wrong code": 1000}.get(WRONG, code)
            if WRONG != "no close frame":
                self.frame(CLOSE, struct.pack(">H", code))
            if WRONG != "no close frame":
                self.drain()

    def greet(self):
        text = b"Hello Socket" if WRONG == "short greeting" else b"Hello Socket!"
        if WRONG == "asked":
            self.more()
        self.frame(BINARY if WRONG == "binary greeting" else TEXT, text)
        if WRONG == "greets twice":
            self.frame(TEXT, text)

    # --- frames -------------------------------------------------------------

    def frame(self, opcode, data):
        n = len(data)
        border = 125 if WRONG == "border" else 126
        if n < border and WRONG != "long form":
            head = struct.pack(">BB", 128 | opcode, n)
        elif n < 65536 or not has(13):
            head = struct.pack(">BBH", 128 | opcode, 126, n & 65535)
        elif WRONG == "little endian":
            head = struct.pack("<BBQ", 128 | opcode, 127, n)
        else:
            head = struct.pack(">BBQ", 128 | opcode, 127, n)
        if WRONG == "rsv out":
            head = bytes([head[0] | 64]) + head[1:]
        if WRONG == "masks":
            head = bytes([head[0], head[1] | 128]) + head[2:] + b"\0\0\0\0"
        if WRONG == "length off" and n > 2:
            head = head[:-1] + bytes([head[-1] - 1])
        self.send(head + data)

    def frames(self):
        if WRONG == "endless frames":
            while True:
                self.frame(TEXT, b"flood" * 1000)
        while True:
            self.take_frames()
            self.more()

    def take_frames(self):
        while self.data:
            n = self.parse(self.data)
            if not n:
                if (not has(16) or WRONG == "short read") and len(self.data) < 6:
                    raise EOFError
                return
            self.data = self.data[n:] if has(17) and WRONG != "one" else b""

    def parse(self, p):
        if has(21) and p[0] & 112 and WRONG != "rsv":
            raise Refused(1002)
        opcode = p[0] & 15
        if has(22) and opcode not in (0, TEXT, BINARY, CLOSE, PING, PONG):
            if WRONG not in ("opcodes", "ignores opcodes"):
                raise Refused(1002)
        if len(p) < 2:
            return 0
        if has(20) and not p[1] & 128 and WRONG != "unmasked in":
            raise Refused(1002)
        n, at = p[1] & 127, 2
        if has(23) and opcode > 7 and (
                (not p[0] & 128 and WRONG != "fragmented ping") or
                (n > 125 and WRONG != "long ping")):
            raise Refused(1002)
        if n > 125 and has(13):
            size = 2 if n == 126 else 8
            if len(p) < 2 + size:
                return 0
            n, at = int.from_bytes(p[2:2 + size], "big"), 2 + size
            if has(24) and n < (126 if size == 2 else 65536):
                if WRONG != "any form":
                    raise Refused(1002)
        if not has(15) or WRONG == "small buffer":
            if n > 131072:
                raise EOFError
        if not has(19) or WRONG == "waits for a byte":
            if n == 0 and len(p) == 6:
                return 0
        if n > 1 << 26:
            raise Refused(1009)
        key, at = (p[at:at + 4], at + 4) if p[1] & 128 else (b"\0" * 4, at)
        payload = self.unmask(p[at:at + n], key)
        if has(25) and opcode in (0, TEXT):
            self.check_text(p[0], payload, n)
        if len(p) < at + n:
            return 0
        self.on_frame(p[0] >> 7, opcode, payload)
        return at + n

    def unmask(self, data, key):
        if WRONG == "echoes masked":
            return data
        if WRONG == "one key byte":
            key = key[:1] * 4
        if WRONG == "phase":
            key = key[1:] + key[:1]
        if not has(14) or len(key) < 4:
            return data
        size = len(data)
        mask = (key * (size // 4 + 1))[:size]
        both = int.from_bytes(data, "big") ^ int.from_bytes(mask, "big")
        return both.to_bytes(size, "big")

    def check_text(self, first, payload, n):
        if first & 15 == 0 and self.opcode != TEXT:
            return
        if WRONG in ("utf8", "echoes masked", "one key byte", "phase") or (WRONG == "utf8 late" and len(payload) < n):
            return
        text = (self.message if first & 15 == 0 else b"") + payload
        more = len(payload) < n or not first & 128
        if is_utf8(text, more):
            return
        if WRONG == "surrogates" and b"\xed\xa0" in text:
            return
        raise Refused(1007)

    def on_frame(self, fin, opcode, payload):
        if opcode == PING:
            if has(27) and WRONG != "no pong":
                self.frame(TEXT if WRONG == "pong text" else PONG,
                           b"" if WRONG == "empty pong" else payload)
            if WRONG == "ping resets":
                self.message, self.opcode = b"", TEXT
        elif opcode == CLOSE:
            if has(28) and WRONG != "no close":
                self.close(payload)
        elif opcode in (TEXT, BINARY) or (
                opcode == 0 and has(26)) or WRONG == "opcodes":
            self.on_data(fin, opcode, payload)

    def on_data(self, fin, opcode, payload):
        if has(26) and WRONG != "each fragment":
            if (opcode == 0) != (self.opcode != 0):
                if WRONG == "nested" or (WRONG == "continues" and not opcode):
                    return
                raise Refused(1002)
            if opcode:
                self.opcode = opcode
            self.message += payload
            if not fin:
                return
            opcode, payload = self.opcode, self.message
            self.message, self.opcode = b"", 0
        if not has(18) or WRONG == "always text":
            opcode = TEXT
        if WRONG == "breaks off" and payload == b"a" * 65536:
            self.send(b"\x08\x00")
            self.drain()
            raise EOFError
        if WRONG == "changes" and payload == b"a" * 65536:
            payload = payload[:-1] + b"Z"
        target = self
        if WRONG == "mixes":
            target = clients[-1]
        if WRONG == "upper":
            payload = payload.upper()
        target.frame(opcode, payload)

    def close(self, payload):
        code = int.from_bytes(payload[:2], "big") if payload else 0
        if has(29) and WRONG != "any code" and payload:
            if len(payload) == 1 or not (
                    1000 <= code <= 1003 or 1007 <= code <= 1014 or
                    3000 <= code <= 4999):
                raise Refused(1002)
            if not is_utf8(payload[2:], False):
                raise Refused(1007)
        back = payload[:2]
        if WRONG == "long reason":
            back = b"\x03\xec" + b"\x1b" * 123
        if WRONG == "close without code":
            back = b""
        if WRONG == "always 1000":
            back = b"\x03\xe8"
        self.frame(CLOSE, back)
        if WRONG == "echo behind":
            self.data = b"\0" * 8 + self.data[8:]
            self.frame(TEXT, b"too late")
        if not has(30) or WRONG == "stays open":
            time.sleep(5)
            raise EOFError
        if WRONG == "resets":
            self.reset()
        self.drain()
        raise EOFError

    def drain(self):
        self.conn.shutdown(socket.SHUT_WR)
        self.conn.settimeout(0.5)
        try:
            while self.conn.recv(65536):
                pass
        except OSError:
            pass

    def reset(self):
        self.conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                             struct.pack("ii", 1, 0))
        raise EOFError

    # --- what is wrong from the first byte on ---------------------------------

    def tls(self):
        self.more()
        if self.data[:2] == b"\x16\x03":
            self.conn.sendall(b"\x15\x03\x03\x00\x02\x02\x28")

    def tls_alert(self):
        self.more()
        self.conn.sendall(b"\x15\x03\x01\x00\x02\x02\x46")

    def garbage(self):
        self.more()
        self.conn.sendall(os.urandom(100))

    def ssh(self):
        self.conn.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
        self.more()

    def endless_head(self):
        self.read_head()
        self.conn.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            self.conn.sendall(b"X-More: and more\r\n" * 1000)

    def crash(self):
        self.more()
        os._exit(139)


FIRST = {
    "hangs": lambda self: time.sleep(60),
    "closes": lambda self: None,
    "closes after": lambda self: self.more() and None,
    "resets first": lambda self: self.more() and self.reset(),
    "crashes": Client.crash,
    "tls": Client.tls,
    "tls alert": Client.tls_alert,
    "garbage": Client.garbage,
    "ssh": Client.ssh,
    "endless head": Client.endless_head,
}


def is_utf8(data, more):
    for cut in range(4 if more else 1):
        try:
            data[:len(data) - cut].decode()
        except UnicodeDecodeError:
            continue
        rest = data[len(data) - cut:] if cut else b""
        return not rest or begins_character(rest)
    return False


def begins_character(rest):
    """May these bytes begin a character? Some way to go on must be UTF-8."""
    for low in (b"\x80", b"\x90", b"\xa0", b"\xbf", b"\x8f"):
        for n in range(1, 4):
            try:
                (rest + (low + b"\x80\x80")[:n]).decode()
                return True
            except UnicodeDecodeError:
                pass
    return False


def serve(conn):
    client = Client(conn)
    clients.append(client)
    try:
        client.run()
    except EOFError:
        pass
    except OSError:
        if not has(33) or WRONG == "dies":
            os._exit(1)
    except Exception:
        if not has(33) or WRONG == "dies":
            os._exit(1)
    finally:
        if client in clients:
            clients.remove(client)
        conn.close()


def main():
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    listener.listen(256)
    print(listener.getsockname()[1], flush=True)
    while True:
        conn, _ = listener.accept()
        conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if len(clients) > 64 and (not has(31) or WRONG == "few"):
            conn.close()
            continue
        threading.Thread(target=serve, args=(conn,), daemon=True).start()


if __name__ == "__main__":
    main()
