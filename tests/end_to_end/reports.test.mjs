// A report goes from one district to another, is answered with a case, decided, and whoever reported
// hears of it (decision 310).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Postgres } from './lib/postgres.mjs';
import { MailServer } from './lib/smtp.mjs';
import { Instance, eventually } from './lib/staffroom.mjs';

/** One red pixel. */
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';

let postgres, mail, maple, cedar, ada, boss, carl, dora, emil, chief;

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
  // A server takes one report a day about a person.
  [dora, emil] = [await cedar.member('dora'), await cedar.member('emil')];
  for (const { handle } of [carl, dora, emil]) await ada.follow(handle);
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

test('reports go to the moderators of a server that names them, and files outlive the post', async () => {
  const asked = await fetch(`${cedar.url}/.well-known/webfinger?resource=${encodeURIComponent(`${cedar.origin}/`)}`);
  const link = (await asked.json()).links.find(({ rel }) => rel.endsWith('#Group'));
  assert.equal(link.properties['https://www.w3.org/ns/activitystreams#relationship'], 'moderation');
  const group = await (await fetch(link.href, { headers: { accept: 'application/activity+json' } })).json();
  assert.deepEqual([group.type, group.inbox], ['Group', `${cedar.origin}/actor/moderators/inbox`]);

  const form = new FormData();
  form.set('file', new Blob([Buffer.from(png, 'base64')], { type: 'image/png' }));
  const up = await (await fetch(`${cedar.url}/api/v2/media`, { method: 'POST', headers: { authorization: `Bearer ${dora.token}` }, body: form })).json();
  const words = `a rude picture ${Math.random()}`;
  const posted = await dora.post('/api/v1/statuses', { status: words, media_ids: [up.id] });
  const post = await eventually('ada reads dora', async () =>
    (await ada.get('/api/v1/timelines/home')).find((status) => status.content.includes(words)));
  await ada.post('/api/v1/reports', { account_id: post.account.id, status_ids: [post.id], comment: 'look at that', category: 'violation' });
  await eventually("cedar's moderators are known", async () =>
    (await postgres.sql('maple', 'SELECT actor_uri FROM moderator_groups')).includes(link.href));
  const ours = await theCase(boss);
  await act(boss, ours, { do: 'forward', text: 'A picture.', clause: 'no-students' });
  const theirs = await eventually('cedar has a case', () => theCase(chief));
  const [, flag] = (await postgres.sql('maple', "SELECT body FROM delivery_bodies WHERE body LIKE '%A picture.%'")).match(/"to":(\[[^\]]*\])/);
  assert.deepEqual(JSON.parse(flag), [link.href]);
  assert.match((await chief.browser.request(theirs)).text, /The clause: No students have accounts/);

  // Deleted by its author, the picture is there for who decides, on both sides, and for nobody else.
  await dora.call('DELETE', `/api/v1/statuses/${posted.id}`);
  for (const [moderator, path, member] of [[chief, theirs, dora], [boss, ours, ada]]) {
    const file = await eventually('the file is there', async () =>
      (await moderator.browser.request(path)).text.match(/href="([^"]*\/files\/\d+)"/)?.[1], 60_000);
    const seen = await moderator.browser.request(file);
    assert.equal(seen.status, 200);
    assert.equal((await member.browser.request(file)).status, 404);
  }
});

test('an act on one post closes the case with that outcome', async () => {
  const words = `one more ${Math.random()}`;
  const posted = await emil.post('/api/v1/statuses', { status: words });
  const post = await eventually('ada reads emil', async () =>
    (await ada.get('/api/v1/timelines/home')).find((status) => status.content.includes(words)));
  for (const [moderator, path] of [[chief, await theCase(chief)], [boss, await theCase(boss)]])
    await act(moderator, path, { do: 'close', outcome: 'warned', text: '' });
  await ada.post('/api/v1/reports', { account_id: post.account.id, status_ids: [post.id], comment: 'again' });
  const ours = await theCase(boss);
  await act(boss, ours, { do: 'forward', text: 'Again.' });
  const theirs = await eventually('cedar has a case', () => theCase(chief));
  await act(chief, theirs, { do: 'post', post: posted.id, measure: 'delete', text: 'No.' });
  await eventually('ada reads the outcome', async () => /What was reported has been removed/.test(await own()));
  await eventually('it is gone here, too', async () =>
    !(await ada.get('/api/v1/timelines/home')).some((status) => status.content.includes(words)));
  await emil.get(`/api/v1/statuses/${posted.id}`, { status: 404 });
  assert.match((await emil.browser.request('/settings/strikes')).text, /a post of yours was deleted/i);
});

test('a case is for the server that reported, and for nobody else', async () => {
  const id = await postgres.sql('cedar', 'SELECT id FROM reports LIMIT 1');
  const answer = await fetch(`${cedar.url}/cases/${id}`, { headers: { accept: 'application/activity+json' } });
  assert.ok([401, 403].includes(answer.status), String(answer.status));
});
