// Somebody is taken off the roster: out of everything at once, and for thirty days on the leaver's
// page, by a link to the private address or a code, from where the followers go along.
import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { MailServer } from './lib/smtp.mjs';
import { Browser, eventually, twoDistricts } from './lib/staffroom.mjs';

const packages = process.env.ROSTER_PACKAGES ?? resolve(import.meta.dirname, '../data/oneroster');
const clock = ['--taken-at', '2026-10-01T00:00:00Z', '--as-of', '2026-11-03T00:00:00Z'];
const badge = 'Verified educator';

let mail, maple, cedar, felipe, bob, near, link;

before(async () => {
  mail = await MailServer.start();
  ({ maple, cedar } = await twoDistricts({ maple: { settings: [...mail.settings, 'instance.title=Maple'] } }));
  felipe = await maple.member('felipe');
  near = await maple.member('near');
  bob = await cedar.member('bob');
  await maple.command('roster', 'import', join(packages, 'v1p1-bulk'), ...clock);
  await maple.command('roster', 'bind', 'u18', 'felipe');
  await bob.follow(felipe.handle);
  await near.follow(felipe.handle);
});
after(async () => {
  for (const instance of [maple, cedar]) await instance?.destroy();
  await mail?.stop();
});

const linkIn = (letter) => new URL(letter.text.match(/^http\S+$/m)[0]);
const badgeOf = async (reader, handle) => (await reader.find(handle)).fields.find((field) => field.name === badge);
const follows = async (member, handle) => {
  const account = await member.find(handle);
  return (await member.get(`/api/v1/accounts/relationships?id[]=${account.id}`))[0].following;
};
const statusList = async () => (await (await fetch(`${maple.origin}/status/1`)).json()).credentialSubject.encodedList;

test('a private address is confirmed while they are here', async () => {
  const wanted = await felipe.browser.submitTo('/settings/leaving', '/settings/leaving/address',
    { email: 'felipe@home.test', password: felipe.password });
  assert.equal(wanted.status, 303, wanted.text);
  const address = linkIn(await mail.letterTo('felipe@home.test', /private address/));
  const other = new Browser(maple);
  const confirmed = await other.submit(address.pathname + address.search, {});
  assert.match(confirmed.text, /Thank you/);
  assert.match((await felipe.browser.request('/settings/leaving')).text, /mailed to <strong>felipe@home\.test/);
});

test('one roster run ends streams, tokens, sessions and the attestation', async () => {
  await eventually('the badge abroad', () => badgeOf(bob, felipe.handle));
  const before = await statusList();
  const stream = await fetch(`${maple.url}/api/v1/streaming/user`, { headers: { authorization: `Bearer ${felipe.token}` } });
  assert.equal(stream.status, 200);
  let isClosed = false;
  const reading = (async () => {
    for await (const chunk of stream.body) void chunk;
  })().catch(() => {}).then(() => (isClosed = true));

  await maple.command('roster', 'import', join(packages, 'v1p1-delta'), ...clock);
  await eventually('the stream closes', () => isClosed);
  await reading;
  await felipe.get('/api/v1/accounts/verify_credentials', { status: 401 });
  await felipe.call('POST', '/api/v1/statuses', { status: 'still here?' }, { status: 401 });
  assert.equal((await felipe.browser.request('/settings')).status, 303);
  const again = new Browser(maple);
  const refused = await again.submit('/sign-in', { name: 'felipe', password: felipe.password });
  assert.equal(refused.status, 401);

  assert.notEqual(await statusList(), before, 'the status list tells it');
  await eventually('no badge abroad', async () => !(await badgeOf(bob, felipe.handle)));
  const account = await bob.find(felipe.handle);
  assert.ok(!account.suspended, 'nothing says suspended');
  assert.equal(await follows(bob, felipe.handle), true, 'followers stay');
  assert.equal(await follows(near, felipe.handle), true);
});

test('the link to the private address opens the leaver\'s page, and nothing else', async () => {
  link = linkIn(await mail.letterTo('felipe@home.test', /was closed/));
  felipe.browser = new Browser(maple);
  const entered = await felipe.browser.submit(link.pathname + link.search, {});
  assert.equal(entered.status, 303, entered.text);
  assert.equal(entered.location, '/leaver');
  const page = await felipe.browser.request('/leaver');
  assert.match(page.text, /Move with your followers/);
  assert.equal((await felipe.browser.request('/settings')).status, 303);
  assert.equal((await felipe.browser.request('/settings/export/following_accounts.csv')).status, 303);
  const cookie = [...felipe.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  for (const path of ['/api/v1/timelines/home', '/api/v1/accounts/verify_credentials']) {
    const answer = await fetch(maple.url + path, { headers: { cookie } });
    assert.equal(answer.status, 401, path);
  }
});

test('tables and archive are taken along', async () => {
  const table = await felipe.browser.request('/leaver/tables/following_accounts.csv');
  assert.equal(table.status, 200);
  assert.match(table.text, /^Account address/);
  assert.equal((await felipe.browser.submitTo('/leaver', '/leaver/archive', {})).status, 303);
  const archive = await eventually('the archive', async () => {
    const answer = await felipe.browser.request('/leaver/archive');
    return answer.status === 200 && answer;
  });
  assert.deepEqual([...archive.bytes.subarray(0, 2)], [0x1f, 0x8b]);
});

test('the followers go along to another district', async () => {
  const next = await cedar.member('felipe_two');
  const aliased = await next.browser.submitTo('/settings/move', '/settings/move/aliases', { alias: felipe.handle });
  assert.equal(aliased.status, 303, aliased.text);
  const moved = await felipe.browser.submitTo('/leaver', '/leaver/move', { target: next.handle });
  assert.equal(moved.status, 303, moved.text);
  for (const member of [bob, near]) {
    await eventually(`${member.name} goes along`, async () =>
      (await follows(member, next.handle)) && !(await follows(member, felipe.handle)));
  }
  assert.match((await felipe.browser.request('/leaver')).text, /points to/);
});

test('a code from the administrator opens the page; an officer opens the account again as retired', async () => {
  const printed = await maple.command('account', 'leaver-code', 'felipe');
  const code = printed.match(/code\s+(\S+)/)[1];
  const browser = new Browser(maple);
  assert.equal((await browser.submit('/leaver', { name: 'felipe', code: 'aaaa-aaaa-aaaa-aaaa' })).status, 403);
  assert.equal((await browser.submit('/leaver', { name: 'felipe', code: code.toUpperCase() })).status, 303);
  assert.equal((await browser.submitTo('/leaver', '/leaver/stay', { kind: 'retired', text: 'After forty years' })).status, 303);

  await maple.command('duty', 'give', 'near', 'roster officer');
  const queue = await near.browser.request('/admin/leavers');
  assert.match(queue.text, /After forty years/);
  const action = queue.text.match(/action="(\/admin\/leavers\/\d+\/approve)"/)[1];
  assert.equal((await near.browser.submitTo('/admin/leavers', action, {})).status, 303);
  await mail.letterTo('felipe@home.test', /request to stay/);
  assert.match(await maple.command('attest', 'show', 'felipe'), /retired/);
  const back = new Browser(maple);
  await back.signIn('felipe', felipe.password);
  assert.equal((await back.request('/settings')).status, 200);
  assert.equal((await browser.request('/leaver')).text.includes('Move with your followers'), false);
  assert.equal((await browser.request(link.pathname + link.search)).status, 410);
});
