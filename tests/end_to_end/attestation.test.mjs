// Two districts: what one attests of its people is shown, and counts, in the other; and what is
// altered, copied, expired, revoked, or cannot be asked for, counts as little as POLICY says. Rows
// are aged instead of waiting for days.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Postgres } from './lib/postgres.mjs';
import { eventually, Instance } from './lib/staffroom.mjs';

let postgres, maple, cedar, guest, ada, bob, gus;
const badge = 'Verified educator';

const start = async (name) => {
  await postgres.create(name);
  const instance = await Instance.start({
    settings: [`database.url=${postgres.url(name)}`, 'district.region=US-CA'],
  });
  instance.sql = (text) => postgres.sql(name, text);
  return instance;
};
const peer = (one, other, level) => one.command('peer', 'add', other.authority, '--level', level);

before(async () => {
  postgres = await Postgres.start();
  [maple, cedar, guest] = [await start('maple'), await start('cedar'), await start('guest')];
  await peer(maple, cedar, 'member');
  await peer(cedar, maple, 'member');
  await peer(guest, cedar, 'member');
  await peer(cedar, guest, 'guest');
  ada = await maple.member('ada');
  bob = await cedar.member('bob');
  gus = await guest.member('gus');
  await eventually('maple lets cedar in', async () => {
    await peer(maple, cedar, 'member');
    return bob.follow(ada.handle);
  });
});
after(async () => {
  for (const instance of [maple, cedar, guest]) await instance?.destroy();
  await postgres?.stop();
});

const badgeOf = async (reader, handle) => (await reader.find(handle)).fields.find((field) => field.name === badge);
const shown = (reader, handle) => eventually(`${handle} has a badge`, () => badgeOf(reader, handle));
const notShown = (reader, handle) =>
  eventually(`${handle} has no badge`, async () => !(await badgeOf(reader, handle)));
const standing = async (instance, handle) =>
  (await instance.command('attest', 'show', handle)).match(/standing +(\S+)/)?.[1] ?? 'none';
const stands = (instance, handle, expected) =>
  eventually(`${handle} stands as ${expected}`, async () => (await standing(instance, handle)) === expected);
/** Any change of the profile travels as an Update, with what is attested now. */
const tellProfile = (member) =>
  member.call('PATCH', '/api/v1/accounts/update_credentials', { note: `I am ${member.name}, ${Date.now()}` });
const inHome = async (reader, words) =>
  (await reader.get('/api/v1/timelines/home')).some((status) => status.content.includes(words));
const verdictOn = async (words) => (await cedar.sql(
  `SELECT reason FROM audit_log WHERE act = 'verdict' AND details::text LIKE '%${words}%' OR reason = '${words}' ORDER BY id DESC LIMIT 1`));

let claim;

test('an attested teacher is shown as such at home and in the other district', async () => {
  const printed = await maple.command('attest', 'grant', 'ada', '--kind', 'teacher');
  assert.match(printed, /teacher until \d{4}-\d\d-\d\d/);
  const own = await eventually('the own badge', async () =>
    (await ada.get('/api/v1/accounts/verify_credentials')).fields.find((field) => field.name === badge));
  const there = await shown(bob, ada.handle);
  assert.match(there.value, new RegExp(`^Teacher, confirmed by ${maple.authority} after a check by its staff, until \\d{4}`));
  assert.equal(there.value, own.value);
  assert.ok(Date.parse(there.verified_at) <= Date.now());
  assert.equal((await bob.find(ada.handle)).fields.filter((field) => field.name === badge).length, 1, 'not twice');
  await stands(cedar, ada.handle, 'attested');
  const page = await bob.browser.request(`/@${ada.handle}`);
  assert.match(page.text, /<p class="attested"><strong>Verified educator<\/strong> Teacher, confirmed by/);
});

test('the credential is on the wire, and the status list is served to everybody', async () => {
  claim = JSON.parse(await cedar.sql('SELECT credential FROM attestation_claims'));
  assert.deepEqual(claim.type, ['VerifiableCredential', 'EducatorAttestation']);
  assert.equal(claim.issuer, `${maple.origin}/actor`);
  assert.equal(claim.credentialSubject.region, 'US-CA');
  const response = await fetch(claim.credentialStatus.statusListCredential);
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type'), /application\/vc/);
  const list = await response.json();
  assert.equal(list.credentialSubject.type, 'BitstringStatusList');
  assert.match(list.credentialSubject.encodedList, /^u/);
  assert.equal((await fetch(`${maple.origin}/status/999`)).status, 404);
});

test('nobody can write such a field', async () => {
  for (const name of [badge, 'VERIFIED educator ✅', 'Vеrified educatоr']) {
    await ada.call('PATCH', '/api/v1/accounts/update_credentials',
      { fields_attributes: [{ name, value: 'Superintendent' }] }, { status: 422 });
  }
  assert.equal((await ada.get('/api/v1/accounts/verify_credentials')).source.fields.length, 0);
});

test('a post of an attested teacher arrives', async () => {
  await ada.post('/api/v1/statuses', { status: 'From an attested teacher' });
  await eventually('the post', () => inHome(bob, 'From an attested teacher'));
});

test('a list that cannot be had: nothing after a day, limited after 3 days, held after 14', async () => {
  await maple.sql('ALTER TABLE status_lists RENAME TO status_lists_away');
  try {
    for (const [days, trust, arrives] of [[1, 'attested', true], [3, 'status-stale', false], [14, 'status-lost', false]]) {
      await cedar.sql(`UPDATE remote_status_lists SET fetched_at = now() - interval '${days} days', tried_at = NULL`);
      const words = `After ${days} days`;
      await ada.post('/api/v1/statuses', { status: words });
      await stands(cedar, ada.handle, trust);
      if (arrives) await eventually(words, () => inHome(bob, words));
      else await eventually(`a verdict about ${trust}`, () => verdictOn(trust));
      if (!arrives) assert.equal(await inHome(bob, words), false);
      assert.notEqual(await cedar.sql('SELECT tried_at FROM remote_status_lists'), '', 'it was asked for');
    }
    const held = await cedar.command('held', 'list');
    assert.match(held, /could not be asked whether it still stands by the author/);
  } finally {
    await maple.sql('ALTER TABLE status_lists_away RENAME TO status_lists');
  }
  await cedar.sql('UPDATE remote_status_lists SET tried_at = NULL');
  await ada.post('/api/v1/statuses', { status: 'The list is back' });
  await eventually('the post', () => inHome(bob, 'The list is back'));
  await stands(cedar, ada.handle, 'attested');
});

test('an expired one counts no more', async () => {
  await cedar.sql(`UPDATE attestation_claims SET valid_until = now() - interval '1 minute'`);
  await stands(cedar, ada.handle, 'expired');
  await ada.post('/api/v1/statuses', { status: 'After the school year' });
  await eventually('a verdict', () => verdictOn('attestation-expired'));
  assert.equal(await inHome(bob, 'After the school year'), false);
  await cedar.sql(`UPDATE attestation_claims SET valid_until = now() + interval '90 days'`);
});

test('a revoked one is found by the status list alone', async () => {
  // No Update tells it, as if somebody kept the document back.
  await maple.sql('UPDATE attestations SET revoked_at = now() WHERE replaced_at IS NULL');
  await cedar.sql(`UPDATE remote_status_lists SET fetched_at = now() - interval '16 minutes', tried_at = NULL`);
  await ada.post('/api/v1/statuses', { status: 'Taken back' });
  await stands(cedar, ada.handle, 'revoked');
  await eventually('it is held', () => verdictOn('attestation-revoked'));
  assert.equal(await inHome(bob, 'Taken back'), false);
  await notShown(bob, ada.handle);
});

test('a new one after that counts again, and revoking it takes the badge away everywhere', async () => {
  await maple.command('attest', 'grant', 'ada', '--kind', 'librarian');
  assert.match((await shown(bob, ada.handle)).value, /^Librarian/);
  const printed = await maple.command('attest', 'revoke', 'ada', '--reason', 'a mistake of ours');
  assert.match(printed, /status list/);
  await notShown(bob, ada.handle);
  await notShown(ada, 'ada');
  assert.match(await maple.command('attest', 'show', 'ada'), /a mistake of ours/);
});

test('altered, and copied to another actor: believed by nobody', async () => {
  const mallory = await maple.member('mallory');
  await bob.follow(mallory.handle);
  await maple.command('attest', 'grant', 'mallory', '--kind', 'aide');
  await maple.command('attest', 'grant', 'ada', '--kind', 'teacher');
  await shown(bob, mallory.handle);
  const standingRow = (name) => `account_id = (SELECT id FROM accounts WHERE username = '${name}' AND host = '') AND replaced_at IS NULL`;
  const changes = {
    altered: `replace(credential, '"aide"', '"leader"')`,
    copied: `(SELECT credential FROM attestations WHERE ${standingRow('ada')})`,
  };
  for (const [what, credential] of Object.entries(changes)) {
    await maple.sql(`UPDATE attestations SET credential = ${credential} WHERE ${standingRow('mallory')}`);
    await tellProfile(mallory);
    await stands(cedar, mallory.handle, 'false');
    await notShown(bob, mallory.handle);
    await mallory.post('/api/v1/statuses', { status: `With an attestation that was ${what}` });
    await eventually('it is held', () => verdictOn('attestation-false'));
    assert.equal(await inHome(bob, `attestation that was ${what}`), false);
  }
});

test('a guest that attests its own people is believed by nobody', async () => {
  await guest.command('attest', 'grant', 'gus', '--kind', 'leader');
  await eventually('the own badge', () => badgeOf(gus, 'gus'));
  await bob.follow(gus.handle);
  await gus.post('/api/v1/statuses', { status: 'From a guest' });
  await eventually('a followed guest is read', () => inHome(bob, 'From a guest'));
  assert.equal(await standing(cedar, gus.handle), 'none');
  await notShown(bob, gus.handle);
  const page = await bob.browser.request(`/@${gus.handle}`);
  assert.match(page.text, /No district confirms here/);
});

test('an attestation carried through an allowed host is not believed', async () => {
  // The guest is a member now, and its person carries what the district maple signed of Ada.
  await peer(cedar, guest, 'member');
  const credential = JSON.stringify(claim).replaceAll("'", "''");
  await guest.sql(`UPDATE attestations SET credential = '${credential}'`);
  await tellProfile(gus);
  await stands(cedar, gus.handle, 'false');
  await notShown(bob, gus.handle);
});
