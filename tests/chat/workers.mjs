// workers.mjs - rooms of the processes of --workers: over the hub, and over
// Redis.

import { execFileSync } from 'node:child_process';
import { createConnection } from 'node:net';
import {
  Member, end, enter, expect, expectOneOrder, redisPath, run, sleep,
  startRedis, startServer, until,
} from './lib.mjs';

const WORKERS = 4;
const CLIENTS = 20;
const MESSAGES = 10000;

const children = (server) => execFileSync('ps',
  ['-o', 'pid=', '--ppid', String(server.pid)]).toString().trim().split(/\s+/)
  .map(Number);

// The process that a connection has led to.
function workerOf(member) {
  const port = member.ws._socket.localPort;
  const line = execFileSync('ss', ['-Htnp', `dport = :${port}`]).toString();
  return Number(line.match(/pid=(\d+)/)?.[1]);
}

async function sayAll(members, each, name) {
  const all = [];
  await Promise.all(members.map(async (m, i) => {
    for (let k = 0; k < each; k++) {
      all.push(`${name}${i}.${k}`);
      await m.sayUntilHeard(`${name}${i}.${k}`);
    }
  }));
  return all;
}

// A worker is killed in the middle. Its members come back with ?after, so that
// they too hear everything once; a text of theirs that was under way is not
// known to have been said, so another one says the rest.
async function aWorkerKilled(options) {
  const server = await startServer(['--workers', `${WORKERS}`, ...options]);
  const members = await enter([server], CLIENTS);
  await until('all know all', () =>
    members.every((m) => m.others.size === CLIENTS));
  expect(new Set(members.map((m) => m.id)).size, CLIENTS, 'ids');
  const victim = workerOf(members[0]);
  const lost = members.filter((m) => workerOf(m) === victim);
  const kept = members.filter((m) => !lost.includes(m));
  expect(kept.length > 0, true, 'several workers have members');
  const texts = await sayAll(members, MESSAGES / 2 / CLIENTS, 'a');
  await until('all is heard', () =>
    members.every((m) => m.messages.length === texts.length));
  const saying = sayAll(kept, Math.ceil(MESSAGES / 2 / kept.length), 'b');
  await sleep(50);
  process.kill(victim, 'SIGKILL');
  await until('its members are gone', () =>
    kept.every((m) => m.others.size === kept.length), 10);
  const back = await Promise.all(lost.map(async (m) => {
    const again = new Member(server, { after: m.messages.at(-1).id });
    again.messages = m.messages;
    await again.welcome;
    return again;
  }));
  texts.push(...await saying);
  await until('its successor is there', () =>
    children(server).length === WORKERS);
  const late = await enter([server], CLIENTS); // some at the successor
  const all = [...kept, ...back];
  await until('all is heard', () =>
    all.every((m) => m.messages.length === texts.length));
  expectOneOrder(all, texts);
  for (const m of late)
    expect(m.messages, kept[0].messages.slice(-50), 'the last 50');
  await until('all are here', () =>
    late.every((m) => m.others.size === 2 * CLIENTS));
  expect(await end(server), 0, 'the server ends');
  return `${texts.length} messages, ${lost.length} of ${CLIENTS} members lost their worker`;
}

await run({
  'hub: each hears each message once, in one order, a worker killed': () =>
    aWorkerKilled([]),

  async 'redis and workers: the same, each worker a node of its own'() {
    await startRedis();
    return aWorkerKilled(['--redis', redisPath]);
  },

  async 'hub: a worker that is stopped delays nobody, and makes way'() {
    const server = await startServer(['--workers', '2']);
    const members = await enter([server], CLIENTS);
    const victim = workerOf(members[0]);
    const stopped = members.filter((m) => workerOf(m) === victim);
    const others = members.filter((m) => !stopped.includes(m));
    expect(others.length > 0, true, 'both workers have members');
    process.kill(victim, 'SIGSTOP');
    const long = 'x'.repeat(8000);
    for (let i = 0; i < 1500; i++) await others[0].sayUntilHeard(`${i}${long}`);
    await until('its members are gone', () =>
      others.every((m) => m.others.size === others.length), 5);
    process.kill(victim, 'SIGCONT');
    await Promise.all(stopped.map((m) => m.closed));
    const back = stopped.map((m) =>
      new Member(server, { after: m.messages.at(-1)?.id ?? '1-0' }));
    await Promise.all(back.map((m) => m.welcome));
    await until('the gap is told', () => back.every((m) => m.gaps > 0));
    await others[0].sayUntilHeard('last');
    await until('and they hear again', () =>
      [...others, ...back].every((m) => m.messages.at(-1).payload === 'last'));
    await until('all know all', () =>
      [...others, ...back].every((m) => m.others.size === CLIENTS));
    expect(await end(server), 0, 'the server ends');
  },

  // Relays are for that one alone: with them its sockets are filled.
  async 'hub: of 1000, one that does not read is dropped, and comes back'() {
    const server = await startServer(['--workers', '2']);
    const members = await enter([server], 1000);
    const [a, slow, ...rest] = members;
    await until('all are in', () => a.count === 1000);
    slow.ws._socket.pause();
    const sayTen = async (name) => {
      for (let i = 0; i < 10; i++) await a.sayUntilHeard(`${name}${i}`);
    };
    await sayTen('before');
    const long = 'x'.repeat(16000);
    // What the hub has no room for is refused, so there is no number of relays
    // that is enough.
    let relays = 0;
    await until('it is dropped', () => {
      for (const m of rest.slice(0, 20)) m.send('offer', long, { to: slow.id });
      relays += 20;
      return a.count === 999;
    });
    await sayTen('after');
    await until('all others hear it', () => rest.every((m) =>
      m.messages.length === 20));
    slow.ws._socket.resume();
    await slow.closed;
    const heard = slow.messages.length;
    const again = new Member(server,
      { after: slow.messages.at(-1)?.id ?? slow.last });
    await again.welcome;
    await until('it hears the rest', () =>
      heard + again.messages.length === 20);
    expect(again.gaps, 0, 'gaps');
    expect([...slow.messages, ...again.messages], a.messages, 'each once');
    return `${slow.relayed.length} of ${relays} relays and ${heard} of 20 messages before it`;
  },
});
