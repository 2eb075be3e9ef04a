// Single sign-on with a real OpenID provider: who comes in, who does not, and what a lost role does.
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { join, OpenIdProvider, signOn } from './lib/oidc.mjs';
import { Browser, eventually, freePort, Instance, Member } from './lib/staffroom.mjs';

const roster = resolve(import.meta.dirname, '../data/oneroster/v1p1-bulk');
const clock = ['--taken-at', '2026-10-01T00:00:00Z', '--as-of', '2026-11-03T00:00:00Z'];
const generic = { role_claim: 'groups', staff_values: 'staff', student_values: 'student', person_claim: 'sourced_id' };

let idp, instance, base, teachers;

before(async () => {
  const host = `127.77.${process.pid % 250}.201`;
  const port = await freePort(host);
  idp = await OpenIdProvider.start(`http://${host}:${port}/sign-on/return`);
  instance = await Instance.start({ host, port, settings: idp.settings('generic', generic) });
  base = instance.settings.filter((setting) => !setting.startsWith('sign_on.'));
  await instance.command('roster', 'import', roster, ...clock);
  const listed = (await instance.command('roster', 'list', '--csv')).trim().split('\n').slice(1);
  teachers = listed.map((line) => line.split(',')[0].replaceAll('"', ''));
});
after(async () => {
  await instance?.destroy();
  await idp?.stop();
});

async function configure(settings) {
  await instance.stop();
  instance.settings = [...base, ...settings];
  await instance.launch();
}

/** Somebody of the roster who signs on for the first time and chooses a name. */
async function newcomer(name, sourcedId = teachers.shift(), claims = { groups: ['staff'], sourced_id: sourcedId }) {
  idp.people[name] = claims;
  const browser = new Browser(instance);
  const joined = await join(browser, await signOn(idp, browser, name), name);
  assert.equal(joined.status, 303, joined.text);
  return browser;
}

const isSignedIn = async (browser) => (await browser.request('/settings')).status === 200;
const attestation = (name) => instance.command('attest', 'show', name);

test('a teacher of the roster comes in by sign-on, is attested, and comes back', async () => {
  const page = await new Browser(instance).request('/sign-in?return_to=/settings');
  assert.match(page.text, /href="\/sign-on\?return_to=%2Fsettings"[^>]*>Sign in with your school/);
  const browser = await newcomer('ada');
  assert.ok(await isSignedIn(browser));
  assert.match(await attestation('ada'), /^standing\s+attested/m);
  const again = new Browser(instance);
  const back = await signOn(idp, again, 'ada', '/sign-on?return_to=%2Fsettings');
  assert.equal(back.location, '/settings');
  assert.ok(await isSignedIn(again));
  assert.match(await instance.command('sign-on', 'list'), /^ada\s+staff/m);
});

test("an app's authorisation goes on after the sign-on, and no sign-on leads away", async () => {
  const app = await (await fetch(`${instance.url}/api/v1/apps`, {
    method: 'POST', body: new URLSearchParams({ client_name: 'app', redirect_uris: 'urn:ietf:wg:oauth:2.0:oob', scopes: 'read' }),
  })).json();
  const wanted = `/oauth/authorize?response_type=code&client_id=${app.client_id}&redirect_uri=urn:ietf:wg:oauth:2.0:oob&scope=read`;
  const browser = new Browser(instance);
  const sent = await browser.request(wanted);
  const page = await browser.request(sent.location);
  const link = page.text.match(/href="(\/sign-on\?[^"]+)"/)[1].replaceAll('&amp;', '&');
  const back = await signOn(idp, browser, 'ada', link);
  assert.equal(back.location, wanted);
  assert.match((await browser.request(back.location)).text, /Allow|Connect/);
  for (const foreign of ['https://evil.example/', '//evil.example', '/\\evil.example']) {
    const other = await signOn(idp, new Browser(instance), 'ada', `/sign-on?return_to=${encodeURIComponent(foreign)}`);
    assert.equal(other.location, '/', foreign);
  }
});

// Before the forgeries: an unknown key is asked for at most every half minute.
test('the provider may change its key', async () => {
  idp.rotate();
  assert.equal((await signOn(idp, new Browser(instance), 'ada')).status, 303);
});

test('a token that is not for this sign-on opens nothing', async () => {
  const now = Math.floor(Date.now() / 1000);
  const earlier = JSON.parse(Buffer.from(idp.lastToken.split('.')[1], 'base64url'));
  const cases = {
    'wrong issuer': (claims) => idp.sign({ ...claims, iss: 'https://evil.example' }),
    'wrong audience': (claims) => idp.sign({ ...claims, aud: 'somebody' }),
    'one more audience': (claims) => idp.sign({ ...claims, aud: ['staffroom', 'somebody'] }),
    'wrong party': (claims) => idp.sign({ ...claims, azp: 'somebody' }),
    expired: (claims) => idp.sign({ ...claims, exp: now - 120 }),
    'from the future': (claims) => idp.sign({ ...claims, iat: now + 300 }),
    'replayed nonce': (claims) => idp.sign({ ...claims, nonce: earlier.nonce }),
    'an earlier token': () => idp.lastToken && idp.sign(earlier),
    none: (claims) => idp.sign(claims, { alg: 'none' }),
    'HS256 with the public key': (claims) => idp.sign(claims, { alg: 'HS256' }),
    'unknown key': (claims) => idp.sign(claims, { kid: 'nobody' }),
  };
  idp.change = (claims) => idp.sign(claims);
  assert.equal((await signOn(idp, new Browser(instance), 'ada')).status, 303, 'the honest twin');
  for (const [name, change] of Object.entries(cases)) {
    idp.change = change;
    const browser = new Browser(instance);
    const answer = await signOn(idp, browser, 'ada');
    assert.ok([403, 502].includes(answer.status), `${name}: ${answer.status}`);
    assert.ok(!(await isSignedIn(browser)), name);
  }
  idp.change = undefined;
});

test('the way back works once, and only in the browser that began', async () => {
  const browser = new Browser(instance);
  const sent = await browser.request('/sign-on');
  const back = new URL(await idp.visit(sent.location, 'ada'));
  const stranger = new Browser(instance);
  await stranger.request('/sign-on');
  const stolen = await stranger.request(back.pathname + back.search);
  assert.equal(stolen.status, 403);
  assert.equal((await browser.request(back.pathname + back.search)).status, 403, 'it is spent');
  const honest = await signOn(idp, browser, 'ada');
  assert.equal(honest.status, 303);
});

test('a student is turned away and leaves nothing behind', async () => {
  idp.people.pupil = { groups: ['student'], sourced_id: teachers[0] };
  idp.people.both = { groups: ['staff', 'student'], sourced_id: teachers[0] };
  idp.people.untold = { sourced_id: teachers[0] };
  for (const login of ['pupil', 'both', 'untold']) {
    const answer = await signOn(idp, new Browser(instance), login);
    assert.equal(answer.status, 403, login);
    assert.ok(!answer.text.includes('name="username"'), login);
  }
  assert.doesNotMatch(await instance.command('sign-on', 'list'), /pupil|both|untold/);
});

test('who loses the role has left at once, and comes back with it', async () => {
  const browser = await newcomer('bob');
  const token = await browser.authorise('read write');
  const bob = new Member(instance, { name: 'bob', token, browser });
  const stream = await fetch(`${instance.url}/api/v1/streaming/user`, { headers: { authorization: `Bearer ${token}` } });
  let closed = false;
  (async () => { for await (const chunk of stream.body) void chunk; })().catch(() => {}).finally(() => (closed = true));
  await bob.get('/api/v1/accounts/verify_credentials');

  idp.people.bob.groups = [];
  const answer = await signOn(idp, new Browser(instance), 'bob');
  assert.equal(answer.status, 403);
  await bob.get('/api/v1/accounts/verify_credentials', { status: 401 });
  assert.ok(!(await isSignedIn(browser)));
  await eventually('the stream ends', () => closed);
  assert.match(await instance.command('account', 'list'), /^bob\s+member\s+left/m);
  assert.doesNotMatch(await attestation('bob'), /^standing\s+attested/m);

  idp.people.bob.groups = ['staff'];
  const back = new Browser(instance);
  assert.equal((await signOn(idp, back, 'bob')).status, 303);
  assert.ok(await isSignedIn(back));
  assert.match(await instance.command('account', 'list'), /^bob\s+member\s+active/m);
  assert.match(await attestation('bob'), /^standing\s+attested/m);
});

test('who is unknown is told the ways in; an officer binds by the reference', async () => {
  idp.people.carla = { groups: ['staff'], email: 'ada@cedarfork.example', email_verified: true };
  const unknown = await signOn(idp, new Browser(instance), 'carla');
  assert.equal(unknown.status, 403);
  const reference = unknown.text.match(/<textarea[^>]*>([^<]+)</)[1];
  await instance.command('account', 'create', 'carla');
  await assert.rejects(instance.command('sign-on', 'bind', 'carla', `${reference.slice(0, -1)}x`));
  await instance.command('sign-on', 'bind', 'carla', reference);
  await assert.rejects(instance.command('sign-on', 'bind', 'ada', reference), /a member's already/);
  const browser = new Browser(instance);
  assert.equal((await signOn(idp, browser, 'carla')).status, 303);
  assert.ok(await isSignedIn(browser), 'the one-time password is needed no more');
});

test('an invitation lets in whom no roster lists', async () => {
  idp.people.dora = { groups: ['staff'] };
  const link = new URL((await instance.command('invite', 'make')).trim());
  const browser = new Browser(instance);
  const page = await browser.request(link.pathname + link.search);
  const onward = page.text.match(/href="(\/sign-on\?[^"]+)"/)[1];
  const joined = await join(browser, await signOn(idp, browser, 'dora', onward), 'dora');
  assert.equal(joined.status, 303, joined.text);
  assert.ok(await isSignedIn(browser));
  assert.doesNotMatch(await attestation('dora'), /^standing\s+attested/m);
});

test('each preset reads its own claims, links by password, and refuses other districts', async () => {
  const eve = await instance.member('eve');
  const presets = {
    clever: { settings: { tenants: 'd1' }, claims: { user_type: 'teacher', district_id: 'd1' }, other: { district_id: 'd2' },
      student: { user_type: 'student' } },
    classlink: { settings: { tenants: '17' }, claims: { UserId: 9, TenantId: 17, Role: 'Teacher' }, other: { TenantId: 18 },
      student: { Role: 'Student' } },
    google: { settings: { tenants: 'maple.example' }, claims: { hd: 'maple.example' }, other: { hd: 'student.maple.example' } },
    entra: { settings: { tenants: 't1', staff_values: 'Educator' }, claims: { oid: 'o1', tid: 't1', roles: ['Educator'] },
      other: { tid: 't2' }, student: { roles: [] } },
  };
  for (const [name, { settings, claims, other, student }] of Object.entries(presets)) {
    idp.rotate({ onlyUserinfo: name === 'clever' });
    await configure(idp.settings(name, settings));
    idp.people[name] = claims;
    const browser = new Browser(instance);
    await browser.signIn('eve', eve.password);
    const wrong = await browser.submit('/settings/sign-on', { password: 'not the password' });
    assert.equal(wrong.status, 403, name);
    const page = await browser.submit('/settings/sign-on', { password: eve.password });
    const url = page.text.match(/href="(http[^"]+)"/)[1].replaceAll('&amp;', '&');
    const back = new URL(await idp.visit(url, name));
    const linked = await browser.request(back.pathname + back.search);
    assert.equal(linked.status, 303, `${name}: ${linked.text}`);
    const again = new Browser(instance);
    assert.equal((await signOn(idp, again, name)).status, 303, name);
    assert.ok(await isSignedIn(again), name);
    idp.people[name] = { ...claims, ...other };
    assert.equal((await signOn(idp, new Browser(instance), name)).status, 403, `${name}: another district`);
    if (student) {
      idp.people[name] = { ...claims, ...student };
      assert.equal((await signOn(idp, new Browser(instance), name)).status, 403, `${name}: no longer staff`);
      assert.match(await instance.command('account', 'list'), /^eve\s+member\s+left/m, name);
    }
    idp.people[name] = claims;
    assert.equal((await signOn(idp, new Browser(instance), name)).status, 303, `${name}: staff again`);
  }
});

test('where passwords are off only the break-glass owner has one', async () => {
  const owner = await instance.member('grace', { role: 'owner' });
  const fred = await instance.member('fred');
  idp.rotate();
  await configure([...idp.settings('generic', generic), 'sign_on.passwords=false', 'sign_on.break_glass=grace']);
  await new Browser(instance).signIn('grace', owner.password);
  await assert.rejects(new Browser(instance).signIn('fred', fred.password), /sign-in: 401/);
  assert.equal((await signOn(idp, new Browser(instance), 'ada')).status, 303);
  assert.match(await instance.command('config', 'check'), /fine/);
  await assert.rejects(instance.command('config', 'check', '--set', 'sign_on.break_glass='), /name the owner/);
});

test('the doctor asks the provider', async () => {
  const { stdout } = await instance.command('doctor').then((text) => ({ stdout: text }), (error) => error);
  assert.match(stdout, /ok\s+sign-on\s+http:\/\/127\.77/);
});
