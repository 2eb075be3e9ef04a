// Live streams of a release build: how long an event takes to 1,000 open ones, and what an idle one
// costs. Run from the root, after npm --prefix tests/end_to_end ci:
//
//   node bench/streams.mjs [streams] [posts]      TEST_PROGRAM=path/to/staffroom
//
// The reader is one node process on the same machine, so its own work is in the figures.
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { loadavg, cpus } from 'node:os';
import { Instance, eventually } from '../tests/end_to_end/lib/staffroom.mjs';

const [streams, posts] = [Number(process.argv[2] ?? 1000), Number(process.argv[3] ?? 50)];
const perMember = 25;

/** Resident memory in KiB. */
async function memory(pid) {
  return Number((await readFile(`/proc/${pid}/status`, 'utf8')).match(/VmRSS:\s+(\d+)/)[1]);
}

/** The plainest client there is: counts marks in what comes. */
function open(instance, token, address, onBytes) {
  return new Promise((done, fail) => {
    const where = { port: instance.port, host: instance.host, localAddress: address };
    const socket = connect(where, () => socket.write(
      `GET /api/v1/streaming?stream=user HTTP/1.1\r\nHost: ${instance.authority}\r\nConnection: Upgrade\r\n` +
      `Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n` +
      `Authorization: Bearer ${token}\r\n\r\n`));
    socket.once('data', (head) => {
      if (!head.toString('latin1').startsWith('HTTP/1.1 101')) return fail(new Error(head.toString()));
      socket.on('data', onBytes);
      done(socket);
    });
    socket.on('error', fail);
  });
}

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1);

const instance = await Instance.start({
  settings: ['server.max_connections=16384'],
});
try {
  console.log(`load before: ${loadavg().map((x) => x.toFixed(2)).join(' ')}, ${cpus().length} cores`);
  const author = await instance.member('author');
  const followed = await author.call('GET', '/api/v1/accounts/verify_credentials');
  const members = [];
  for (let i = 0; i * perMember < streams; i += 1) {
    const member = await instance.member(`reader${i}`);
    await member.call('POST', `/api/v1/accounts/${followed.id}/follow`);
    members.push(member);
  }
  const pid = instance.process.pid;
  const idle = await memory(pid);
  let seen = [];
  let mark = '-';
  const sockets = [];
  for (let i = 0; i < streams; i += 1) {
    const token = members[Math.floor(i / perMember)].token;
    // 200 of each address: more than 256 connections are refused.
    const address = `127.78.0.${1 + Math.floor(i / 200)}`;
    sockets.push(await open(instance, token, address, (bytes) => {
      if (bytes.includes(mark)) seen.push(performance.now());
    }));
  }
  const opened = await memory(pid);
  console.log(`memory per idle stream: ${((opened - idle) / streams).toFixed(1)} KiB (${streams} streams, budget 8)`);

  const times = [];
  for (let i = 0; i < posts; i += 1) {
    mark = `mark${i}end`;
    seen = [];
    const begun = performance.now();
    await author.call('POST', '/api/v1/statuses', { status: mark });
    await eventually('all heard it', () => seen.length === streams, 20_000);
    times.push(...seen.map((time) => time - begun));
  }
  times.sort((a, b) => a - b);
  console.log(`post to event, ${streams} open streams, p50 / p99: ${at(times, 0.5)} / ${at(times, 0.99)} ms (budget 8 / 30)`);
  console.log(`load after: ${loadavg().map((x) => x.toFixed(2)).join(' ')}`);
  for (const socket of sockets) socket.destroy();
} finally {
  await instance.destroy();
}
