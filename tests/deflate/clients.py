"""clients.py - Python's websockets and autobahn with permessage-deflate:
clients.py PORT"""

import asyncio
import sys

import websockets
from autobahn.asyncio.websocket import WebSocketClientFactory, WebSocketClientProtocol
from autobahn.websocket.compress import (
    PerMessageDeflateOffer, PerMessageDeflateResponse, PerMessageDeflateResponseAccept)
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

PORT = int(sys.argv[1])
failed = []

MESSAGES = ["Hello", "", "Hello", "안녕하세요 " * 300, b"\x00\xff" * 5000,
            "".join(f'{{"id":{i},"name":"name {i}"}},' for i in range(5000)),
            *(f'{{"from":"alice","text":"number {i}"}}' for i in range(200))]


async def check(name, run):
    try:
        await asyncio.wait_for(run, 60)
        print(f"ok    {name}", flush=True)
    except Exception as error:  # whatever it is, the other checks go on
        print(f"FAIL  {name}: {error!r:.300}", flush=True)
        failed.append(name)


async def by_websockets(**parameters):
    factory = ClientPerMessageDeflateFactory(**parameters)
    async with websockets.connect(f"ws://localhost:{PORT}/deflate", max_size=None,
                                  compression=None, extensions=[factory]) as one:
        assert [e.name for e in one.extensions] == ["permessage-deflate"]
        for message in MESSAGES:
            await one.send(message)
            got = await one.recv()
            assert got == message, (got[:100], message[:100])
        await one.send(["frag", "men", "", "ted " * 50])
        assert await one.recv() == "fragmented " + "ted " * 49


async def by_default():
    async with websockets.connect(f"ws://localhost:{PORT}/deflate") as one:
        assert [e.name for e in one.extensions] == ["permessage-deflate"]
        await one.send(MESSAGES[3])
        assert await one.recv() == MESSAGES[3]


async def by_autobahn(**wish):
    loop = asyncio.get_running_loop()
    over = loop.create_future()

    class Protocol(WebSocketClientProtocol):
        def onOpen(self):
            self.todo = list(MESSAGES)
            self.next()

        def next(self):
            if not self.todo:
                return self.sendClose(1000)
            self.sent = self.todo.pop(0)
            binary = isinstance(self.sent, bytes)
            data = self.sent if binary else self.sent.encode()
            self.sendMessage(data, isBinary=binary, fragmentSize=1000)

        def onMessage(self, payload, isBinary):
            got = payload if isBinary else payload.decode()
            if got != self.sent:
                over.set_exception(AssertionError((got[:100], self.sent[:100])))
                return self.sendClose(1000)
            self.next()

        def onClose(self, wasClean, code, reason):
            if not over.done():
                agreed = self.websocket_extensions_in_use
                over.set_result((wasClean, code, len(agreed), len(self.todo)))

    factory = WebSocketClientFactory(f"ws://localhost:{PORT}/deflate")
    factory.protocol = Protocol
    factory.setProtocolOptions(
        perMessageCompressionOffers=[PerMessageDeflateOffer(
            accept_no_context_takeover=True, accept_max_window_bits=True, **wish)],
        perMessageCompressionAccept=lambda response: (
            PerMessageDeflateResponseAccept(response)
            if isinstance(response, PerMessageDeflateResponse) else None))
    await loop.create_connection(factory, "127.0.0.1", PORT)
    got = await over
    assert got == (True, 1000, 1, 0), got


async def main():
    await check("websockets: as it is", by_default())
    for parameters in (
            {}, {"server_no_context_takeover": True}, {"client_no_context_takeover": True},
            {"client_max_window_bits": True},
            *({"server_max_window_bits": n, "client_max_window_bits": n}
              for n in range(9, 16))):
        await check(f"websockets: {parameters}", by_websockets(**parameters))
    for wish in ({}, {"request_no_context_takeover": True},
                 *({"request_max_window_bits": n} for n in range(9, 16))):
        await check(f"autobahn: {wish}", by_autobahn(**wish))


asyncio.run(main())
sys.exit(1 if failed else 0)
