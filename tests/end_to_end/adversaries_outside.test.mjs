// Those who come from outside (POLICY section 5): a parents' group, a troll instance, a vendor and a
// scraper, by the hundred and the thousand while every moderator sleeps. Each test says what stopped
// them, and that ada, her colleague fay and carl of the neighbouring district notice nothing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Crowd } from './lib/crowd.mjs';
import { Postgres } from './lib/postgres.mjs';
import { Browser, Instance, eventually } from './lib/staffroom.mjs';

const hosts = ['parents.example', 'shop.example', 'scraper.example', 'troll.example'];
let postgres, crowd, maple, cedar, troll, ada, fay, carl, boss, mallory, parents, post;

before(async () => {
  postgres = await Postgres.start();
  crowd = await Crowd.start(hosts);
  for (const name of ['maple', 'cedar', 'troll']) await postgres.create(name);
  const start = (name, more = []) =>
    Instance.start({ settings: [`database.url=${postgres.url(name)}`, ...more] });
  [maple, cedar, troll] = await Promise.all([start('maple', crowd.settings), start('cedar'), start('troll')]);
  const peer = (one, host, level) => one.command('peer', 'add', host, '--level', level);
  await peer(maple, cedar.authority, 'member');
  await peer(cedar, maple.authority, 'member');
  await peer(troll, maple.authority, 'member');
  await peer(troll, cedar.authority, 'member');
  await peer(maple, 'parents.example', 'guest');
  await peer(maple, 'shop.example', 'partner');
  boss = await maple.member('boss', { role: 'owner', scopes: 'read write admin:read admin:write' });
  [ada, fay] = [await maple.member('ada'), await maple.member('fay')];
  carl = await cedar.member('carl');
  mallory = await troll.member('mallory');
  await ada.follow(carl.handle);
  await carl.follow(ada.handle);
  await carl.follow(fay.handle);
  await fay.follow(ada.handle);
  parents = crowd.people('parents.example', 60);
  post = await ada.post('/api/v1/statuses', { status: 'We read Melville this week' });
});
after(async () => {
  for (const instance of [maple, cedar, troll]) await instance?.destroy();
  await crowd?.close();
  await postgres?.stop();
});

const sql = (text) => postgres.sql('maple', text);
const number = async (text) => Number(await sql(text));
const verdicts = () => postgres.rows('maple', `SELECT filter, verdict, reason, count(*)::int AS count
  FROM audit_log WHERE act = 'verdict' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`);
const settled = () => eventually('everything that came is decided', async () =>
  (await number('SELECT count(*) FROM jobs')) === 0, 240_000);
const home = async (member) => (await member.get('/api/v1/timelines/home?limit=40')).map((status) => status.content).join('\n');
const told = async (member) => (await member.get('/api/v1/notifications?limit=80')).map((one) => `${one.type} ${one.account.acct}`);

/** Of a host that comes with many new accounts only so many are looked at (429), a few at a time (503). */
function onlyTakenOrToldToWait(answers) {
  assert.deepEqual(Object.keys(answers).filter((status) => !['202', '429', '503'].includes(status)), [], JSON.stringify(answers));
  assert.ok(answers[202] > 200, JSON.stringify(answers));
}

/** What colleagues do all day still works, within seconds, in both directions. */
async function workGoesOn() {
  const words = `lesson plan ${Math.random()}`;
  await carl.post('/api/v1/statuses', { status: `@${ada.handle} ${words}` });
  await eventually('ada reads carl', async () => (await home(ada)).includes(words));
  await eventually('ada is told of carl', async () => (await told(ada)).includes(`mention ${carl.handle}`));
  await ada.post('/api/v1/statuses', { status: `answer to ${words}` });
  await eventually('carl reads ada', async () => (await home(carl)).includes(`answer to ${words}`));
  await eventually('fay reads ada', async () => (await home(fay)).includes(`answer to ${words}`));
}

test('a parents\' group cannot sign up as staff', async () => {
  const page = await new Browser(maple).request('/join');
  assert.ok(page.status === 404 || !page.text.includes('name="password"') || /roster|invitation/i.test(page.text), page.text);
  const app = await (await fetch(`${maple.url}/api/v1/apps`, {
    method: 'POST', body: new URLSearchParams({ client_name: 'x', redirect_uris: 'urn:ietf:wg:oauth:2.0:oob', scopes: 'read write' }),
  })).json();
  const { access_token: token } = await (await fetch(`${maple.url}/oauth/token`, {
    method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials', client_id: app.client_id, client_secret: app.client_secret, scope: 'read write' }),
  })).json();
  const before = await number(`SELECT count(*) FROM users`);
  for (let i = 0; i < 20; i += 1) {
    const answer = await fetch(`${maple.url}/api/v1/accounts`, {
      method: 'POST', headers: { authorization: `Bearer ${token}` },
      body: new URLSearchParams({ username: `teacher${i}`, email: `t${i}@mail.test`, password: 'long enough words', agreement: 'true', locale: 'en', reason: 'I teach' }),
    });
    assert.ok(answer.status >= 400, String(answer.status));
  }
  assert.equal(await number('SELECT count(*) FROM users'), before);
});

test('1,500 mentions of 60 parents: ada hears none of it', async () => {
  const answers = await crowd.flood(maple, 1500, (i) => crowd.mention(parents[i % parents.length], maple, 'ada', `shame, part ${i}`));
  onlyTakenOrToldToWait(answers);
  await settled();
  assert.equal(await number(`SELECT count(*) FROM shields s JOIN accounts a ON a.id = s.account_id WHERE a.username = 'ada' AND a.host = ''`), 1);
  const loud = (await told(ada)).filter((line) => line.includes('parents.example'));
  assert.ok(loud.length < 10, `${loud.length} came through`);
  assert.doesNotMatch(await home(ada), /shame/);
  assert.doesNotMatch(await home(fay), /shame/);
  const seen = await verdicts();
  const limited = seen.filter(({ verdict }) => verdict === 'limit').reduce((sum, { count }) => sum + count, 0);
  assert.ok(limited >= answers[202], `${limited} of ${answers[202]}: ${JSON.stringify(seen)}`);
  // Nothing is lost, for those who have to look into it: it is stored, and makes no sound.
  assert.equal(await number(`SELECT count(*) FROM statuses s JOIN accounts a ON a.id = s.account_id WHERE a.host = 'parents.example'`), answers[202]);
  assert.ok(await number(`SELECT count(*) FROM notifications n JOIN accounts a ON a.id = n.from_id WHERE a.host = 'parents.example'`) < 10);
  await workGoesOn();
});

test('500 reports of 60 parents make one matter, and nothing happens by itself', async () => {
  const answers = await crowd.flood(maple, 500, (i) => crowd.flag(parents[i % parents.length], maple, 'ada', [post.uri]));
  onlyTakenOrToldToWait(answers);
  await settled();
  const reports = await boss.get('/api/v1/admin/reports?limit=100');
  assert.ok(reports.length <= 3, `${reports.length} reports on a moderator's list`);
  await ada.get('/api/v1/accounts/verify_credentials');
  assert.equal((await ada.get(`/api/v1/statuses/${post.id}`)).id, post.id);
  await workGoesOn();
});

test('a troll instance that nobody let in is stopped at its first word', async () => {
  await troll.command('attest', 'grant', 'mallory', '--kind', 'leader');
  assert.equal(await mallory.find(ada.handle), undefined, 'its server is not even shown who ada is');
  const [fake] = crowd.people('troll.example', 1, 'principal');
  for (let i = 0; i < 100; i += 1) {
    const { status, text } = await crowd.send(maple, crowd.mention(fake, maple, 'ada', 'I am a principal, trust me'));
    assert.equal(status, 403);
    assert.equal(JSON.parse(text).code, 'actor-not-authorized');
  }
  assert.equal(await number(`SELECT count(*) FROM accounts WHERE host IN ('troll.example', '${troll.authority}')`), 0);
});

test('let in as a guest it attests nobody, reads nothing that is not for it, and widens nothing', async () => {
  await maple.command('peer', 'add', troll.authority, '--level', 'guest');
  await eventually('mallory finds fay', () => mallory.find(fay.handle));
  const quiet = await ada.post('/api/v1/statuses', { status: 'for my followers', visibility: 'private' });
  await mallory.follow(fay.handle);
  await mallory.post('/api/v1/statuses', { status: `@${fay.handle} listen to your principal` });
  await eventually('mallory is known here', async () =>
    (await number(`SELECT count(*) FROM accounts WHERE username = 'mallory'`)) === 1);
  await settled();
  const shown = await fay.find(mallory.handle);
  assert.ok(shown.fields.every((field) => field.name !== 'Verified educator'), JSON.stringify(shown.fields));
  assert.match(await maple.command('attest', 'show', mallory.handle), /standing +none|no attestation|nothing/i);
  // Fetched without a signature, and through the troll's own search: nothing.
  const unsigned = await fetch(quiet.uri, { headers: { accept: 'application/activity+json' } });
  assert.ok([401, 404].includes(unsigned.status), String(unsigned.status));
  const found = await mallory.get(`/api/v2/search?resolve=true&type=statuses&q=${encodeURIComponent(quiet.uri)}`);
  assert.deepEqual(found.statuses, []);
  await workGoesOn();
});

test('a vendor that writes to everybody 600 times from 30 accounts reaches nobody who did not ask', async () => {
  const judged = async () => (await verdicts()).filter(({ filter }) => ['partner', 'burst'].includes(filter))
    .reduce((sum, { count }) => sum + count, 0);
  const before = await judged();
  const sellers = crowd.people('shop.example', 30, 'seller');
  const answers = await crowd.flood(maple, 600, (i) =>
    crowd.mention(sellers[i % sellers.length], maple, i % 2 ? 'fay' : 'ada', `offer ${i} https://shop.example/?utm_source=school`));
  onlyTakenOrToldToWait(answers);
  await crowd.flood(maple, 60, (i) => ({
    id: `${sellers[i % 30]}/follows/${i}`, type: 'Follow', actor: sellers[i % 30], object: `${maple.origin}/users/${i % 2 ? 'fay' : 'ada'}`,
  }));
  await settled();
  for (const member of [ada, fay]) {
    assert.doesNotMatch((await told(member)).join('\n'), /shop\.example/);
    assert.doesNotMatch(await home(member), /offer/);
  }
  // Each was judged: by the caps on partners, and by the shields that went up meanwhile.
  assert.ok((await judged()) - before >= answers[202], JSON.stringify(await verdicts()));
  await workGoesOn();
});

test('a scraper finds every door closed, 1,000 times', async () => {
  const doors = ['/users/ada', '/users/ada/outbox', '/users/ada/followers', '/users/ada/statuses/1', new URL(post.uri).pathname,
    '/@ada', '/api/v1/timelines/public', '/api/v1/timelines/tag/school', '/api/v1/directory', '/api/v2/search?q=ada',
    `/api/v1/statuses/${post.id}`, `/api/v1/accounts/lookup?acct=ada`, '/api/v1/accounts/1/statuses', '/nodeinfo/2.0'];
  const seen = new Set();
  for (let i = 0; i < 1000; i += 1) {
    const answer = await fetch(maple.url + doors[i % doors.length], { headers: { accept: i % 2 ? 'text/html' : 'application/activity+json' } });
    const text = await answer.text();
    seen.add(answer.status);
    assert.doesNotMatch(text, /Melville|lesson plan/, doors[i % doors.length]);
  }
  assert.ok(!seen.has(500), [...seen].join(' '));
  // With a signature of its own, it is a stranger still.
  const [scraper] = crowd.people('scraper.example', 1, 'bot');
  const signed = await crowd.fediverse.get({ to: maple.listen, host: maple.authority, path: new URL(post.uri).pathname, actor: scraper });
  assert.ok([401, 403, 404].includes(signed.status), String(signed.status));
  assert.match(await (await fetch(`${maple.url}/robots.txt`)).text(), /Disallow: \//);
  await workGoesOn();
});

test('when the moderators wake up: nothing was let through by itself, everything is explained', async () => {
  // The deadlines of what is held pass with nobody looking.
  await sql(`UPDATE held_items SET deadline = now() - interval '1 minute' WHERE decided_at IS NULL AND host IN ('parents.example', 'shop.example')`);
  const log = await maple.log();
  assert.doesNotMatch(log, /terminate called|Assertion|AddressSanitizer/);
  assert.equal(await number('SELECT count(*) FROM failed_jobs'), 0);
  assert.match(await maple.command('audit', 'verify'), /each as it was written/);
  const filters = await maple.command('filter', 'list');
  assert.match(filters, /burst/);
  // What was refused at the door stands there, counted, without its content. Written once a minute.
  await eventually('the door\'s counters are written', async () =>
    (await number(`SELECT count(DISTINCT host) FROM door_refusals WHERE host IN ('troll.example', 'scraper.example')`)) === 2, 90_000);
  assert.match(await maple.command('explain', 'troll.example'), /not on the list of servers/);
  assert.match(await maple.command('explain', 'scraper.example'), /may not read here/);
  // One switch ends it: a blocked one is not even told.
  await maple.command('peer', 'block', 'parents.example');
  await eventually('the block holds', async () => {
    await crowd.send(maple, crowd.mention(parents[0], maple, 'ada', 'still here'));
    return (await number(`SELECT count(*) FROM jobs`)) === 0 &&
      (await crowd.fediverse.get({ to: maple.listen, host: maple.authority, path: '/users/ada', actor: parents[0] })).status !== 200;
  });
  await workGoesOn();
});
