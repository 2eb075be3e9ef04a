// kill -9 of the server and of its PostgreSQL at random moments, with 200 requests in flight. The
// ledger of every 202 and 200 is compared with the rows and with what peers' inboxes received:
// nothing is lost and nothing is there twice.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Fediverse } from './lib/fediverse.mjs';
import { eventually, freePort, Instance } from './lib/staffroom.mjs';

const rounds = process.env.TEST_ALL === 'yes' ? 40 : 20;
const hosts = Array.from({ length: 20 }, (_, i) => `district-${i}.example`);
const origin = 'https://district-b.example';
const fediverse = new Fediverse();
let instance, bob, port;

const psql = async (query) => {
  // The private PostgreSQL says where its socket is in the fifth line of its pid file.
  const folder = (await readFile(join(instance.data, 'postgres/postmaster.pid'), 'utf8')).split('\n')[4];
  const { stdout } = await promisify(execFile)('psql',
    ['-h', folder, '-U', 'staffroom', '-d', 'staffroom', '-qAtXc', `SELECT coalesce(json_agg(q), '[]') FROM (${query}) q`],
    { maxBuffer: 64 * 1024 * 1024 });
  return JSON.parse(stdout);
};

before(async () => {
  await fediverse.listen();
  port = await freePort();
  instance = await Instance.start({
    origin,
    listen: `127.0.0.1:${port}`,
    settings: [`testing.hosts=${hosts.map((host) => `${host}=${fediverse.address}`).join(',')}`],
  });
  for (const host of hosts) await instance.command('peer', 'add', host, '--level', 'member');
  bob = await instance.member('bob');
  for (const host of hosts) {
    const actor = fediverse.addPerson(`https://${host}/users/alice`).id;
    const answer = await deliver(actor, { id: `${actor}/follow`, type: 'Follow', actor, object: `${origin}/users/bob` });
    assert.equal(answer.status, 202);
  }
  await eventually('everybody follows bob', async () =>
    (await bob.get('/api/v1/accounts/verify_credentials')).followers_count === hosts.length);
});
after(async () => {
  await instance?.destroy();
  await fediverse.close();
});

function deliver(actor, activity) {
  return fediverse.post({
    to: `127.0.0.1:${port}`, host: 'district-b.example', path: '/users/bob/inbox', actor,
    body: JSON.stringify({ '@context': 'https://www.w3.org/ns/activitystreams', ...activity }),
  });
}

function note(host, number) {
  const actor = `https://${host}/users/alice`;
  const id = `${actor}/statuses/${number}`;
  const to = [`${origin}/users/bob`];
  return {
    id: `${id}/activity`, type: 'Create', actor, to,
    object: {
      id, type: 'Note', attributedTo: actor, to, content: `<p>note ${number}</p>`, published: new Date().toISOString(),
      tag: [{ type: 'Mention', href: `${origin}/users/bob`, name: '@bob' }],
    },
  };
}

test(`${rounds} kills lose nothing and repeat nothing`, { timeout: 900_000 }, async () => {
  const accepted = [];
  const published = [];
  let number = 0;
  for (let round = 0; round < rounds; round += 1) {
    const inFlight = [];
    let answered = 0;
    let posted = 0;
    for (let i = 0; i < 200; i += 1) {
      number += 1;
      if (i % 5 === 0) {
        inFlight.push(bob.post('/api/v1/statuses', { status: `post ${number}` })
          .then((status) => { answered += 1; posted += 1; published.push(status.uri); }, () => {}));
        continue;
      }
      const activity = note(hosts[i % hosts.length], number);
      inFlight.push(deliver(activity.actor, activity).then((answer) => {
        answered += 1;
        if (answer.status === 202) accepted.push(activity.object.id);
        else assert.ok([401, 429, 500, 502, 503].includes(answer.status), `${answer.status} ${answer.text}`);
      }, () => {})); // A broken connection promises nothing.
    }
    // The moment is random in work done, not in time: machines differ.
    // Half of the time some posts of the member count, which take longer than deliveries.
    const moment = 1 + Math.floor(Math.random() * 150);
    const posts = round % 4 < 2 ? 0 : 1 + Math.floor(Math.random() * 30);
    const latest = Date.now() + 5_000;
    while ((answered < moment || posted < posts) && Date.now() < latest) await sleep(2);
    if (round % 2 === 0) {
      await instance.kill();
      await Promise.all(inFlight);
      await instance.launch();
    } else {
      const pid = Number((await readFile(join(instance.data, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0]);
      process.kill(pid, 'SIGKILL');
      await Promise.all(inFlight);
      await eventually('the server is ready again by itself', async () =>
        (await fetch(`${instance.url}/health/ready`)).ok && (await psql('SELECT 1')).length === 1, 60_000);
    }
  }
  assert.ok(accepted.length > rounds * 10, `only ${accepted.length} were accepted: the kills came too early`);
  assert.ok(published.length > rounds, `only ${published.length} were published`);

  await eventually('the queues are empty', async () => {
    const [{ jobs, deliveries }] = await psql('SELECT (SELECT count(*) FROM jobs) AS jobs, (SELECT count(*) FROM deliveries) AS deliveries');
    return jobs === 0 && deliveries === 0;
  }, 240_000);

  const given = await psql('SELECT kind, lane, last_error FROM failed_jobs');
  assert.deepEqual(given, [], 'jobs were given up');
  const judged = await psql(`SELECT verdict, filter, reason, count(*) FROM audit_log WHERE act = 'verdict' AND filter <> 'burst' GROUP BY 1, 2, 3`);
  // So many strangers raise a shield, which keeps their notifications aside and nothing else.
  assert.deepEqual(judged, [], 'honest posts were judged');

  const stored = new Map();
  for (const { uri } of await psql('SELECT uri FROM statuses')) stored.set(uri, (stored.get(uri) ?? 0) + 1);
  assert.deepEqual(accepted.filter((uri) => !stored.has(uri)), [], 'answered 202, but not stored');
  assert.deepEqual([...stored].filter(([, count]) => count > 1), [], 'stored twice');
  const twice = await psql('SELECT status_id, count(*) FROM notifications WHERE status_id IS NOT NULL GROUP BY status_id HAVING count(*) > 1');
  assert.deepEqual(twice, [], 'notified twice');
  const [{ missing }] = await psql(`SELECT count(*) AS missing FROM statuses s WHERE NOT local
    AND NOT EXISTS (SELECT 1 FROM notifications n WHERE n.status_id = s.id)`);
  assert.equal(missing, 0, 'stored without its notification');

  const arrived = new Map(published.map((uri) => [uri, new Set()]));
  for (const { url, activity } of fediverse.received) {
    if (activity.type === 'Create') arrived.get(activity.object.id)?.add(new URL(url).host);
  }
  const short = [...arrived].filter(([uri, at]) => at.size !== hosts.length || !stored.has(uri));
  assert.deepEqual(short.map(([uri, at]) => `${uri} reached ${at.size}`), [], 'answered 200, but not delivered everywhere');
  console.log(`${accepted.length} accepted and ${published.length} published through ${rounds} kills`);
});
