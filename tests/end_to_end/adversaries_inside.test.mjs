// Those who are inside, or were (POLICY section 5): a student who poses as a teacher, a former
// employee, a curious supervisor, and an administrator whose password somebody else has. Each test
// says what stops them, and that the neighbours go on.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { changeCovenant, goOnAlone } from './lib/owner.mjs';
import { Postgres } from './lib/postgres.mjs';
import { MailServer } from './lib/smtp.mjs';
import { Browser, Instance, eventually } from './lib/staffroom.mjs';

const badge = 'Verified educator';
let postgres, mail, folder, maple, cedar, birch, boss, ada, fay, carl, bea;

before(async () => {
  [postgres, mail, folder] = [await Postgres.start(), await MailServer.start(), await mkdtemp(join(tmpdir(), 'staffroom-roster-'))];
  const start = async (name, more = []) => {
    await postgres.create(name);
    return Instance.start({ settings: [`database.url=${postgres.url(name)}`, `instance.title=${name}`, ...more] });
  };
  maple = await start('maple', [...mail.settings, 'roster.student_domains=pupils.maple.test']);
  [cedar, birch] = [await start('cedar'), await start('birch')];
  for (const one of [maple, cedar, birch]) {
    for (const other of [maple, cedar, birch]) {
      if (one !== other) await one.command('peer', 'add', other.authority, '--level', 'member');
    }
  }
  boss = await maple.member('boss', { role: 'owner', scopes: 'read write admin:read admin:write' });
  [ada, fay] = [await maple.member('ada'), await maple.member('fay')];
  [carl, bea] = [await cedar.member('carl'), await birch.member('bea')];
  await carl.follow(ada.handle);
  await bea.follow(ada.handle);
  await carl.follow(fay.handle);
  await fay.follow(carl.handle);
});
after(async () => {
  for (const instance of [maple, cedar, birch]) await instance?.destroy();
  await mail?.stop();
  await postgres?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const sql = (text) => postgres.sql('maple', text);
const home = async (member) => (await member.get('/api/v1/timelines/home?limit=40')).map((status) => status.content).join('\n');
const badgeOf = async (reader, handle) => (await reader.find(handle)).fields.find((field) => field.name === badge);

async function workGoesOn() {
  const words = `lesson plan ${Math.random()}`;
  await carl.post('/api/v1/statuses', { status: words });
  await eventually('fay reads carl', async () => (await home(fay)).includes(words));
  await fay.post('/api/v1/statuses', { status: `answer to ${words}` });
  await eventually('carl reads fay', async () => (await home(carl)).includes(`answer to ${words}`));
}

let packages = 0;
/** A OneRoster 1.1 package: one school, and these people. */
async function roster(people) {
  const path = join(folder, `package-${++packages}`);
  await mkdir(path);
  const files = {
    manifest: 'propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\nfile.academicSessions,absent\nfile.categories,absent\nfile.classes,absent\nfile.classResources,absent\nfile.courses,absent\nfile.courseResources,absent\nfile.demographics,absent\nfile.enrollments,absent\nfile.lineItems,absent\nfile.orgs,bulk\nfile.resources,absent\nfile.results,absent\nfile.users,bulk\nsource.systemName,test\nsource.systemCode,test\n',
    orgs: 'sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\nd1,,,Maple,district,,\ns1,,,Maple High,school,,d1\n',
    users: ['sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password',
      ...people.map(({ id, role, given, family, email }) =>
        `${id},,,true,s1,${role},${id},,${given},${family},,,${email},,,,,`)].join('\n') + '\n',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, `${name}.csv`), text);
  return maple.command('roster', 'import', path);
}
const staff = [
  { id: 't1', role: 'teacher', given: 'Ada', family: 'Field', email: 'ada@maple.test' },
  { id: 't2', role: 'teacher', given: 'Fay', family: 'Hill', email: 'fay@maple.test' },
  { id: 't3', role: 'administrator', given: 'Bo', family: 'Marsh', email: 'bo@maple.test' },
  { id: 't4', role: 'teacher', given: 'Gil', family: 'Stone', email: 'gil@maple.test' },
];
const pupils = [
  { id: 'p1', role: 'student', given: 'Max', family: 'Student', email: 'max@pupils.maple.test' },
  // The shared domain of the staff, and a role that two rows disagree about.
  { id: 'p2', role: 'student', given: 'Kim', family: 'Aide', email: 'kim@maple.test' },
];

async function joinAs(username, email) {
  const browser = new Browser(maple);
  const page = await browser.request('/join');
  return browser.request('/join', {
    method: 'POST',
    form: { ...Browser.hiddenFields(page.text, '/join'), username, email, password: 'green ladders sing', agreement: 'true' },
  });
}

test('a student who poses as a teacher: the roster decides, not the mail domain and not the name', async () => {
  await roster([...staff, ...pupils]);
  await maple.command('roster', 'bind', 't1', 'ada');
  await maple.command('roster', 'bind', 't2', 'fay');
  const users = async () => Number(await sql('SELECT count(*) FROM users'));
  const before = await users();
  for (const [name, email] of [['max', 'max@pupils.maple.test'], ['kim', 'kim@maple.test'], ['mrfield', 'unknown@maple.test'],
    ['ada.field', 'ada@maple.test.evil.test'], ['gil', 'GIL+me@maple.test']]) {
    await joinAs(name, email);
  }
  assert.equal(await users(), before, 'nobody came in');
  // Nor by a name that is taken for a colleague's, or for the office.
  for (const name of ['admin', 'moderator', 'аda']) {
    const answer = await joinAs(name, 'gil@maple.test');
    assert.notEqual(answer.status, 303);
    assert.doesNotMatch(answer.text, /Look into your mailbox/, name);
  }
  // The one whom the roster lists gets in with the same form.
  assert.match((await joinAs('gil', 'gil@maple.test')).text, /Look into your mailbox/);
  await mail.letterTo('gil@maple.test', /confirm your address/);
  const strangers = mail.letters.flatMap(({ to }) => to).filter((to) => /pupils|kim@|unknown@|evil|\+me/i.test(to));
  assert.deepEqual(strangers, [], 'nobody else was written to');
  // A badge cannot be written.
  await ada.call('PATCH', '/api/v1/accounts/update_credentials', { display_name: 'Ada ✔ Verified' }, { status: 422 });
  await workGoesOn();
});

test('a former employee: one roster run ends everything, abroad as well', async () => {
  await eventually('ada\'s badge abroad', () => badgeOf(carl, ada.handle));
  const quiet = await carl.post('/api/v1/statuses', { status: `@${ada.handle} for you alone`, visibility: 'direct' });
  await eventually('ada reads it', async () => (await ada.get('/api/v1/conversations')).length === 1);
  const stream = await fetch(`${maple.url}/api/v1/streaming/user`, { headers: { authorization: `Bearer ${ada.token}` } });
  let isClosed = false;
  const reading = (async () => {
    for await (const chunk of stream.body) void chunk;
  })().catch(() => {}).then(() => (isClosed = true));
  const printed = await roster([...staff.filter(({ id }) => id !== 't1'), ...pupils]);
  assert.match(printed, /removed/i);
  await eventually('the stream closes', () => isClosed);
  await reading;
  for (const path of ['/api/v1/timelines/home', '/api/v1/conversations', '/api/v1/notifications', '/api/v1/accounts/verify_credentials']) {
    await ada.get(path, { status: 401 });
  }
  await ada.call('POST', '/api/v1/statuses', { status: 'still a teacher' }, { status: 401 });
  assert.equal((await ada.browser.request('/settings')).status, 303);
  assert.notEqual((await new Browser(maple).submit('/sign-in', { name: 'ada', password: ada.password })).status, 303);
  await eventually('no badge abroad', async () => !(await badgeOf(carl, ada.handle)));
  // Her followers are not dropped: she may take them along.
  assert.equal((await carl.get(`/api/v1/accounts/relationships?id[]=${(await carl.find(ada.handle)).id}`))[0].following, true);
  assert.ok(quiet.id);
  await workGoesOn();
});

test('a curious supervisor sees no private word by any page, call or command', async () => {
  const secret = 'zanzibar quartet';
  const direct = await fay.post('/api/v1/statuses', { status: `@${carl.handle} ${secret}`, visibility: 'direct' });
  const limited = await fay.post('/api/v1/statuses', { status: secret, visibility: 'private' });
  const poll = await carl.post('/api/v1/statuses', { status: 'strike?', poll: { options: ['yes', 'no'], expires_in: 3600 } });
  const seen = [];
  for (const path of ['/api/v1/admin/accounts', '/api/v1/admin/reports', `/api/v1/accounts/${direct.account.id}/statuses`,
    `/api/v2/search?q=zanzibar`, '/api/v1/timelines/public', '/api/v1/timelines/home', '/api/v1/conversations']) {
    seen.push(JSON.stringify(await boss.get(path)));
  }
  for (const id of [direct.id, limited.id]) await boss.get(`/api/v1/statuses/${id}`, { status: 404 });
  const start = await boss.browser.request('/admin');
  const pages = [...new Set([...start.text.matchAll(/href="(\/admin[^"?#]*)/g)].map(([, path]) => path)), '/admin/duties', '/admin/leavers'];
  for (const path of pages) seen.push((await boss.browser.request(path)).text);
  for (const command of [['account', 'list'], ['held', 'list'], ['explain', direct.uri], ['explain', limited.uri], ['audit', 'list'],
    ['filter', 'list'], ['rule', 'try', 'word', 'zanzibar']]) {
    seen.push(await maple.command(...command));
  }
  assert.ok(seen.length > 15);
  for (const text of seen) assert.doesNotMatch(text, /zanzibar quartet/);
  assert.ok(poll.poll.id);
  // Alone he cannot open it: it takes a second person, and a reason.
  const day = new Date().toISOString().slice(0, 10);
  const asked = await boss.browser.submitTo('/admin/break-glass', '/admin/break-glass', { name: 'fay', first: day, last: day, reason: 'I wonder' });
  const request = asked.location ?? '/admin/break-glass';
  assert.notEqual((await boss.browser.request(`${request}/posts`)).status, 200);
  await workGoesOn();
});

test('a stolen administrator\'s password: what is changed in the record is found, and neighbours lower the house with one switch', async () => {
  // Cedar's administrator is not cedar's any more.
  await cedar.command('attest', 'grant', 'carl', '--kind', 'leader');
  for (let i = 0; i < 5; i += 1) {
    const fake = await cedar.member(`fake${i}`);
    await cedar.command('attest', 'grant', fake.name, '--kind', 'teacher');
  }
  await postgres.sql('cedar', `ALTER TABLE audit_log DISABLE TRIGGER audit_log_kept`);
  await eventually('the record is chained', async () =>
    Number(await postgres.sql('cedar', `SELECT count(*) FROM audit_log WHERE hash IS NOT NULL AND act LIKE 'attest%'`)) >= 6, 40_000);
  await postgres.sql('cedar', `DELETE FROM audit_log WHERE act LIKE 'attest%' AND id > (SELECT min(id) FROM audit_log WHERE act LIKE 'attest%')`);
  await assert.rejects(cedar.command('audit', 'verify'), /removed|missing|not what was written/);
  // A neighbour ends it with one switch, and the third district notices nothing.
  await maple.command('peer', 'add', cedar.authority, '--level', 'guest');
  await eventually('carl\'s badge counts no more', async () =>
    !/standing +attested/.test(await maple.command('attest', 'show', carl.handle)));
  const words = `from cedar ${Math.random()}`;
  await bea.post('/api/v1/statuses', { status: `@${fay.handle} hello from birch` });
  await eventually('fay is told of bea', async () => (await fay.get('/api/v1/notifications')).some((one) => one.account.acct === bea.handle));
  await maple.command('peer', 'add', cedar.authority, '--level', 'member');
  await carl.post('/api/v1/statuses', { status: words });
  await eventually('restored, carl is read again', async () => (await home(fay)).includes(words));
  await workGoesOn();
});

test('a stolen administrator\'s password: what is hard takes a second person, and neighbours hold a house that promises less', async () => {
  const thief = await cedar.member('thief', { role: 'owner', scopes: 'read write admin:read admin:write' });
  const cedarSql = (text) => postgres.sql('cedar', text);
  const asked = async (kind) => Number(await cedarSql(`SELECT count(*) FROM approvals WHERE kind = '${kind}' AND decision = ''`));

  // Take a block back: by the page, and by an app.
  const evil = 'evil.example';
  await cedar.command('peer', 'block', evil);
  const page = `/admin/peers/${evil}`;
  const form = { reason: 'they are nice people', password: thief.password, level: 'member' };
  assert.equal((await thief.browser.submitTo(page, `${page}/unblock`, form)).location, '/admin/approvals');
  const hidden = Browser.hiddenFields((await thief.browser.request(page)).text, `${page}/unblock`);
  for (const act of ['agree', 'level', 'restore'])
    assert.equal((await thief.browser.request(`${page}/${act}`, { method: 'POST', form: { ...hidden, ...form } })).status, 422, act);
  const [block] = (await thief.get('/api/v1/admin/domain_blocks')).filter(({ domain }) => domain === evil);
  await thief.call('DELETE', `/api/v1/admin/domain_blocks/${block.id}`, undefined, { status: 422 });
  await thief.call('PUT', `/api/v1/admin/domain_blocks/${block.id}`, { severity: 'noop' }, { status: 422 });
  await thief.call('POST', '/api/v1/admin/domain_allows', { domain: evil }, { status: 422 });
  assert.match(await cedar.command('peer', 'list'), /evil\.example +blocked/);
  assert.equal(await asked('peer.unblock'), 1);
  const waiting = (await thief.browser.request('/admin/approvals')).text;
  const refuse = waiting.match(/action="(\/admin\/approvals\/\d+\/refuse)"/)[1];
  assert.equal((await thief.browser.submitTo('/admin/approvals', refuse, { reason: 'taken back again' })).status, 303);

  // Promise less: nothing is published before a second person, or before all have known for a day.
  await maple.command('peer', 'compare', cedar.authority);
  const version = () => fetch(`${cedar.origin}/actor/policy`).then((answer) => answer.json()).then((policy) => policy.id);
  const before = await version();
  assert.equal(await changeCovenant(thief, { urgent_hours: '500' }), '/admin/approvals');
  assert.equal(await version(), before);
  assert.equal(await asked('covenant.weaken'), 1);
  await goOnAlone(thief, cedarSql);
  assert.notEqual(await version(), before);
  assert.equal(await cedarSql(`SELECT count(*) FROM audit_log WHERE act = 'approval.alone'`), '1', 'that it was alone is written');
  await eventually('maple holds cedar', async () => /\bguest\b/.test((await maple.command('peer', 'list'))
    .split('\n').find((line) => line.startsWith(cedar.authority))));
  assert.match((await boss.browser.request(`/admin/peers/${encodeURIComponent(cedar.authority)}`)).text, /on hold: it promises less than before/);

  // The neighbours go on, with each other and with cedar's teachers whom they follow.
  const words = `from birch ${Math.random()}`;
  await bea.post('/api/v1/statuses', { status: `@${fay.handle} ${words}` });
  await eventually('fay is told of bea', async () =>
    JSON.stringify(await fay.get('/api/v1/notifications')).includes(words));
  await workGoesOn();
});
