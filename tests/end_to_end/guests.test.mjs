// A guest of one circle: invited by command, joins by the link and a mail, is marked, reaches only the
// circle, sees nobody else, and ends by itself. The day is moved instead of waiting for it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MailServer } from './lib/smtp.mjs';
import { Postgres } from './lib/postgres.mjs';
import { Browser, Instance, Member } from './lib/staffroom.mjs';

let mail, postgres, maple, ada, eve, gus;
const password = 'green ladders sing aloud';
const until = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);

before(async () => {
  [mail, postgres] = [await MailServer.start(), await Postgres.start()];
  await postgres.create('maple');
  maple = await Instance.start({ settings: [...mail.settings, `database.url=${postgres.url('maple')}`] });
  [ada, eve] = [await maple.member('ada'), await maple.member('eve')];
});
after(async () => {
  await maple?.destroy();
  await postgres?.stop();
  await mail?.stop();
});

const write = (status, more = {}) => gus.post('/api/v1/statuses', { status, visibility: 'direct', ...more });

test('an invitation for a guest names a circle and a day', async () => {
  await assert.rejects(maple.command('invite', 'make', '--guest', '--until', until), /needs a circle/);
  await assert.rejects(maple.command('invite', 'make', '--guest', '--circle', 'ada'), /wants a date/);
  await assert.rejects(maple.command('invite', 'make', '--circle', 'ada'), /of a --guest/);
  await assert.rejects(maple.command('invite', 'make', '--guest', '--until', until, '--circle', 'nobody'), /no member/);
});

test('who joins by it is marked as a guest', async () => {
  const link = new URL((await maple.command('invite', 'make', '--guest', '--until', until, '--circle', 'ada')).trim());
  const browser = new Browser(maple);
  const joined = await browser.submit(link.pathname + link.search, {
    username: 'gus', email: 'gus@elsewhere.example', password, agreement: 'true',
  });
  assert.equal(joined.status, 200, joined.text);
  const letter = await mail.letterTo('gus@elsewhere.example', /./);
  const confirm = new URL(letter.text.match(/^http\S+$/m)[0]);
  const answer = await browser.submit(confirm.pathname + confirm.search, {});
  assert.ok([200, 303].includes(answer.status), answer.text);
  await browser.signIn('gus', password);
  gus = new Member(maple, { name: 'gus', password, browser, token: await browser.authorise('read write follow') });

  const seen = await ada.find('gus');
  assert.deepEqual(seen.guest, { until });
  assert.equal(seen.fields[0].name, 'Guest');
  assert.match((await ada.browser.request('/@gus')).text, new RegExp(`Guest, here until ${until}`));
  const own = await gus.call('PATCH', '/api/v1/accounts/update_credentials', {
    fields_attributes: [{ name: 'I am', value: 'a teacher' }],
  });
  assert.deepEqual(own.fields.map((field) => field.name), ['Guest', 'I am']);
  assert.deepEqual(own.source.fields.map((field) => field.name), ['I am']);
  await assert.rejects(maple.command('attest', 'grant', 'gus', '--kind', 'teacher'), /guest of a circle/i);
});

test('a guest reaches the circle, and whoever wrote first', async () => {
  await write('@ada hello');
  await assert.rejects(write('@eve hello'), /422.*only to the members of their circle/s);
  await assert.rejects(write('to all', { visibility: 'public' }), /422.*single people only/s);
  const theirs = await ada.post('/api/v1/statuses', { status: 'said aloud' });
  await assert.rejects(gus.post(`/api/v1/statuses/${theirs.id}/reblog`), /422/);
  await gus.post(`/api/v1/statuses/${theirs.id}/favourite`);
  await eve.post('/api/v1/statuses', { status: '@gus welcome' });
  await write('@eve thank you');
});

test('a guest sees nobody else', async () => {
  for (const path of ['directory', 'timelines/public', 'timelines/public?local=true', 'timelines/tag/maths',
    'suggestions', 'accounts/search?q=e', 'streaming/public']) {
    await assert.rejects(gus.get(`/api/v1/${path}`), /40[13]/, path);
  }
  await assert.rejects(gus.get('/api/v2/search?q=eve'), /403/);
  await gus.get('/api/v1/timelines/home');
});

test('a guest ends by itself', async () => {
  await postgres.sql('maple', "UPDATE guests SET until = now() - interval '1 minute'");
  await assert.rejects(write('@ada one more'), /422.*invited as a guest has come/s);
});
