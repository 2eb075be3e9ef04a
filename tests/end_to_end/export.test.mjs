// What a member takes away from one district and brings along to another: every table, and the archive.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { eventually, twoDistricts } from './lib/staffroom.mjs';

let maple, cedar, ada, eve, bob;

before(async () => {
  ({ maple, cedar } = await twoDistricts());
  ada = await maple.member('ada');
  eve = await maple.member('eve');
  bob = await cedar.member('bob');
});
after(async () => {
  await maple?.destroy();
  await cedar?.destroy();
});

const table = async (member, name) => {
  const answer = await member.browser.request(`/settings/export/${name}.csv`);
  assert.equal(answer.status, 200);
  assert.match(answer.headers['content-disposition'], /^attachment/);
  return answer.text;
};
const lines = (text) => text.trimEnd().split('\n').sort();

const upload = async (member, kind, mode, text) => {
  const answer = await member.browser.submitUpload('/settings/import', (form) => {
    form.set('kind', kind);
    form.set('mode', mode);
    form.set('file', new Blob([text], { type: 'text/csv' }), 'table.csv');
  });
  assert.equal(answer.status, 303, answer.text);
  return answer.location;
};
const confirm = async (member, address) => {
  const answer = await member.browser.submitTo(address, `${address}/confirm`, {});
  assert.equal(answer.status, 303, answer.text);
};
const finished = (member, address) => eventually(`${address} is done`, async () => {
  const page = await member.browser.request(address);
  return /Done:/.test(page.text) && page.text;
}, 60_000);

test('every table goes to another district without loss', async () => {
  const remote = await ada.follow(bob.handle);
  const near = await ada.follow(eve.handle);
  await ada.post(`/api/v1/accounts/${remote.id}/follow`, { reblogs: false, notify: true, languages: ['de', 'en'] });
  for (const title of ['=1+1', 'Maths, "hard"', '\'=kept']) {
    const list = await ada.post('/api/v1/lists', { title });
    await ada.post(`/api/v1/lists/${list.id}/accounts`, { account_ids: [remote.id, near.id] });
  }
  const loud = await maple.member('loud');
  await ada.post(`/api/v1/accounts/${(await ada.find(loud.handle)).id}/mute`, { notifications: false });
  const rude = await cedar.member('rude');
  await ada.post(`/api/v1/accounts/${(await ada.find(rude.handle)).id}/block`);
  await ada.post('/api/v1/domain_blocks', { domain: 'noisy.example' });
  const post = await eve.post('/api/v1/statuses', { status: 'a poster for the door' });
  await ada.post(`/api/v1/statuses/${post.id}/bookmark`);

  const dora = await cedar.member('dora');
  const kinds = [
    ['following_accounts', 'following'], ['lists', 'lists'], ['muted_accounts', 'mutes'],
    ['blocked_accounts', 'blocks'], ['blocked_domains', 'domain_blocks'], ['bookmarks', 'bookmarks'],
  ];
  for (const [file, kind] of kinds) {
    const text = await table(ada, file);
    assert.ok(lines(text).filter(Boolean).length > 0, file);
    const address = await upload(dora, kind, 'merge', text);
    await confirm(dora, address);
    assert.match(await finished(dora, address), / 0 failed, 0 could not be read/, file);
    await eventually(`${file} is the same`, async () =>
      assert.deepEqual(lines(await table(dora, file)), lines(text)) ?? true);
  }
  assert.match(await table(ada, 'lists'), /^'=1\+1,/m);
  assert.deepEqual((await dora.get('/api/v1/lists')).map(({ title }) => title).sort(),
    ['\'=kept', '=1+1', 'Maths, "hard"']);

  // Once more and nothing changes; an empty-handed overwrite leaves only what the file names.
  const again = await upload(dora, 'lists', 'merge', await table(ada, 'lists'));
  await confirm(dora, again);
  await finished(dora, again);
  assert.deepEqual(lines(await table(dora, 'lists')), lines(await table(ada, 'lists')));
  const replace = await upload(dora, 'lists', 'overwrite', `Art,${bob.handle}\n`);
  await confirm(dora, replace);
  await finished(dora, replace);
  assert.equal(await table(dora, 'lists'), `Art,${bob.handle}\n`);
});

test('a long file is taken, a longer one refused with a reason', async () => {
  const line = (i) => `https://${cedar.authority}/users/bob/statuses/${i}${'0'.repeat(40)}\n`;
  const long = '#uri\n' + Array.from({ length: 20_000 }, (_, i) => line(i)).join('');
  assert.ok(long.length > 1_500_000 && long.length < 2_097_152);
  const page = await ada.browser.request(await upload(ada, 'bookmarks', 'merge', long));
  assert.match(page.text, /20000 lines can be used/);
  const answer = await ada.browser.submitUpload('/settings/import', (form) => {
    form.set('kind', 'bookmarks');
    form.set('file', new Blob([long, long, long]), 'table.csv');
  });
  assert.equal(answer.status, 422);
  assert.match(answer.text, /at most 2 MiB/);
});

test('an import that a kill interrupts is worked through to its end', async () => {
  const carl = await maple.member('carl');
  const domains = Array.from({ length: 45 }, (_, i) => `server${i}.example`);
  const address = await upload(carl, 'domain_blocks', 'merge', `#domain\n${domains.join('\n')}\n`);
  await confirm(carl, address);
  await eventually('some are done', async () => (await table(carl, 'blocked_domains')).includes('.example'));
  await maple.kill();
  await maple.launch();
  assert.match(await finished(carl, address), /45 lines imported, 0 failed/);
  assert.deepEqual(lines(await table(carl, 'blocked_domains')), [...domains].sort());
});

/** name -> bytes of a plain tar. */
function entriesOf(tar) {
  const entries = new Map();
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0;) {
    const text = (from, length) => tar.subarray(at + from, at + from + length).toString().replace(/\0.*$/s, '');
    const size = parseInt(text(124, 12), 8);
    entries.set(text(0, 100), tar.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return entries;
}

test('the archive holds posts, people and files, and goes to its owner alone', async () => {
  await ada.post('/api/v1/statuses', { status: 'for everybody' });
  await ada.post('/api/v1/statuses', { status: 'for nobody else', visibility: 'direct' });
  assert.equal((await ada.browser.request('/settings/export/archive')).status, 404);
  const asked = await ada.browser.submitTo('/settings/export', '/settings/export/archive', {});
  assert.equal(asked.status, 303);
  const download = await eventually('the archive is made', async () => {
    const answer = await ada.browser.request('/settings/export/archive');
    return answer.status === 200 && answer;
  });
  assert.equal(download.headers['content-type'], 'application/gzip');
  const entries = entriesOf(gunzipSync(download.bytes));
  const json = (name) => JSON.parse(entries.get(`activitypub/${name}.json`));
  assert.match(entries.get('manifest.yml').toString(), /^ubc-version: 0.1\n/);
  assert.equal(json('actor').preferredUsername, 'ada');
  const outbox = json('outbox');
  assert.equal(outbox.totalItems, outbox.orderedItems.length);
  const contents = outbox.orderedItems.map(({ object }) => object.content ?? '').join();
  assert.match(contents, /for nobody else/);
  assert.match(contents, /for everybody/);
  assert.equal(json('bookmarks').totalItems, 1);
  assert.equal(entries.get('activitypub/lists.csv').toString(), await table(ada, 'lists'));
  assert.ok(![...entries.values()].some((bytes) => bytes.includes('PRIVATE KEY')));

  const stranger = await eve.browser.request('/settings/export/archive');
  assert.equal(stranger.status, 404);
});

test('an app finds the export of its owner in the actor (FEP-9091)', async () => {
  const actor = JSON.parse(entriesOf(gunzipSync((await ada.browser.request('/settings/export/archive')).bytes))
    .get('activitypub/actor.json'));
  const [service] = actor.service.filter(({ type }) => type === 'https://w3id.org/fep/9091#Export');
  const ask = (member) => fetch(service.serviceEndpoint, {
    method: 'POST', headers: { accept: 'application/x-tar', ...(member ? { authorization: `Bearer ${member.token}` } : {}) },
  });
  const answer = await ask(ada);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'application/x-tar');
  assert.ok(entriesOf(Buffer.from(await answer.arrayBuffer())).has('activitypub/outbox.json'));
  assert.equal((await ask(eve)).status, 403);
  assert.equal((await ask()).status, 401);
  const narrow = await ada.browser.authorise('read:accounts');
  assert.equal((await ask({ token: narrow })).status, 403);

  const path = service.serviceEndpoint.replace('/ada/', '/eve/');
  const first = await fetch(path, { method: 'POST', headers: { authorization: `Bearer ${eve.token}` } });
  assert.equal(first.status, 202);
  await eventually('it is made on request', async () =>
    (await fetch(path, { method: 'POST', headers: { authorization: `Bearer ${eve.token}` } })).status === 200);
});
