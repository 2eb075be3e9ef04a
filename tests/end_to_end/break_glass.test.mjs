// The employer wall and the one way through it, with real people in real browsers: what an owner is
// not shown, who may open it, and how the member hears of it.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { MailServer } from './lib/smtp.mjs';
import { Browser, Instance } from './lib/staffroom.mjs';

const secret = 'zanzibar quartet';
const day = (offset) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

let mail, maple, ada, cleo, tess, bob, post, ballot;

before(async () => {
  mail = await MailServer.start();
  maple = await Instance.start({ settings: [...mail.settings, 'instance.title=Maple'] });
  const scopes = 'read write admin:read admin:write';
  ada = await maple.member('ada', { role: 'owner', scopes });
  cleo = await maple.member('cleo', { role: 'owner', scopes });
  tess = await maple.member('tess');
  bob = await maple.member('bob');
  post = await bob.post('/api/v1/statuses', { status: `@tess ${secret}`, visibility: 'direct' });
  ballot = await tess.post('/api/v1/statuses', {
    status: 'Shall we strike?', poll: { options: ['ballot yes', 'ballot no'], expires_in: 86_400 },
  });
  await bob.post(`/api/v1/polls/${ballot.poll.id}/votes`, { choices: [1] });
});
after(async () => {
  await maple?.destroy();
  await mail?.stop();
});

const send = (browser, path, action, values) => browser.submitTo(path, action, values);
const ask = async (member, values = {}) => send(member.browser, '/admin/break-glass', '/admin/break-glass', {
  name: 'bob', first: day(-1), last: day(0), reason: 'Subpoena 12-345', ...values,
});

test('no command shows what a member wrote to few', async () => {
  const told = [];
  for (const command of [
    ['account', 'list'], ['held', 'list'], ['explain', post.uri], ['explain', `${maple.origin}/users/bob`],
    ['filter', 'list'], ['rule', 'list'], ['duty', 'list'], ['shield', 'list'], ['invite', 'list'],
    ['rule', 'try', 'word', 'zanzibar'], ['trends', 'list'],
  ]) {
    told.push(await maple.command(...command).catch((error) => `${error.stdout}${error.stderr}`));
  }
  assert.doesNotMatch(told.join('\n'), /quartet/);
  assert.match(told[9], /\b0\b/, told[9]);
  assert.doesNotMatch(told[9], new RegExp(post.id));
});

test('no call shows it to an owner, not even by a report of their own', async () => {
  await ada.get(`/api/v1/statuses/${post.id}`, { status: 404 });
  const report = await ada.post('/api/v1/reports', { account_id: post.account.id, status_ids: [post.id], comment: 'x' });
  const seen = [
    await ada.get('/api/v1/admin/reports'), await ada.get(`/api/v1/admin/reports/${report.id}`),
    await ada.get('/api/v1/admin/accounts'), await ada.get(`/api/v1/accounts/${post.account.id}/statuses`),
    await ada.get('/api/v2/search?q=zanzibar'), await ada.get('/api/v1/conversations'),
  ];
  assert.doesNotMatch(JSON.stringify(seen), /zanzibar/);
});

test('nobody is told how a member voted', async () => {
  const poll = await ada.get(`/api/v1/polls/${ballot.poll.id}`);
  assert.deepEqual([poll.votes_count, poll.own_votes, poll.voted], [1, [], false]);
  const report = await ada.post('/api/v1/reports', { account_id: ballot.account.id, status_ids: [ballot.id], comment: 'x' });
  const reported = await ada.get(`/api/v1/admin/reports/${report.id}`);
  assert.deepEqual(reported.statuses[0].poll.own_votes, []);
  const told = [];
  for (const command of [['explain', ballot.uri], ['explain', `${maple.origin}/users/bob`], ['account', 'list']])
    told.push(await maple.command(...command).catch((error) => `${error.stdout}${error.stderr}`));
  assert.doesNotMatch(told.join('\n'), /ballot (yes|no)/);
});

test('the owner charges somebody with records, with the password', async () => {
  const give = (password) => send(ada.browser, '/admin/duties', '/admin/duties/give',
    { name: 'tess', duty: 'records officer', password });
  assert.equal((await give('not it')).status, 403);
  assert.equal((await give(ada.password)).status, 303);
  assert.match(await maple.command('duty', 'list'), /records officer\s+tess/);
});

test('one asks, another approves, the first reads, and the member is told', async () => {
  const url = (await ask(ada)).location;
  assert.match(url, /^\/admin\/break-glass\/\d+$/);
  assert.equal((await ada.browser.request(`${url}/posts`)).status, 403);

  const approve = async (member, password = member.password) => {
    const page = await cleo.browser.request(url);
    const own = await member.browser.request('/settings');
    const fields = Browser.hiddenFields(member === cleo ? page.text : own.text, member === cleo ? `${url}/approve` : '/sign-out');
    return member.browser.request(`${url}/approve`, { method: 'POST', form: { ...fields, password } });
  };
  assert.equal((await approve(ada)).status, 403, 'not one for themself');
  const puppet = await approve(tess);
  assert.equal(puppet.status, 403, 'not whom the requester gave the duty just now');
  assert.match(puppet.text, /within the last seven days/);
  assert.equal((await approve(bob)).status, 404);
  assert.equal((await approve(cleo, 'not it')).status, 403);
  assert.equal((await approve(cleo)).status, 303);
  assert.equal((await cleo.browser.request(`${url}/posts`)).status, 403, 'who approves does not read');
  assert.match((await bob.browser.request('/settings/access')).text, /Nobody did/);

  const page = await ada.browser.request(`${url}/posts`);
  assert.equal(page.status, 200);
  assert.match(page.text, /zanzibar quartet/);
  const file = await ada.browser.request(`${url}/posts.json`);
  const [written] = JSON.parse(file.text).posts;
  assert.deepEqual(written.recipients, ['tess']);
  const lines = [written.uri, written.published, written.edited, written.visibility,
    written.recipients.join(','), written.warning, written.content].map((line) => `${line}\n`).join('');
  assert.equal(written.sha256, createHash('sha256').update(lines).digest('hex'));
  const table = (await ada.browser.request(`${url}/posts.csv`)).text;
  assert.match(table, new RegExp(written.sha256));
  for (const opened of [page.text, file.text, table]) assert.doesNotMatch(opened, /ballot|strike/, 'not what bob voted');

  const told = (await bob.browser.request('/settings/access')).text;
  for (const part of [/ada/, /cleo/, /Subpoena 12-345/, /1 posts looked at/, /1 posts downloaded/]) assert.match(told, part);
});

test('the member hears of it by letter', async () => {
  await maple.command('account', 'create', 'lena', '--email', 'lena@mail.test');
  const made = (await ask(cleo, { name: 'lena' })).location;
  assert.equal((await send(ada.browser, made, `${made}/approve`, { password: ada.password })).status, 303);
  assert.equal((await cleo.browser.request(`${made}/posts`)).status, 200);
  const letter = await mail.letterTo('lena@mail.test', /private posts/);
  assert.match(letter.text, /Subpoena 12-345/);
  assert.match(letter.text, /@cleo/);
});

test('a refusal says why, and a hold keeps the member from being told', async () => {
  const refused = (await ask(ada)).location;
  assert.equal((await send(cleo.browser, refused, `${refused}/refuse`, { reason: 'Ask the court first.' })).status, 303);
  assert.match((await ada.browser.request(refused)).text, /Ask the court first\./);

  const held = (await ask(ada, { name: 'tess', hold_reason: 'Order of the court', hold_until: day(30) })).location;
  assert.equal((await send(cleo.browser, held, `${held}/approve`, { password: cleo.password })).status, 303);
  assert.equal((await ada.browser.request(`${held}/posts`)).status, 200);
  assert.match((await tess.browser.request('/settings/access')).text, /Nobody did/);
});
