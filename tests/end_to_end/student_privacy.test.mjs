// A student is named: by a member, who is asked; by a teacher of another district, whose server is
// told; and in a post that has to be withdrawn everywhere, though one server is dead.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { Browser, Instance, eventually, twoDistricts } from './lib/staffroom.mjs';

const packages = process.env.ROSTER_PACKAGES ?? resolve(import.meta.dirname, '../data/oneroster');
const student = 'Avery Stone';

let maple, cedar, birch, ada, pat, bob, cam, dan;

before(async () => {
  ({ maple, cedar } = await twoDistricts());
  birch = await Instance.start();
  for (const [here, there] of [[maple, birch], [birch, maple], [maple, birch]]) {
    await here.command('peer', 'add', there.authority, '--level', 'member');
  }
  await maple.command('roster', 'import', join('v1p1-bulk'), '--taken-at', '2026-10-01T00:00:00Z', '--as-of', '2026-11-03T00:00:00Z');
  [ada, pat] = [await maple.member('ada'), await maple.member('pat')];
  [bob, cam] = [await cedar.member('bob'), await cedar.member('cam')];
  dan = await birch.member('dan');
  await maple.command('duty', 'give', 'pat', 'privacy officer');
  await cedar.command('duty', 'give', 'cam', 'privacy officer');
  await ada.follow(bob.handle);
  await bob.follow(ada.handle);
  await dan.follow(ada.handle);
});
after(async () => {
  await maple?.destroy();
  await cedar?.destroy();
  await birch?.destroy();
});

const join = (name) => resolve(packages, name);
const home = (member) => member.get('/api/v1/timelines/home?limit=40');
const arrives = (member, words) => eventually(`${member.name} sees "${words}"`, async () =>
  (await home(member)).find((status) => status.content.includes(words)));
/** Sends the form of a page whose action matches. */
async function press(member, path, action, values = {}) {
  const page = await member.browser.request(path);
  assert.equal(page.status, 200, page.text);
  const target = [...page.text.matchAll(/<form method="post" action="([^"]+)"/g)].map(([, one]) => one).find((one) => action.test(one));
  assert.ok(target, `${action} on ${path}: ${page.text}`);
  const answer = await member.browser.request(target, {
    method: 'POST', form: { ...Browser.hiddenFields(page.text, target), ...values },
  });
  assert.equal(answer.status, 303, answer.text);
}

test('a post that names nobody goes out', async () => {
  await ada.post('/api/v1/statuses', { status: 'A fine day for a spelling bee. Stone soup for lunch.' });
  await arrives(bob, 'spelling bee');
});

test('who names a student is asked, gives a reason, and the officer decides', async () => {
  const refused = await ada.post('/api/v1/statuses', { status: `${student} won the bee!` }, { status: 422 });
  assert.match(refused.error, /may name a student/);
  assert.ok(refused.error.includes(`${maple.origin}/settings/waiting`), refused.error);

  await press(ada, '/settings/waiting', /\/send$/, { reason: 'The parents signed the release' });
  assert.match((await ada.browser.request('/settings/waiting')).text, /The privacy officer decides until/);
  assert.equal((await ada.browser.request('/admin/student-privacy')).status, 404);
  const desk = await pat.browser.request('/admin/student-privacy');
  assert.match(desk.text, /The parents signed the release/);
  await press(pat, '/admin/student-privacy', /\/release$/);
  await arrives(bob, 'won the bee');
});

test('what the officer refuses is never posted', async () => {
  const refused = await ada.post('/api/v1/statuses', { status: `Stone, Avery is late again`, student_privacy_reason: 'I am angry' }, { status: 403 });
  assert.match(refused.error, /kept and waits/);
  await press(pat, '/admin/student-privacy', /\/reject$/);
  await eventually('ada reads it', async () => /It was not let pass/.test((await ada.browser.request('/settings/waiting')).text));
  await ada.post('/api/v1/statuses', { status: 'afterwards' });
  await arrives(bob, 'afterwards');
  assert.ok(!(await home(bob)).some((status) => status.content.includes('late again')));
});

test('an edit that names a student waits for the officer, and the post stays as it was', async () => {
  const posted = await ada.post('/api/v1/statuses', { status: 'Somebody won the prize' });
  await arrives(bob, 'Somebody won the prize');
  const refused = await ada.call('PUT', `/api/v1/statuses/${posted.id}`, { status: `${student} won the prize` }, { status: 422 });
  assert.match(refused.error, /may name a student/);
  assert.match((await ada.browser.request('/settings/waiting')).text, /An edit: /);
  await press(ada, '/settings/waiting', /\/send$/, { reason: 'It is in the paper' });
  assert.match((await ada.get(`/api/v1/statuses/${posted.id}`)).content, /Somebody/);
  assert.match((await pat.browser.request('/admin/student-privacy')).text, /It is in the paper/);
  await press(pat, '/admin/student-privacy', /\/release$/);
  await eventually('bob reads the edit', async () =>
    (await home(bob)).some((status) => status.content.includes('Stone won the prize')));
  assert.match((await ada.get(`/api/v1/statuses/${posted.id}`)).content, /Stone/);
});

test('from another district it is held, and that district is told once', async () => {
  const posted = await bob.post('/api/v1/statuses', { status: `I met ${student} of your school` });
  await bob.post('/api/v1/statuses', { status: `avery stone again` });
  await bob.post('/api/v1/statuses', { status: 'nothing special' });
  await arrives(ada, 'nothing special');
  assert.ok(!(await home(ada)).some((status) => /stone/i.test(status.content) && status.account.acct === bob.handle));
  const desk = await pat.browser.request('/admin/student-privacy');
  assert.match(desk.text, /I met Avery Stone of your school/);
  assert.match((await ada.browser.request(`/settings/why?address=${encodeURIComponent(posted.uri)}`)).text, /It was held for a person to decide/);
  const told = await eventually("cedar's officer is told", async () => {
    const page = await cam.browser.request('/admin/student-privacy');
    return page.text.includes(posted.uri) && page.text;
  });
  assert.equal(told.match(/put-away/g).length, 1, 'at most one per host and hour');
  assert.ok(!told.includes('Avery'), 'nothing of the post travels');
  await press(pat, '/admin/student-privacy', /\/release$/);
  await eventually('one of the two is here', async () =>
    (await home(ada)).some((status) => /stone/i.test(status.content) && status.account.acct === bob.handle));
});

test('a recall is confirmed by the peer that lives, and the dead one is listed', async () => {
  const posted = await ada.post('/api/v1/statuses', { status: 'The whole class in one picture' });
  await arrives(bob, 'The whole class');
  await arrives(dan, 'The whole class');
  await birch.kill();
  assert.equal((await ada.browser.request('/admin/recalls')).status, 404);
  await press(pat, '/admin/recalls', /recalls$/, { object: posted.uri, reason: 'A student is seen', strike: '1', password: pat.password });
  assert.match((await ada.browser.request('/settings/strikes')).text, /A student is seen/);
  await eventually('it is gone at bob', async () =>
    !(await home(bob)).some((status) => status.content.includes('The whole class')));
  const row = (page, host) => page.match(new RegExp(`<tr><th scope="row">${host}</th><td>([^<]*)</td>`))?.[1];
  const page = await eventually('cedar confirms', async () => {
    const { text } = await pat.browser.request('/admin/recalls');
    return row(text, cedar.authority) === 'confirmed' && text;
  });
  assert.match(row(page, birch.authority), /^(sending|no answer)$/);
  assert.match(page, /Not confirmed: 1\./);
  assert.match(await maple.command('recall', '--list'), new RegExp(`${cedar.authority}  confirmed`));
  await ada.get(`/api/v1/statuses/${posted.id}`, { status: 404 });
});

/** Deliveries to a dead server wait minutes before the next try. */
async function tryAgainNow(instance) {
  const pid = await readFile(resolve(instance.data, 'postgres/postmaster.pid'), 'utf8');
  await promisify(execFile)('psql', ['-h', pid.split('\n')[4], '-U', 'staffroom', '-d', 'staffroom', '-qc',
    'UPDATE deliveries SET run_at = now(); UPDATE peers SET open_until = NULL; NOTIFY staffroom_deliveries']);
}

test('who comes back learns of it, and confirms', async () => {
  await birch.launch();
  await tryAgainNow(maple);
  await eventually('dan loses it', async () =>
    !(await home(dan)).some((status) => status.content.includes('The whole class')), 60_000);
  await eventually('birch confirms', async () =>
    new RegExp(`${birch.authority}  confirmed`).test(await maple.command('recall', '--list')));
});
