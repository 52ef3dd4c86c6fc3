"""websockets_client.py - Python's websockets: websockets_client.py PORT LOG"""

import asyncio
import sys

import websockets

PORT, LOG = sys.argv[1:]
SERVER = f"ws://localhost:{PORT}"
failed = []


async def check(name, run):
    try:
        await asyncio.wait_for(run(), 30)
        print(f"ok    websockets: {name}", flush=True)
    except Exception as error:  # whatever it is, the other checks go on
        print(f"FAIL  websockets: {name}: {error!r}", flush=True)
        failed.append(name)


def expect(got, wanted):
    if got != wanted:
        raise AssertionError(f"got {got!r:.200}, wanted {wanted!r:.200}")


def connect(path):
    return websockets.connect(SERVER + path, max_size=None)


async def echoes(*messages):
    async with connect("/echo") as socket:
        for message in messages:
            await socket.send(message)
            expect(await socket.recv(), message)


async def logged(*words):
    for _ in range(250):
        with open(LOG, encoding="utf-8") as lines:
            if any(all(word in line for word in words) for line in lines):
                return
        await asyncio.sleep(0.02)
    raise AssertionError(f"no line with {words} in the server's log")


def letters(length):
    return ("Hello Socket! " * (length // 14 + 1))[:length]


def binary(length):
    return bytes(i % 251 for i in range(length))


async def greets():
    async with connect("/") as socket:
        expect(await socket.recv(), "Hello Socket!")
        await socket.send("안녕, websockets")
        await logged("Just got this : 안녕, websockets from the Browser")


async def text():
    await echoes("Hello?", "", "다시 한번 🙂", "\0\r\n")


async def data():
    await echoes(binary(256), b"")


async def lengths():
    for length in (125, 126, 127, 65535, 65536, 65537):
        await echoes(letters(length), binary(length))


async def mebibyte():
    await echoes(letters(2**20), binary(2**20))


async def fragments():
    async with connect("/echo") as socket:
        await socket.send(["Hel", "lo ", "", "Socket", "!"])
        expect(await socket.recv(), "Hello Socket!")
        await socket.send([b"\x00", b"\xff"])
        expect(await socket.recv(), b"\x00\xff")


async def pings():
    async with connect("/echo") as socket:
        for payload in (b"", b"ping", binary(125)):
            await (await socket.ping(payload))  # done when its pong is here


async def closes():
    async with connect("/") as socket:
        await socket.recv()
        await socket.close(4322, "that was all")
        expect(socket.close_code, 4322)
        await logged("Disconnected from the Browser ❌", "4322", "that was all")


async def together():
    async def one(number):
        await echoes(*(f"client {number}, message {i}" for i in range(10)))
    await asyncio.gather(*(one(number) for number in range(50)))


async def main():
    await check("the server speaks first, and logs the answer", greets)
    await check("text comes back", text)
    await check("binary comes back", data)
    await check("every form of the length", lengths)
    await check("1 MiB of text and of binary", mebibyte)
    await check("fragments are joined", fragments)
    await check("a pong carries the ping's payload", pings)
    await check("a close is answered with its code, its reason logged", closes)
    await check("50 clients at once", together)


asyncio.run(main())
sys.exit(1 if failed else 0)
