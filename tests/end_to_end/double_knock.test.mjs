// Double knocking against peers that take only draft-cavage signatures, only RFC 9421, and one that
// changes its mind. They verify with Fedify's code, and refuse the other scheme with 401.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { verifyRequest } from '@fedify/fedify/sig';
import { getDocumentLoader } from '@fedify/vocab-runtime';
import { Fediverse } from './lib/fediverse.mjs';
import { Postgres } from './lib/postgres.mjs';
import { eventually, Instance } from './lib/staffroom.mjs';

const taken = new Map([
  ['old.example', 'cavage'],
  ['new.example', 'rfc9421'],
  ['fickle.example', 'cavage'],
]);
const hosts = [...taken.keys()];
const specs = { cavage: 'draft-cavage-http-signatures-12', rfc9421: 'rfc9421' };
const contextLoader = getDocumentLoader(); // Has the contexts that we use in itself.
const fediverse = new Fediverse();
let knocks = []; // {host, scheme, status}, in the order in which they came
let postgres, maple, ada;

/** Keys are shown to peers only, so these are asked for with a signature. */
async function documentLoader(url) {
  const { host, pathname } = new URL(url);
  const answer = await fediverse.get({ to: host, host, path: pathname, actor: 'https://old.example/users/bob' });
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${answer.text}`);
  return { contextUrl: null, document: JSON.parse(answer.text), documentUrl: url };
}

const schemeOf = (headers) => (headers['signature-input'] ? 'rfc9421' : 'cavage');

async function judge({ url, headers, body }) {
  const { host } = new URL(url);
  const scheme = schemeOf(headers);
  const request = new Request(url, { method: 'POST', headers, body });
  const isSigned = scheme === taken.get(host) &&
    (await verifyRequest(request, { spec: specs[scheme], documentLoader, contextLoader })) !== null;
  const status = isSigned ? 202 : 401;
  knocks.push({ host, scheme, status });
  return status;
}

before(async () => {
  fediverse.judge = judge;
  await fediverse.listen();
  postgres = await Postgres.start();
  await postgres.create('knock');
  maple = await Instance.start({
    settings: [
      `database.url=${postgres.url('knock')}`,
      `testing.hosts=${hosts.map((host) => `${host}=${fediverse.address}`).join(',')}`,
    ],
  });
  for (const host of hosts) await maple.command('peer', 'add', host, '--level', 'member');
  ada = await maple.member('ada');
});
after(async () => {
  await maple?.destroy();
  await postgres?.stop();
  await fediverse.close();
});

const arrived = (host, type, matches = () => true) => eventually(`${host} has the ${type}`, () =>
  fediverse.received.find(({ url, activity }) =>
    new URL(url).host === host && activity.type === type && matches(activity)));

const remembered = (expected) => eventually(`the schemes ${JSON.stringify(expected)}`, async () => {
  const rows = await postgres.rows('knock', "SELECT host, scheme FROM peers WHERE scheme <> '' ORDER BY host");
  const schemes = Object.fromEntries(rows.map(({ host, scheme }) => [host, scheme]));
  return hosts.every((host) => schemes[host] === expected[host]);
});

/** Posts, and returns how each host was knocked at until it had the post. */
async function publish(text) {
  knocks = [];
  const status = await ada.post('/api/v1/statuses', { status: text });
  for (const host of hosts) await arrived(host, 'Create', (activity) => activity.object.id === status.uri);
  const copies = fediverse.received.filter(({ activity }) => activity.object?.id === status.uri);
  assert.equal(copies.length, hosts.length, 'nobody has it twice');
  return Object.fromEntries(hosts.map((host) =>
    [host, knocks.filter((knock) => knock.host === host).map(({ scheme, status }) => `${scheme} ${status}`)]));
}

test('each peer is knocked at until its scheme is found, and the scheme is remembered', async () => {
  for (const host of hosts) {
    const actor = fediverse.addPerson(`https://${host}/users/bob`).id;
    const object = `${maple.origin}/users/ada`;
    const follow = { '@context': 'https://www.w3.org/ns/activitystreams', id: `${actor}/follow`, type: 'Follow', actor, object };
    const answer = await fediverse.post({
      to: maple.authority, host: maple.authority, path: '/users/ada/inbox', actor, body: JSON.stringify(follow),
    });
    assert.equal(answer.status, 202, answer.text);
    await arrived(host, 'Accept', (activity) => (activity.object.id ?? activity.object) === follow.id);
  }
  for (const host of hosts) {
    const last = knocks.filter((knock) => knock.host === host).at(-1);
    assert.deepEqual(last, { host, scheme: taken.get(host), status: 202 });
  }
  await remembered({ 'old.example': 'cavage', 'new.example': 'rfc9421', 'fickle.example': 'cavage' });
});

test('the next post is signed as the peer likes it at once', async () => {
  assert.deepEqual(await publish('Signed right at first'), {
    'old.example': ['cavage 202'], 'new.example': ['rfc9421 202'], 'fickle.example': ['cavage 202'],
  });
});

test('a peer that changes its mind gets everything, and the new scheme is remembered', async () => {
  taken.set('fickle.example', 'rfc9421');
  assert.deepEqual(await publish('After the upgrade'), {
    'old.example': ['cavage 202'], 'new.example': ['rfc9421 202'], 'fickle.example': ['cavage 401', 'rfc9421 202'],
  });
  await remembered({ 'old.example': 'cavage', 'new.example': 'rfc9421', 'fickle.example': 'rfc9421' });
  assert.deepEqual((await publish('And again'))['fickle.example'], ['rfc9421 202']);

  taken.set('fickle.example', 'cavage');
  assert.deepEqual((await publish('Back to the old version'))['fickle.example'], ['rfc9421 401', 'cavage 202']);
  await remembered({ 'old.example': 'cavage', 'new.example': 'rfc9421', 'fickle.example': 'cavage' });
});

test('a peer that takes neither is knocked at with both, and its last scheme stays', async () => {
  // Nothing that this peer is sent suits it now: the delivery stays, and the scheme with it.
  taken.set('fickle.example', 'none');
  knocks = [];
  const status = await ada.post('/api/v1/statuses', { status: 'Nobody opens' });
  await eventually('both knocks', () => knocks.filter(({ host }) => host === 'fickle.example').length >= 2);
  assert.deepEqual(knocks.filter(({ host }) => host === 'fickle.example').slice(0, 2).map(({ scheme }) => scheme), ['cavage', 'rfc9421']);
  await remembered({ 'old.example': 'cavage', 'new.example': 'rfc9421', 'fickle.example': 'cavage' });
  assert.ok(!fediverse.received.some(({ url, activity }) =>
    new URL(url).host === 'fickle.example' && activity.object?.id === status.uri));
});
