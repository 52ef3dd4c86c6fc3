// deflate.mjs - a room of a server with --deflate: members with and without the
// extension hear the same, and it saves the former most of the bytes.

import { end, enter, expect, expectOneOrder, run, startServer, until } from './lib.mjs';

const MEMBERS = 10;
const TEXTS = 50;

async function compressed(options) {
  const server = await startServer(
    ['--deflate', '--chat-rate', '1000', ...options]);
  const coded = await enter([server], MEMBERS, { perMessageDeflate: true });
  const plain = await enter([server], MEMBERS, { perMessageDeflate: false });
  const all = [...coded, ...plain];
  const texts = Array.from({ length: TEXTS },
    (_, i) => `${i}: ${'the same words, again '.repeat(20)}`);
  const read = (m) => m.ws._socket.bytesRead;
  for (const m of coded)
    expect(m.ws.extensions, 'permessage-deflate', 'agreed');
  for (const m of plain) expect(m.ws.extensions, '', 'not offered');
  await until('all know all', () => all.every((m) => m.others.size === 2 * MEMBERS));
  const before = all.map(read);
  for (const [i, text] of texts.entries())
    await all[i % all.length].sayUntilHeard(text);
  await until('all is heard', () =>
    all.every((m) => m.messages.length === TEXTS));
  expectOneOrder(all, texts);
  const took = all.map((m, i) => read(m) - before[i]);
  const most = Math.max(...took.slice(0, MEMBERS));
  const least = Math.min(...took.slice(MEMBERS));
  expect(most * 2 < least, true, `${most} bytes instead of ${least}`);
  await Promise.all(all.map((m) => m.close()));
  await end(server);
  return `${most} bytes instead of ${least}`;
}

await run({
  'deflate: a broadcast is compressed for those who have agreed': () =>
    compressed([]),
  'deflate: the same with workers': () => compressed(['--workers', '2']),
});
