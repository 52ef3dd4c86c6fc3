// lib.mjs - what the tests of rooms share: real processes, and members.

import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(new URL('../../build/npm/', import.meta.url));
const { WebSocket } = require('ws');

export const dir = mkdtempSync(join(tmpdir(), 'hello-chat-'));
const running = new Set();

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});
process.on('SIGTERM', () => process.exit(1));

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// Waits until it is true, or fails after that many seconds.
export async function until(what, isTrue, seconds = 20) {
  const end = Date.now() + seconds * 1000;
  while (!(await isTrue())) {
    if (Date.now() > end) throw new Error(`not in ${seconds} s: ${what}`);
    await sleep(20);
  }
}

export function expect(got, wanted, what) {
  const [a, b] = [JSON.stringify(got), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${what}: ${a?.slice(0, 300)}, not ${b}`);
}

// Each test by its name, one after the other; or those with this in their names.
export async function run(tests) {
  for (const [name, test] of Object.entries(tests)) {
    if (!name.includes(process.argv[2] ?? '')) continue;
    try {
      const note = await test();
      console.log(`ok    ${name}${note ? `: ${note}` : ''}`);
    } catch (error) {
      process.exitCode = 1;
      console.log(`FAIL  ${name}: ${error.stack}`);
    }
    for (const child of running)
      if (await Promise.race([end(child), sleep(10000, null)]) === undefined)
        await end(child, 'SIGKILL');
  }
}

let files = 0;

function begin(command, args, env = {}) {
  const log = join(dir, `${++files}.log`);
  const out = openSync(log, 'a');
  const child = spawn(command, args, {
    stdio: ['ignore', out, out],
    env: { ...process.env, ...env },
  });
  child.log = () => readFileSync(log, 'utf8');
  child.over = new Promise((done) => child.on('exit', (code, signal) => {
    running.delete(child);
    done(signal ?? code);
  }));
  running.add(child);
  return child;
}

// Sends the signal; returns the exit status, or the signal that ended it.
export function end(child, signal = 'SIGTERM') {
  child.kill('SIGCONT');
  child.kill(signal);
  return child.over;
}

// A Redis of our own, on a socket in our folder; its data outlives it.
export const redisPath = join(dir, 'redis.sock');
export async function startRedis(...options) {
  const child = begin(process.env.REDIS_SERVER ?? 'redis-server', ['--port',
    '0', '--unixsocket', redisPath, '--dir', dir, '--appendonly', 'yes',
    '--appendfsync', 'always', '--save', '', ...options]);
  await until('redis answers', () => ping(redisPath));
  return child;
}

export function forgetRedis() {
  rmSync(join(dir, 'appendonlydir'), { recursive: true, force: true });
  rmSync(join(dir, 'appendonly.aof'), { force: true });
}

// Any command of simple words, and the beginning of what Redis answers.
export function command(path, words) {
  return new Promise((done) => {
    const link = createConnection(path);
    link.on('error', () => done(''));
    link.on('data', (data) => {
      link.destroy();
      done(String(data));
    });
    link.write(`${words}\r\n`);
  });
}

const ping = async (path) => /^(\+PONG|-NOAUTH)/.test(await command(path, 'PING'));

export async function startServer(options = [], env = {}) {
  const child = begin(process.env.SERVER ?? './server', ['--port', '0', '--public', 'public',
    '--chat-rate', '100000',
    ...options], env);
  const port = () => child.log().match(/^Listening on ws:.*:(\d+)$/m)?.[1];
  await until('the server listens', () => port() || child.exitCode !== null);
  if (!port()) throw new Error(`it ended with ${child.exitCode}: ${child.log()}`);
  child.port = Number(port());
  return child;
}

// A member of a room. It remembers what it hears.
export class Member {
  messages = [];
  errors = [];
  relayed = [];
  gaps = 0;
  lefts = 0;
  others = new Map();

  constructor(server, { room = '', after, perMessageDeflate } = {}) {
    this.server = server;
    const query = after ? `?after=${after}` : '';
    this.ws = new WebSocket(
      `ws://localhost:${server.port}/chat/${room}${query}`, 'room.v1',
      { perMessageDeflate });
    this.ws.on('message', (data) => this.hear(JSON.parse(data)));
    this.welcome = new Promise((done, failed) => {
      this.welcomed = done;
      this.ws.on('error', failed);
      this.ws.on('close', (code, why) => failed(new Error(`closed: ${code} ${why}`)));
    });
    this.welcome.catch(() => {});
    this.closed = new Promise((done) => this.ws.on('close', done));
  }

  hear(event) {
    const member = event.member ?? {};
    if (event.type === 'welcome') {
      this.id = event.you;
      this.count = event.count;
      this.last = event.last;
      this.messages.push(...event.history);
      for (const m of event.members) this.others.set(m.id, m.name);
      this.welcomed(event);
    } else if (event.type === 'new_message') {
      this.messages.push(event);
      this.onMessage?.(event);
    } else if (event.type === 'joined' || event.type === 'renamed') {
      this.others.set(member.id, member.name);
    } else if (event.type === 'left') {
      this.lefts++;
      this.others.delete(member.id);
    } else if (event.type === 'error') {
      this.errors.push(event.why);
      this.onError?.(event.why);
    } else if (event.type === 'gap') {
      this.gaps++;
    } else if (event.type === 'count') {
      this.count = event.count;
    } else {
      this.relayed.push(event);
    }
  }

  send(type, payload, more = {}) {
    this.ws.send(JSON.stringify({ type, payload, ...more }));
  }

  say(text) {
    this.send('new_message', text);
  }

  // Says it until it is heard: what is refused is said again.
  sayUntilHeard(text) {
    return new Promise((done) => {
      this.onMessage = (event) => {
        if (event.payload === text && event.from.id === this.id) done();
      };
      this.onError = () => setTimeout(() => this.say(text), 20);
      this.say(text);
    });
  }

  texts() {
    return this.messages.map((m) => m.payload);
  }

  close() {
    this.ws.close();
    return this.closed;
  }
}

// That many members, who are shared out among the servers.
export async function enter(servers, n, options) {
  const members = [];
  for (let i = 0; i < n; i++)
    members.push(new Member(servers[i % servers.length], options));
  await Promise.all(members.map((m) => m.welcome));
  return members;
}

export const rank = (id) => id.split('-').map(BigInt);
export const isBefore = ([a, b], [c, d]) => a < c || (a === c && b < d);

// Each has heard each text once; all in one order, with ids that rise.
export function expectOneOrder(members, texts) {
  const first = JSON.stringify(members[0].messages);
  expect(members[0].texts().sort(), [...texts].sort(), 'each once');
  for (const m of members) {
    expect(JSON.stringify(m.messages) === first, true, 'one order');
    expect(m.gaps, 0, 'gaps');
  }
  members[0].messages.reduce((before, { id }) => {
    expect(isBefore(before, rank(id)), true, `${id} rises`);
    return rank(id);
  }, [0n, 0n]);
}
