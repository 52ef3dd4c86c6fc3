// redis.mjs - rooms of several servers, over a real Redis that is killed,
// stopped and started again.

import { cpSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import {
  Member, command, dir, end, enter, expect, expectOneOrder, forgetRedis,
  isBefore, rank, redisPath, run, sleep, startRedis, startServer, until,
} from './lib.mjs';

const SERVER = ['--redis', redisPath];
const CLIENTS = 20;
const MESSAGES = 10000;

const servers = (n, ...options) => Promise.all(
  Array.from({ length: n }, () => startServer([...SERVER, ...options])));

// Every member says its share of the texts. Returns all of them.
async function sayAll(members, messages) {
  const each = messages / members.length;
  const all = [];
  await Promise.all(members.map(async (m, i) => {
    for (let k = 0; k < each; k++) {
      all.push(`${i}.${k}`);
      await m.sayUntilHeard(`${i}.${k}`);
    }
  }));
  return all;
}

const heardAll = (members, texts) => until('all is heard', () =>
  members.every((m) => m.messages.length >= texts.length));

async function killedAndStartedAgain(members) {
  let redis = await startRedis();
  const saying = sayAll(members, MESSAGES);
  let over = false, kills = 0;
  saying.finally(() => { over = true; });
  while (!over && kills < 3) {
    const already = members[0].messages.length;
    await until('some is heard', () => over ||
      members[0].messages.length > already + 1000, 60);
    if (over) break;
    await end(redis, 'SIGKILL');
    kills++;
    await sleep(700);
    redis = await startRedis();
  }
  const texts = await saying;
  await heardAll(members, texts);
  expectOneOrder(members, texts);
  return `${texts.length} messages to ${members.length} members each, ${kills} kills`;
}

await run({
  async 'redis: kill -9 and a start lose nothing, and nothing comes twice'() {
    const two = await servers(2); // while Redis is away
    const first = await startRedis();
    const members = await enter(two, CLIENTS);
    await end(first, 'SIGKILL');
    const note = await killedAndStartedAgain(members);
    expect(two.map((s) => s.log().match(/is away/g).length >= 1), [true, true],
      'the log says so');
    return note;
  },

  async 'redis: what is said while it is away waits, within bounds'() {
    forgetRedis();
    const redis = await startRedis();
    const [server] = await servers(1);
    const [a, b] = await enter([server], 2);
    redis.kill('SIGSTOP');
    for (let i = 0; i < 10100; i++) a.say(`${i}`);
    await until('some are refused', () => a.errors.length >= 95);
    expect(a.messages.length, 0, 'nothing comes before it is in the order');
    const refused = a.errors.length;
    // what waits for its answer when Redis stops is in the same queue: that the
    // two have come, `hello`, and that they are here, which answers it
    expect(refused <= 105, true, `${refused} are refused`);
    const echo = await echoes(server, 10);
    redis.kill('SIGCONT');
    await until('the rest is heard', () =>
      b.messages.length === 10100 - refused);
    expect(b.texts(), Array.from({ length: 10100 - refused }, (_, i) => `${i}`),
      'in order');
    return `${refused} of 10100 refused; beside it ${echo}`;
  },

  async 'redis: thousands that come at once are let in'() {
    forgetRedis();
    const redis = await startRedis();
    const [server] = await servers(1);
    await enter([server], 1);
    redis.kill('SIGSTOP');
    const all = Array.from({ length: 2000 }, () => new Member(server));
    await Promise.all(all.map((m) => new Promise((done) => m.ws.on('open', done))));
    redis.kill('SIGCONT');
    await Promise.all(all.map((m) => m.welcome));
    await Promise.all(all.map((m) => m.close()));
    return `${all.length} members`;
  },

  async 'redis: away is logged once, and back once'() {
    forgetRedis();
    let redis = await startRedis();
    const [server] = await servers(1);
    const [a] = await enter([server], 1);
    await end(redis, 'SIGKILL');
    await sleep(3000);
    redis = await startRedis();
    await a.sayUntilHeard('back');
    const lines = () =>
      server.log().match(/Redis at \S+ is (away|back)/g) ?? [];
    await until('it is back', () => lines().length > 1);
    await sleep(500);
    expect(lines().length, 2, 'lines');
    expect(await end(server), 0, server.log());
  },

  async 'redis: a restart of all servers is no gap'() {
    forgetRedis();
    await startRedis();
    let [server] = await servers(1);
    const [a] = await enter([server], 1, { room: 'far' });
    await sayAll([a], 200);
    const { id } = a.messages[20];
    expect(await end(server), 0, server.log());
    [server] = await servers(1);
    const b = new Member(server, { room: 'far', after: id });
    await b.welcome;
    await until('all is heard', () => b.messages.length === 179);
    expect(b.messages, a.messages.slice(21), 'what was missed');
    expect(b.gaps, 0, 'gaps');
    const c = new Member(server, { room: 'far', after: '1-0' });
    await c.welcome;
    await until('the gap is told', () => c.gaps === 1);
    const [late] = await enter([server], 1, { room: 'far' });
    expect(late.messages, a.messages.slice(-50), 'the last 50');
  },

  async 'redis: a stream that is gone is a gap, and the room goes on'() {
    forgetRedis();
    const redis = await startRedis();
    const [one] = await servers(1);
    const [a] = await enter([one], 1);
    await a.sayUntilHeard('before');
    const { id } = a.messages[0];
    await end(one, 'SIGTERM');
    await command(redisPath, 'FLUSHALL');
    const [again] = await servers(1);
    const b = new Member(again, { after: id });
    await b.welcome;
    await until('the gap is told', () => b.gaps === 1);
    await b.sayUntilHeard('after');
    expect(b.texts(), ['after'], 'only what is left');
    redis.kill('SIGSTOP');
    redis.kill('SIGCONT');
  },

  // An id of the future stands for a clock that is set back: the stream gives none
  // below it, and a new one does.
  async 'redis: an empty one whose clock is behind is a gap, and ids go on'() {
    const begin = async () => {
      forgetRedis();
      const redis = await startRedis();
      for (const key of ['rooms', 'beats'])
        await command(redisPath, `XADD hello-socket:${key} 99999999999999-0 x y`);
      const two = await servers(2);
      const members = await enter(two, 2);
      await members[0].sayUntilHeard('before');
      await until('heard', () => members[1].texts().includes('before'));
      return { redis, two, members };
    };
    const empty = {
      'while they are there': async () => command(redisPath, 'FLUSHALL'),
      async 'while they are away'(day) {
        await end(day.redis, 'SIGKILL');
        forgetRedis();
        day.redis = await startRedis();
      },
      async 'while one is frozen, and a new one is there'({ two, members }) {
        two[1].kill('SIGSTOP');
        await command(redisPath, 'FLUSHALL');
        const [new1] = await servers(1);
        const [c] = await enter([new1], 1);
        await c.sayUntilHeard('between');
        two[1].kill('SIGCONT');
        members.push(c);
      },
    };
    for (const [when, isEmptied] of Object.entries(empty)) {
      const day = await begin();
      await isEmptied(day);
      const { two, members: [a, b, c] } = day;
      await until(`${when}: the gap is told`, () => a.gaps && b.gaps);
      await Promise.all([a.sayUntilHeard('one'), b.sayUntilHeard('other')]);
      await until(`${when}: all is heard`, () =>
        [a, b].every((m) => m.messages.length === 3));
      expect(a.messages, b.messages, when);
      expect(a.messages.every(({ id }, i) =>
        !i || isBefore(rank(a.messages[i - 1].id), rank(id))), true, 'ids rise');
      const late = new Member(two[0], { after: a.messages[0].id });
      await until(`${when}: who was away is told, too`, () => late.gaps === 1);
      await until(`${when}: all know all`, () => [a, b, late].every((m) =>
        m.others.size === (c ? 4 : 3)));
      if (c) {
        const later = new Member(c.server, { after: a.messages[0].id });
        await until('and at the new one', () => later.gaps === 1);
        expect(c.gaps, 1, 'what the others said before is gone');
        expect(c.texts(), ['between', ...a.texts().slice(1)], 'each once');
      }
      if (!c) await sleep(8000); // longer than a node may be silent
      await b.sayUntilHeard('still here');
      for (const server of two) {
        const lines = server.log().match(/Redis at \S+ is (away|back)/g) ?? [];
        expect(lines.length % 2, 0, server.log());
      }
      await Promise.all([...two, ...c ? [c.server] : []].map((s) => end(s)));
      await end(day.redis, 'SIGKILL');
    }
  },

  async 'redis: an older state is a gap'() {
    forgetRedis();
    let redis = await startRedis();
    const two = await servers(2);
    const [a, b] = await enter(two, 2);
    await a.sayUntilHeard('kept');
    await end(redis, 'SIGKILL');
    const saved = join(dir, 'saved');
    cpSync(join(dir, 'appendonlydir'), saved, { recursive: true });
    redis = await startRedis();
    await a.sayUntilHeard('lost');
    await until('heard', () => b.texts().includes('lost'));
    await end(redis, 'SIGKILL');
    forgetRedis();
    cpSync(saved, join(dir, 'appendonlydir'), { recursive: true });
    await startRedis();
    await until('the gap is told', () => a.gaps === 1 && b.gaps === 1);
    await b.sayUntilHeard('after');
    await until('heard', () => a.texts().includes('after'));
    expect(a.messages, b.messages, 'in one order');
    expect(a.texts(), ['kept', 'lost', 'after'], 'each once');
  },

  async 'redis: a member that was frozen too long is told of the gap'() {
    forgetRedis();
    await startRedis();
    const two = await servers(2);
    const [a, b] = await enter(two, 2);
    await a.sayUntilHeard('first');
    two[1].kill('SIGSTOP');
    await sayAll([a], 11000); // more than the stream keeps
    two[1].kill('SIGCONT');
    await until('the last is heard', () =>
      b.messages.at(-1)?.payload === '0.10999', 60);
    expect(b.gaps >= 1, true, 'the gap is told');
    expect(new Set(b.texts()).size, b.messages.length, 'nothing comes twice');
    return `${b.messages.length} of 11001 heard`;
  },

  async 'redis: presence is right at once, and 10 s after a node dies'() {
    forgetRedis();
    await startRedis();
    const two = await servers(2);
    const [a, b, c, d] = await enter(two, 4);
    await until('all know all', () =>
      [a, b, c, d].every((m) => m.others.size === 4));
    b.send('nickname', 'Ben');
    await until('a name', () => a.others.get(b.id) === 'Ben');
    a.send('offer', { sdp: [1, { x: null }] }, { to: b.id });
    await until('a relay', () => b.relayed.length === 1);
    expect(b.relayed[0].payload, { sdp: [1, { x: null }] }, 'any JSON');
    await d.close();
    await until('one has left', () => a.others.size === 3, 1);
    await sleep(1000);
    expect(a.lefts, 1, 'nobody else was given up');
    const begun = Date.now();
    await end(two[1], 'SIGKILL');
    await until('its members are gone', () => a.others.size === 2, 10);
    const took = (Date.now() - begun) / 1000;
    expect([...a.others.keys()].sort(), [a.id, c.id].sort(), 'who is here');
    const third = await startServer(SERVER);
    const [late] = await enter([third], 1);
    await until('the new one is known', () => a.others.has(late.id), 3);
    await until('and knows all', () => late.others.size === 3, 3);
    return `${took.toFixed(1)} s`;
  },

  async 'redis: when a node ends, its members leave at once'() {
    forgetRedis();
    await startRedis();
    const two = await servers(2);
    const [a] = await enter([two[0]], 1);
    await enter([two[1]], 80);
    await until('all know all', () => a.others.size === 81);
    expect(await end(two[1]), 0, two[1].log());
    await until('they have left', () => a.others.size === 1, 4);
  },

  async 'redis: a node that was frozen is given up, and comes back'() {
    forgetRedis();
    await startRedis();
    const two = await servers(2);
    const [a, b] = await enter(two, 2);
    await until('both know both', () => a.others.size + b.others.size === 4);
    two[1].kill('SIGSTOP');
    await until('it is given up', () => a.others.size === 1, 10);
    two[1].kill('SIGCONT');
    await until('it is back', () => a.others.size === 2, 10);
    await until('for both', () => b.others.size === 2, 10);
    await b.sayUntilHeard('here again');
    await until('heard', () => a.texts().includes('here again'));
  },

  async 'redis: stopped for 10 s, an echo beside it is answered'() {
    forgetRedis();
    const redis = await startRedis();
    const two = await servers(2);
    const [a, b] = await enter(two, 2);
    const before = await echoes(two[0], 200);
    redis.kill('SIGSTOP');
    a.say('waits');
    const end10 = Date.now() + 10000;
    let during;
    while (Date.now() < end10) {
      during = await echoes(two[0], 200);
      await sleep(200);
    }
    expect(b.messages.length, 0, 'it waits');
    redis.kill('SIGCONT');
    await until('it is heard', () => b.texts().includes('waits'));
    expect([a.others.size, b.others.size], [2, 2], 'nobody was given up');
    return `before ${before}, during ${during}`;
  },

  async 'redis: a password, none, and a wrong one'() {
    forgetRedis();
    const open = await startRedis();
    const none = await startServer(SERVER, { REDIS_USER: '', REDIS_PASSWORD: '' });
    await (await enter([none], 1))[0].sayUntilHeard('without');
    await Promise.all([end(none), end(open)]);
    forgetRedis();
    await startRedis('--requirepass', 'secret');
    const right = await startServer(SERVER,
      { REDIS_USER: '', REDIS_PASSWORD: 'secret' });
    const user = await startServer(SERVER,
      { REDIS_USER: 'default', REDIS_PASSWORD: 'secret' });
    // the rights that docs/deploy gives
    await command(redisPath, 'AUTH secret\r\nACL SETUSER hello on >own ' +
      'resetkeys ~hello-socket:* -@all +xadd +xread +xrange');
    const own = await startServer(SERVER,
      { REDIS_USER: 'hello', REDIS_PASSWORD: 'own' });
    const wrong = await startServer(SERVER, { REDIS_PASSWORD: 'no' });
    const [a, ...others] = await enter([right, user, own], 3);
    await a.sayUntilHeard('in');
    await until('heard', () =>
      others.every((m) => m.texts().includes('in')));
    await others[1].sayUntilHeard('with those rights');
    await until('why', () => /is away: WRONGPASS/.test(wrong.log()));
    expect(wrong.log().includes('secret'), false, 'no password in the log');
  },

  async 'redis: what is no Redis does not end the server'() {
    for (const [bytes, why, toXadd] of [
      ['HTTP/1.1 200 OK\r\n\r\n', /does not speak RESP2/],
      ['$99999999999\r\n', /does not speak RESP2/],
      ['*65537\r\n', /does not speak RESP2/],
      ['*-1\r\n*-1\r\n', /what it was not asked/],
      ['+OK\r\n$3\r\nabc\r\n', /what it was not asked/],
      [':7\r\n', /does not speak RESP2/],
      ['$3\r\n1-1\r\n$3\r\n1-2\r\n$3\r\n1-3\r\n', /what it was not asked/],
      ['*0\r\n*1\r\n*2\r\n$1\r\nx\r\n*1\r\n*1\r\n*0\r\n',
        /what it was not asked/, '$3\r\n1-1\r\n'],
      ['-NOAUTH \x1b[31m no\r\n', /is away: NOAUTH \\x1B/i],
      ['$3\r\nab', /hung up/],
    ]) {
      const fake = createServer((link) => {
        link.on('error', () => {});
        // one that hangs up too might be told by its other link for that
        link.once('data', (data) => {
          link.write(toXadd && /XADD/.test(data) ? toXadd : bytes);
          if (why.source === 'hung up') link.end();
        });
      });
      await new Promise((done) => fake.listen(0, '127.0.0.1', done));
      const server = await startServer(
        ['--redis', `127.0.0.1:${fake.address().port}`]);
      await until(`${why}`, () => why.test(server.log()));
      await echoes(server, 3);
      fake.close();
      expect(await end(server), 0, server.log());
    }
  },

  // A Redis whose rooms always have something new, so that no XREAD waits.
  async 'redis: beats are read while others say much'() {
    const from = [];
    let id = 1;
    const fake = createServer((link) => {
      link.on('error', () => {});
      link.on('data', (data) => {
        const entry = `*2\r\n$3\r\n7-${id}\r\n*2\r\n$1\r\n7\r\n$1\r\n1\r\n`;
        const [, last] = /XREAD[^]*\$\d+\r\n(.*)\r\n$/.exec(data) ?? [];
        if (/XADD/.test(data)) link.write('$3\r\n8-1\r\n');
        if (!last) return;
        from.push(last);
        link.write(`*1\r\n${entry}`); // what XRANGE asks for
        setTimeout(() => link.write(
          `*1\r\n*2\r\n$18\r\nhello-socket:rooms\r\n*1\r\n${entry}`), 50);
        id = id % 9 + 1;
      });
    });
    await new Promise((done) => fake.listen(0, '127.0.0.1', done));
    const server = await startServer(
      ['--redis', `127.0.0.1:${fake.address().port}`]);
    await until('beats are read from an id on', () => from.at(-1) === '8-1');
    fake.close();
    expect(await end(server), 0, server.log());
  },

  async 'redis: what others write to the stream is no event'() {
    forgetRedis();
    await startRedis();
    const [server] = await servers(1);
    const [a] = await enter([server], 1);
    for (const words of ['x y', '1 2 3 4', '7 1 "" {}', '0 1 "" {}', 'a b c d',
      '7 2 "" {"type":"beat"} r {"type":7}', '7 -1 "" x', '7 99 "x" {',
      '9 1 "" {"type":"departed","node":9} "" {"type":"joined"}'])
      for (const key of ['rooms', 'beats'])
        await command(redisPath, `XADD hello-socket:${key} * ${words}`);
    await a.sayUntilHeard('still here');
    expect(a.texts(), ['still here'], 'messages');
    expect(await end(server), 0, server.log());
  },

  async 'redis: a name without an address ends the program'() {
    for (const [name, why] of [
      ['no-such-name.invalid:6379', /no-such-name.invalid:6379: /],
      ['localhost', /HOST:PORT/], ['localhost:0x1', /HOST:PORT/],
      ['localhost:', /HOST:PORT/], ['[::1]:65536', /HOST:PORT/],
      ['localhost:0', /HOST:PORT/],
      ['127.0.0.1:99999', /HOST:PORT/], [`/${'x'.repeat(200)}`, /too long/]]) {
      const said = await startServer(['--redis', name]).catch(String);
      expect(/ended with [12]/.test(said) && why.test(said), true,
        `${name}: ${said}`);
    }
  },
});

// That many echoes, one after the other, and how long they took.
async function echoes(server, n) {
  const { WebSocket } = (await import('node:module')).createRequire(
    new URL('../../build/npm/', import.meta.url))('ws');
  const ws = new WebSocket(`ws://localhost:${server.port}/echo`);
  await new Promise((done, failed) => {
    ws.on('open', done);
    ws.on('error', failed);
  });
  const times = [];
  for (let i = 0; i < n; i++) {
    const begun = performance.now();
    ws.send(`${i}`);
    await new Promise((done) => ws.once('message', done));
    times.push(performance.now() - begun);
  }
  ws.close();
  times.sort((x, y) => x - y);
  const at = (p) => times[Math.min(n - 1, Math.floor(n * p))].toFixed(2);
  return `an echo's p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}
