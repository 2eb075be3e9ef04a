// A member is suspended and appeals by the link of the letter; another moderator says it stays, and
// moderators of two other districts say that it was wrong: then it is undone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MailServer } from './lib/smtp.mjs';
import { Browser, eventually, Instance } from './lib/staffroom.mjs';

let mail, maple, cedar, birch, owner, mod, bob, judges, post;

before(async () => {
  mail = await MailServer.start();
  [maple, cedar, birch] = await Promise.all([
    Instance.start({ settings: [...mail.settings, 'instance.title=Maple'] }), Instance.start(), Instance.start()]);
  for (const one of [maple, cedar, birch]) {
    for (const other of [maple, cedar, birch]) {
      if (one !== other) await one.command('peer', 'add', other.authority, '--level', 'member');
    }
  }
  const scopes = 'read write admin:read admin:write';
  owner = await maple.member('olga', { role: 'owner', scopes });
  mod = await maple.member('mona', { role: 'moderator', scopes });
  bob = await maple.member('bob');
  judges = [await cedar.member('judge', { role: 'moderator' }), await birch.member('judge', { role: 'moderator' })];
  // The districts know each other's server actors after the first signed requests.
  for (const judge of judges) {
    await eventually('bob is found', () => judge.find(bob.handle));
    await eventually('the judge is found', () => bob.find(judge.handle));
  }
  post = await bob.post('/api/v1/statuses', { status: 'Look at this', spoiler_text: '' });
});
after(async () => {
  for (const instance of [maple, cedar, birch]) await instance?.destroy();
  await mail?.stop();
});

test('a label on a post goes to everybody, stands against edits, and is a strike', async () => {
  const [reader] = judges;
  await reader.follow(bob.handle);
  const fresh = await bob.post('/api/v1/statuses', { status: 'The frog, opened' });
  const inHome = () => reader.get('/api/v1/timelines/home').then((list) => list.find(({ uri }) => uri === fresh.uri));
  await eventually('it arrives', inHome);
  const page = await mod.browser.request(`/admin/posts?address=${encodeURIComponent(fresh.uri)}`);
  assert.match(page.text, /The frog, opened/);
  const acted = await mod.browser.request('/admin/posts', {
    method: 'POST',
    form: { ...Browser.hiddenFields(page.text, '/sign-out'), measure: 'label', do: 'measure', address: fresh.uri, label: 'Blood', reason: 'young readers' },
  });
  assert.equal(acted.status, 200, acted.text);
  assert.match(acted.text, /This stands now/);
  await eventually('the label abroad', async () => (await inHome()).spoiler_text === 'Blood');
  await bob.call('PUT', `/api/v1/statuses/${fresh.id}`, { status: 'The frog, opened again', spoiler_text: '' });
  await eventually('the edit abroad', async () => /again/.test((await inHome()).content));
  assert.equal((await inHome()).spoiler_text, 'Blood');
  assert.match((await bob.browser.request('/settings/strikes')).text, /young readers/);
});

test('a suspension is appealed, upheld, and overturned by two other districts', async () => {
  const target = (await mod.get('/api/v1/admin/accounts?username=bob&local=true')).find(({ username }) => username === 'bob');
  await mod.post(`/api/v1/admin/accounts/${target.id}/action`, { type: 'silence', text: 'too loud' });
  const asked = await bob.browser.request('/settings/strikes');
  const action = asked.text.match(/action="(\/settings\/strikes\/\d+\/appeal)"/)[1];
  const own = (path, form) => bob.browser.request(path, { method: 'POST', form: { form_token: Browser.hiddenFields(asked.text, action).form_token, ...form } });
  assert.equal((await own(action, { text: 'It was a quote' })).status, 303);

  const desk = await owner.browser.request('/admin/appeals');
  assert.match(desk.text, /It was a quote/);
  const decide = desk.text.match(/action="(\/admin\/appeals\/\d+)"/)[1];
  const upheld = await owner.browser.request(decide, {
    method: 'POST', form: { ...Browser.hiddenFields(desk.text, decide), decision: 'uphold', answer: 'It was no quote' },
  });
  assert.equal(upheld.status, 303, upheld.text);

  assert.equal((await own(action.replace('/appeal', '/reviewers'), {})).status, 303);
  for (const judge of judges) {
    const page = await eventually('the question arrives', async () => {
      const seen = await judge.browser.request('/admin/appeals');
      return seen.text.includes('It was no quote') && seen;
    });
    assert.doesNotMatch(page.text.split('From other districts')[1], /bob/, 'whom it is about is not said');
    const path = page.text.match(/action="(\/admin\/appeals\/foreign\/\d+)"/)[1];
    const answer = await judge.browser.request(path, {
      method: 'POST', form: { ...Browser.hiddenFields(page.text, path), decision: 'overturn', answer: 'A quote it was' },
    });
    assert.equal(answer.status, 303, answer.text);
  }
  await eventually('it is undone', async () =>
    !(await mod.get(`/api/v1/admin/accounts/${target.id}`)).silenced);
  assert.match((await bob.browser.request('/settings/strikes')).text, /It was taken back|were asked; 2 answered/);
  assert.match(await maple.command('audit', 'list', '--act', 'appeal.*'), /appeal\.opinion/);
  assert.ok(post.id);
});
