// Two districts become peers through their pages and commands, one promises less, is looked at and
// restored, and leaves: every step with what it means for the teachers.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { changeCovenant, goOnAlone } from './lib/owner.mjs';
import { Postgres } from './lib/postgres.mjs';
import { Browser, eventually, freePort, Instance } from './lib/staffroom.mjs';

let postgres, maple, cedar, ada, bob, olive, otto;

before(async () => {
  postgres = await Postgres.start();
  await postgres.create('cedar');
  [maple, cedar] = await Promise.all([Instance.start(),
    Instance.start({ settings: [`database.url=${postgres.url('cedar')}`] })]);
  ada = await maple.member('ada');
  olive = await maple.member('olive', { role: 'owner' });
  bob = await cedar.member('bob');
  otto = await cedar.member('otto', { role: 'owner' });
});
after(async () => {
  await maple?.destroy();
  await cedar?.destroy();
  await postgres?.stop();
});

const row = async (district, other) =>
  (await district.command('peer', 'list')).split('\n').find((line) => line.startsWith(other.authority)) ?? '';
const peerPage = (other) => `/admin/peers/${encodeURIComponent(other.authority)}`;

/** Presses a button of the owner's page about another district. */
async function decide(owner, other, act, fields = {}) {
  const path = peerPage(other);
  const { text } = await owner.browser.request(path);
  const hidden = Browser.hiddenFields(text, `${path}/block`);
  assert.ok(hidden.form_token, text);
  const answer = await owner.browser.request(`${path}/${act}`, {
    method: 'POST',
    form: { ...hidden, level: 'member', reason: 'a test', password: owner.password, ...fields },
  });
  return answer;
}

async function readPolicy(owner, other) {
  const { text } = await owner.browser.request('/admin/peers');
  return owner.browser.request('/admin/peers', {
    method: 'POST',
    form: { ...Browser.hiddenFields(text, '/admin/peers'), host: other.authority },
  });
}

test('what a district promises can be read by everybody, unsigned, and names its key', async () => {
  const actor = await (await fetch(`${cedar.origin}/actor`)).json();
  assert.equal(actor.policyDocument, `${cedar.origin}/actor/policy`);
  assert.ok(actor.implements.some((entry) => entry.href.endsWith('#PolicyDocument')));
  const policy = await (await fetch(actor.policyDocument)).json();
  assert.equal(policy.type, 'PolicyDocument');
  assert.equal(policy.proof.cryptosuite, 'eddsa-jcs-2022');
  assert.equal(policy.proof.verificationMethod, actor.assertionMethod[0].id);
  assert.equal((await fetch(`${cedar.origin}/actor/policy/1`)).status, 200);
  assert.equal((await fetch(`${cedar.origin}/actor/policy/99`)).status, 404);
  assert.match(await (await fetch(`${cedar.origin}/covenant`)).text(), /<h1>Covenant<\/h1>/);
});

test('C18 A10: a document that somebody altered is refused, and opens nothing', async () => {
  const port = await freePort('127.77.251.1');
  const authority = `127.77.251.1:${port}`;
  const served = [];
  const copy = async (path) =>
    (await (await fetch(cedar.origin + path)).text()).replaceAll(cedar.authority, authority);
  const server = createServer(async (request, response) => {
    served.push(request.url);
    const isNodeinfo = request.url === '/.well-known/nodeinfo';
    const body = await copy(request.url);
    response.writeHead(200, { 'content-type': isNodeinfo ? 'application/json' : 'application/activity+json' });
    response.end(body);
  });
  await new Promise((done) => server.listen(port, '127.77.251.1', done));
  try {
    await assert.rejects(maple.command('peer', 'compare', authority), /not valid, or not signed by it/);
    await assert.rejects(maple.command('peer', 'ask', authority), /not valid, or not signed by it/);
    assert.deepEqual([...new Set(served)], ['/.well-known/nodeinfo', '/actor', '/actor/policy'],
      'of a host that is no peer nothing else is read');
    assert.equal((await maple.command('peer', 'list')).includes(authority), false);
  } finally {
    server.close();
  }
});

test('one district asks, the other compares and accepts: both are members then, and not before', async () => {
  assert.match(await maple.command('peer', 'ask', cedar.authority, '--level', 'member'), /want to be peers/);
  assert.match(await row(maple, cedar), /\bpending\b/);
  const list = await eventually('the request is shown', async () => {
    const { text } = await otto.browser.request('/admin/peers');
    return text.includes('They ask to be peers') && text;
  });
  assert.ok(list.includes(maple.authority));
  assert.equal((await otto.browser.request('/admin/peers')).status, 200);
  assert.equal((await bob.browser.request('/admin/peers')).status, 404, 'for owners alone');

  const early = await decide(otto, maple, 'agree');
  assert.equal(early.status, 422);
  assert.match(early.text, /Compare the policies first/);
  assert.equal((await readPolicy(otto, maple)).status, 303);
  assert.match((await otto.browser.request(peerPage(maple))).text, /It promises the same/);
  assert.equal((await decide(otto, maple, 'agree', { password: 'wrong' })).status, 403);
  assert.equal((await decide(otto, maple, 'agree')).status, 303);
  for (const [district, other] of [[maple, cedar], [cedar, maple]])
    await eventually(`${other.authority} is a member`, async () =>
      /\bmember +accepted\b/.test(await row(district, other)));
});

test('teachers of the two follow each other', async () => {
  await ada.follow(bob.handle);
  await eventually('bob has a follower', async () =>
    (await bob.get('/api/v1/notifications')).some((entry) => entry.type === 'follow'));
});

test('a district that promises less is on hold until a person has looked: follows stay, new ones wait', async () => {
  assert.equal(await changeCovenant(otto, { roster_check_hours: '720' }), '/admin/approvals', 'two people');
  assert.match(await row(maple, cedar), /\bmember\b/, 'nothing is published yet');
  await goOnAlone(otto, (text) => postgres.sql('cedar', text));
  await eventually('cedar is on hold', async () => /\bguest\b/.test(await row(maple, cedar)));
  const page = (await olive.browser.request(peerPage(cedar))).text;
  assert.match(page, /on hold: it promises less than before/);
  assert.match(page, /Weaker:<\/strong> The roster is checked every: 720 hours now, 24 hours before/);

  await bob.post('/api/v1/statuses', { status: 'Still here' });
  await eventually('a standing follow brings posts', async () =>
    (await ada.get('/api/v1/timelines/home')).some((status) => status.content.includes('Still here')));
  const found = await eventually('bob finds ada', () => bob.find(ada.handle));
  await bob.post(`/api/v1/accounts/${found.id}/follow`);
  await eventually('a new follow waits', async () => (await ada.get('/api/v1/follow_requests')).length === 1);

  assert.equal((await decide(olive, cedar, 'restore')).status, 303);
  assert.match(await row(maple, cedar), /\bmember\b/);
  assert.doesNotMatch((await olive.browser.request(peerPage(cedar))).text, /on hold/);
});

test('a whole district is lowered by one switch and restored, and no follow is lost', async () => {
  const following = async () => (await ada.get('/api/v1/accounts/verify_credentials')).following_count;
  const before = await following();
  assert.equal(before, 1);
  assert.equal((await decide(olive, cedar, 'lower')).status, 303);
  assert.match(await row(maple, cedar), /\bguest\b/);
  assert.equal(await following(), before);
  assert.equal((await decide(olive, cedar, 'lower')).status, 422, 'it is lowered already');
  await maple.command('peer', 'restore', cedar.authority, '--reason', 'it is mended');
  assert.match(await row(maple, cedar), /\bmember\b/);
  assert.equal(await following(), before);
  await bob.post('/api/v1/statuses', { status: 'Restored' });
  await eventually('ada reads bob as before', async () =>
    (await ada.get('/api/v1/timelines/home')).some((status) => status.content.includes('Restored')));
});

test('leaving ends the follows on both sides, and teachers get the list of theirs', async () => {
  await cedar.command('peer', 'leave', maple.authority, '--reason', 'a test');
  await eventually('maple has heard it', async () => /\bunknown\b/.test(await row(maple, cedar)));
  const [notice] = await eventually('ada is told', async () => {
    const told = (await ada.get('/api/v1/notifications')).filter((entry) => entry.type === 'severed_relationships');
    return told.length > 0 && told;
  });
  assert.equal(notice.event.type, 'domain_block');
  assert.equal(notice.event.target_name, cedar.authority);
  assert.equal(notice.event.purged, false);
  assert.equal(notice.event.following_count, 1);
  assert.equal(notice.event.followers_count, 0);
  assert.equal((await ada.get('/api/v1/accounts/verify_credentials')).following_count, 0);
  const grouped = await ada.get('/api/v2/notifications');
  assert.equal(grouped.notification_groups.find((group) => group.type === 'severed_relationships').event.id, notice.event.id);

  assert.ok((await ada.browser.request('/severed_relationships')).text.includes(cedar.authority));
  const csv = await ada.browser.request(`/severed_relationships/${notice.event.id}/following`);
  assert.equal(csv.text, `Account address,Show boosts,Notify on new posts,Languages\n${bob.handle},true,false,\n`);
  const foreign = await olive.browser.request(`/severed_relationships/${notice.event.id}/following`);
  assert.equal(foreign.status, 404, "another member's list is nobody else's");
});
