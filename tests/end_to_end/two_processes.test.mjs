// Two servers over one database: peers reach either, both do a good share of the work, and when one
// of them is killed the other one finishes it. Nothing is lost and nothing is there twice.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Fediverse } from './lib/fediverse.mjs';
import { Postgres } from './lib/postgres.mjs';
import { eventually, freePort, Instance } from './lib/staffroom.mjs';

const origin = 'https://district-b.example';
const hosts = Array.from({ length: 30 }, (_, i) => `district-${i}.example`);
const fediverse = new Fediverse();
const accepted = new Set(); // ids of notes that were answered 202
let postgres, servers, bob, number = 0;

before(async () => {
  await fediverse.listen();
  postgres = await Postgres.start();
  await postgres.create('shared');
  const start = async () => {
    const metrics = `127.0.0.1:${await freePort()}`;
    const server = await Instance.start({
      origin,
      listen: `127.0.0.1:${await freePort()}`,
      settings: [
        `database.url=${postgres.url('shared')}`,
        `server.metrics_listen=${metrics}`,
        `testing.hosts=${hosts.map((host) => `${host}=${fediverse.address}`).join(',')}`,
      ],
    });
    return Object.assign(server, { metrics });
  };
  // One after the other, since the first one makes the tables.
  servers = [await start(), await start()];
  for (const host of hosts) {
    await servers[0].command('peer', 'add', host, '--level', 'member');
    fediverse.addPerson(`https://${host}/users/alice`);
  }
  bob = await servers[0].member('bob');
  // One after the other, since a server fetches the keys of few strangers at a time and asks the
  // others to come back later.
  for (const host of hosts) assert.equal(await send(servers[0], note(host)), 202);
});
after(async () => {
  for (const server of servers ?? []) await server.destroy();
  await postgres?.stop();
  await fediverse.close();
});

async function send(server, activity) {
  const answer = await fediverse.post({
    to: server.listen, host: 'district-b.example', path: '/users/bob/inbox', actor: activity.actor,
    body: JSON.stringify({ '@context': 'https://www.w3.org/ns/activitystreams', ...activity }),
  });
  if (answer.status === 202) accepted.add(activity.object.id);
  return answer.status;
}

function note(host) {
  const actor = `https://${host}/users/alice`;
  const id = `${actor}/statuses/${(number += 1)}`;
  const to = [`${origin}/users/bob`];
  return {
    id: `${id}/activity`, type: 'Create', actor, to,
    object: {
      id, type: 'Note', attributedTo: actor, to, content: `<p>note ${number}</p>`, published: new Date().toISOString(),
      tag: [{ type: 'Mention', href: `${origin}/users/bob`, name: '@bob' }],
    },
  };
}

/** Sends that many, to the servers in turn, each host one after the other; returns those not accepted. */
async function storm(count, targets) {
  const queues = hosts.map(() => []);
  for (let i = 0; i < count; i += 1) queues[i % hosts.length].push(note(hosts[i % hosts.length]));
  const refused = [];
  await Promise.all(queues.map(async (queue, at) => {
    for (const [i, activity] of queue.entries()) {
      const status = await send(targets[(at + i) % targets.length], activity).catch(() => 0);
      if (status !== 202) refused.push(activity);
    }
  }));
  return refused;
}

/** How many jobs of the inbox that process has run. */
async function inboxJobs(server) {
  const text = await (await fetch(`http://${server.metrics}/metrics`)).text();
  return Number(text.match(/^staffroom_jobs_total\{kind="inbox"\} (\S+)$/m)?.[1] ?? 0);
}

const queueIsEmpty = (ms) => eventually('the queue is empty', async () =>
  (await postgres.sql('shared', 'SELECT count(*) FROM jobs')) === '0', ms);

async function everythingIsThereOnce() {
  const stored = (await postgres.rows('shared', 'SELECT uri FROM statuses')).map(({ uri }) => uri);
  assert.equal(new Set(stored).size, stored.length, 'stored twice');
  assert.deepEqual([...accepted].filter((uri) => !stored.includes(uri)), [], 'answered 202, but not stored');
  const notified = await postgres.rows('shared', 'SELECT s.uri FROM notifications n JOIN statuses s ON s.id = n.status_id');
  assert.equal(notified.length, stored.length, 'one notification for each');
  assert.equal(new Set(notified.map(({ uri }) => uri)).size, stored.length, 'notified twice');
  assert.equal(await postgres.sql('shared', 'SELECT count(*) FROM failed_jobs'), '0');
}

test('each of two processes does at least a fifth of the work', async () => {
  const refused = await storm(600, servers);
  assert.equal(refused.length, 0, 'each is taken at the first try');
  await queueIsEmpty(40_000);
  await everythingIsThereOnce();
  assert.equal(accepted.size, 630);

  const done = await Promise.all(servers.map(inboxJobs));
  assert.ok(done[0] + done[1] >= 630, `${done} jobs were counted`);
  assert.ok(Math.min(...done) >= 120, `one process did too little: ${done}`);
});

test('what one process posts, the other one shows', async () => {
  const [one, other] = servers;
  const status = await bob.post('/api/v1/statuses', { status: 'Through either door' });
  const seen = await fetch(`${other.url}/api/v1/statuses/${status.id}`, { headers: { authorization: `Bearer ${bob.token}` } });
  assert.equal((await seen.json()).uri, status.uri);
  assert.equal(bob.instance, one);
  await bob.call('DELETE', `/api/v1/statuses/${status.id}`);
});

test('when one is killed half-way, the other one loses nothing and repeats nothing', async () => {
  const [survivor, victim] = servers;
  const sent = storm(600, servers);
  await eventually('half of it is accepted', () => accepted.size >= 930);
  await victim.kill();
  // Like any peer, ours try again what was not accepted, now where somebody answers.
  const refused = await sent;
  assert.ok(refused.length > 0, 'it died while it was needed');
  for (const activity of refused) assert.equal(await send(survivor, activity), 202);
  assert.equal(accepted.size, 1230);
  // What the dead process had claimed is free when its lease of a minute has ended.
  await queueIsEmpty(90_000);
  await everythingIsThereOnce();
});
