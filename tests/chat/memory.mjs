// memory.mjs - what a member takes beyond an idle socket, when all have come and
// been told how many they are.

import { readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { expect, run, sleep, startServer, until } from './lib.mjs';

const MEMBERS = 9000;
const MOST = 300; // bytes

const HEAD = (path) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n`
  + 'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n'
  + 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'
  + 'Sec-WebSocket-Protocol: room.v1\r\n\r\n';

const bytes = ({ pid }) => 1024 * Number(
  readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').match(/^Pss: *(\d+)/m)[1]);

// Plain connections, which take little memory here.
function open(server, path) {
  return new Promise((done, failed) => {
    const socket = createConnection(server.port, 'localhost');
    socket.on('error', failed);
    socket.on('data', (data) => {
      socket.count = String(data).match(/"count":(\d+)/)?.[1] ?? socket.count;
      done(socket);
    });
    socket.write(HEAD(path));
  });
}

async function bytesEach(path) {
  const server = await startServer(['--ping-after', '0']);
  const before = bytes(server);
  const all = [];
  while (all.length < MEMBERS)
    all.push(...await Promise.all(Array.from({ length: 100 }, () => open(server, path))));
  if (path !== '/echo')
    await until('all know how many they are', () =>
      all.every(({ count }) => count === String(MEMBERS)));
  await sleep(500); // the server gives back what it needs no more
  const each = (bytes(server) - before) / MEMBERS;
  for (const socket of all) socket.destroy();
  return Math.round(each);
}

await run({
  'a member takes little memory': async () => {
    const [idle, member] = [await bytesEach('/echo'), await bytesEach('/chat/many')];
    expect(member - idle <= MOST, true, `${member - idle} bytes a member`);
    return `${member - idle} bytes beyond the ${idle} of an idle socket`;
  },
});
