// A report goes from one district to another, is answered with a case, decided, and whoever reported
// hears of it (decision 310).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Postgres } from './lib/postgres.mjs';
import { MailServer } from './lib/smtp.mjs';
import { Instance, eventually } from './lib/staffroom.mjs';

let postgres, mail, maple, cedar, ada, boss, carl, chief;

before(async () => {
  [postgres, mail] = [await Postgres.start(), await MailServer.start()];
  const start = async (name) => {
    await postgres.create(name);
    return Instance.start({ settings: [`database.url=${postgres.url(name)}`, `instance.title=${name}`, ...mail.settings] });
  };
  [maple, cedar] = [await start('maple'), await start('cedar')];
  await maple.command('peer', 'add', cedar.authority, '--level', 'member');
  await cedar.command('peer', 'add', maple.authority, '--level', 'member');
  boss = await maple.member('boss', { role: 'moderator', scopes: 'read write admin:read admin:write' });
  chief = await cedar.member('chief', { role: 'moderator', scopes: 'read write admin:read admin:write' });
  ada = await maple.member('ada');
  carl = await cedar.member('carl');
  await postgres.sql('maple', "UPDATE users SET email = 'ada@maple.test', confirmed_at = now() WHERE account_id = (SELECT id FROM accounts WHERE username = 'ada' AND host = '')");
  await ada.follow(carl.handle);
});
after(async () => {
  for (const instance of [maple, cedar]) await instance?.destroy();
  await mail?.stop();
  await postgres?.stop();
});

/** The page of the only open case; what a moderator does there is posted to it. */
async function theCase(moderator) {
  const list = await moderator.browser.request('/admin/reports');
  assert.equal(list.status, 200);
  const path = list.text.match(/\/admin\/reports\/\d+/)?.[0];
  assert.ok(path, list.text);
  return path;
}
async function act(moderator, path, values) {
  const answer = await moderator.browser.submitTo(path, path, values);
  assert.equal(answer.status, 303, answer.text);
}
const own = async () => (await ada.browser.request('/settings/reports')).text;

test('a report is sent on by a moderator, answered with a case, and its outcome reaches who reported', async () => {
  const words = `rude words ${Math.random()}`;
  await carl.post('/api/v1/statuses', { status: words });
  const post = await eventually('ada reads carl', async () =>
    (await ada.get('/api/v1/timelines/home')).find((status) => status.content.includes(words)));
  const report = await ada.post('/api/v1/reports', {
    account_id: post.account.id, status_ids: [post.id], comment: 'ada thinks this is rude', forward: true, category: 'violation',
  });
  assert.equal(report.forwarded, false);
  assert.match(await own(), /our moderators decide about that/);

  const ours = await theCase(boss);
  const page = (await boss.browser.request(ours)).text;
  assert.match(page, /ada thinks this is rude/);
  assert.ok(page.includes(words));
  await act(boss, ours, { do: 'assign' });
  await act(boss, ours, { do: 'forward', text: 'Please look at this post.' });
  assert.equal((await boss.get(`/api/v1/admin/reports/${report.id}`)).forwarded, true);

  const theirs = await eventually('cedar has a case', () => theCase(chief));
  const seen = (await chief.browser.request(theirs)).text;
  assert.match(seen, /Please look at this post/);
  assert.ok(seen.includes(words));
  assert.doesNotMatch(seen, /\bada\b/, 'who reported is not named');
  await eventually('maple has the case of cedar', async () => /They took it up/.test((await boss.browser.request(ours)).text));

  // Deleting the post takes nothing from who decides.
  const [{ id }] = await carl.get(`/api/v1/accounts/${(await carl.get('/api/v1/accounts/verify_credentials')).id}/statuses`);
  await carl.call('DELETE', `/api/v1/statuses/${id}`);
  assert.ok((await chief.browser.request(theirs)).text.includes(words));

  await act(chief, theirs, { do: 'close', outcome: 'warned', text: 'We spoke with him.' });
  await eventually('ada reads the outcome', async () => /They decided: Whoever was reported has been warned/.test(await own()));
  assert.match(await own(), /We spoke with him/);
  assert.match((await mail.letterTo('ada@maple.test', /About your report/)).text, /We spoke with him/);

  // A moderator's word is no post.
  const home = await ada.get('/api/v1/timelines/home?limit=40');
  assert.ok(!JSON.stringify(home).includes('We spoke with him'));
  const found = await boss.get(`/api/v1/admin/reports/${report.id}`);
  assert.equal(found.action_taken, false, 'our own case is for our moderators');
  await act(boss, ours, { do: 'close', outcome: 'referred', text: '' });
  assert.equal((await boss.get(`/api/v1/admin/reports/${report.id}`)).action_taken, true);
  assert.match(await own(), /handed on to those who can decide/);
});

test('a case is for the server that reported, and for nobody else', async () => {
  const id = await postgres.sql('cedar', 'SELECT id FROM reports LIMIT 1');
  const answer = await fetch(`${cedar.url}/cases/${id}`, { headers: { accept: 'application/activity+json' } });
  assert.ok([401, 403].includes(answer.status), String(answer.status));
});
