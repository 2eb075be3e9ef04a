// Registers (docs/registers.md): maple publishes what it says of others, cedar follows it with the key
// that maple named. Then POLICY section 5, "list curator gone wrong": a register of a state turns bad
// in every way it can; it does no harm, and the neighbours still write to each other.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Crowd } from './lib/crowd.mjs';
import { Postgres } from './lib/postgres.mjs';
import { Register, RegisterKey } from './lib/register.mjs';
import { Instance, eventually } from './lib/staffroom.mjs';

const why = ['--reason', 'agreed on Monday'];
let postgres, crowd, maple, cedar, ada, carl, spammer, louder, state;

before(async () => {
  postgres = await Postgres.start();
  crowd = await Crowd.start(['spam.example', 'loud.example']);
  for (const name of ['maple', 'cedar']) await postgres.create(name);
  const start = (name, more = []) => Instance.start({ settings: [`database.url=${postgres.url(name)}`, ...more] });
  [maple, cedar] = [await start('maple'), await start('cedar', crowd.settings)];
  await maple.command('peer', 'add', cedar.authority, '--level', 'member');
  await cedar.command('peer', 'add', maple.authority, '--level', 'member');
  for (const host of ['spam.example', 'loud.example']) await cedar.command('peer', 'add', host, '--level', 'guest');
  await cedar.member('boss', { role: 'owner' });
  [ada, carl] = [await maple.member('ada'), await cedar.member('carl')];
  await carl.follow(ada.handle);
  await ada.follow(carl.handle);
  [[spammer], [louder]] = [crowd.people('spam.example', 1), crowd.people('loud.example', 1)];
  state = await Register.start();
});
after(async () => {
  for (const instance of [maple, cedar]) await instance?.destroy();
  await state?.close();
  await crowd?.close();
  await postgres?.stop();
});

const sql = (text) => postgres.sql('cedar', text);
const number = async (text) => Number(await sql(text));
const settled = () => eventually('everything that came is decided', async () => (await number('SELECT count(*) FROM jobs')) === 0);
const register = (instance, ...words) => instance.command('register', ...words);
const stateOf = (name) => sql(`SELECT state FROM registers WHERE name = '${name}'`);
const inForce = () => number('SELECT count(*) FROM advisories WHERE in_force');
const refused = (promise, pattern) => assert.rejects(promise, (error) => pattern.test(`${error.stderr}${error.stdout}`));

/** "hold" when that is what filter 11 says of a post by that person. */
async function adviceOn(actor) {
  const before = await number(`SELECT coalesce(max(id), 0) FROM audit_log`);
  // Not to anybody here: else the gate for guests limits it before.
  const post = crowd.mention(actor, cedar, 'carl', `hello ${Math.random()}`);
  post.cc = post.object.cc = [`${actor}/followers`];
  post.object.tag = [];
  const { status } = await crowd.send(cedar, post);
  assert.equal(status, 202);
  await settled();
  return sql(`SELECT coalesce(max(verdict), '') FROM audit_log WHERE id > ${before} AND act = 'verdict' AND filter = 'advisories'`);
}

/** Colleagues notice nothing, in both directions. */
async function workGoesOn() {
  const home = async (member) => (await member.get('/api/v1/timelines/home?limit=40')).map((one) => one.content).join('\n');
  const words = `lesson plan ${Math.random()}`;
  await ada.post('/api/v1/statuses', { status: words });
  await eventually('carl reads ada', async () => (await home(carl)).includes(words));
  await carl.post('/api/v1/statuses', { status: `answer to ${words}` });
  await eventually('ada reads carl', async () => (await home(ada)).includes(`answer to ${words}`));
}

test('a register that is not published is not served', async () => {
  await register(maple, 'add', 'reject', 'spam.example', '--say', 'sells answers', ...why);
  assert.equal((await fetch(`${maple.url}/actor/register`)).status, 404);
  assert.equal((await fetch(`${maple.url}/actor/register/1`)).status, 404);
  await refused(register(cedar, 'follow', `${maple.origin}/actor/register`, '--name', 'maple', ...why), /404/);
  await register(cedar, 'unfollow', 'maple', ...why);
});

test('maple publishes, cedar follows with the key that maple names, and an entry holds what a host sends', async () => {
  assert.equal(await adviceOn(spammer), '', 'before, nothing is said of it');
  const printed = await register(maple, 'publish', ...why);
  const key = printed.match(/Key: (\S+)/)[1];
  const actor = await (await fetch(`${maple.url}/actor`, { headers: { accept: 'application/activity+json' } })).json();
  assert.equal(actor.registerDocument, `${maple.origin}/actor/register`);
  await refused(register(cedar, 'follow', actor.registerDocument, '--name', 'wrong', '--key', new RegisterKey().multikey, ...why), /key that counts/);
  await register(cedar, 'unfollow', 'wrong', ...why);
  assert.match(await register(cedar, 'follow', actor.registerDocument, '--name', 'maple', '--key', key, '--take-effect', ...why), /1 entries/);
  assert.equal(await stateOf('maple'), 'good');
  assert.equal(await adviceOn(spammer), 'hold');
  assert.equal(await adviceOn(louder), '', 'the other guest is not meant');
  await workGoesOn();
});

test('a retraction lifts that entry and nothing else', async () => {
  await register(maple, 'add', 'reject', 'loud.example', ...why);
  await register(maple, 'add', 'filter', 'shop.example', ...why);
  await register(cedar, 'check', 'maple');
  assert.equal(await adviceOn(louder), 'hold');
  assert.equal(await sql(`SELECT severity FROM advisories WHERE in_force AND subject = 'shop.example'`), 'limit');
  await register(maple, 'retract', 'spam.example', ...why);
  await register(cedar, 'check', 'maple');
  assert.equal(await adviceOn(spammer), '');
  assert.equal(await adviceOn(louder), 'hold');
  assert.match(await register(cedar, 'show', 'maple'), /loud\.example reject/);
});

test('a key that is only shown is believed when a person confirmed it', async () => {
  state.say('reject', 'spam.example');
  const shown = await register(cedar, 'follow', state.url, '--name', 'state', '--take-effect', ...why);
  assert.ok(shown.includes(state.key.multikey), shown);
  assert.equal(await adviceOn(spammer), '');
  await register(cedar, 'confirm', 'state', '--key', `did:key:${state.key.multikey}`, ...why);
  assert.equal(await adviceOn(spammer), 'hold');
});

test('list curator gone wrong: forged, rewritten, emptied, rolled back; nothing changes, and it is recorded', async () => {
  const honest = [...state.entries];
  const key = state.key;
  const attacks = {
    'another key': [/key that counts/, 'forged', () => { state.key = new RegisterKey(); state.say('reject', maple.authority); }],
    'a forged signature': [/key that counts/, 'forged', () => {
      const head = state.head();
      state.say('reject', maple.authority);
      state.lie = { ...state.head(), proof: head.proof };
    }],
    'a rewritten history': [/written anew/, 'rewritten', () => {
      state.entries = [];
      state.say('reject', maple.authority);
      state.say('reject', 'loud.example');
    }],
    'an emptied list': [/older version/, 'rolled-back', () => { state.entries = []; }],
    'a page of HTML': [/cannot be read/, 'invalid', () => { state.lie = '<p>moved</p>'; }],
    'four megabytes': [/larger/, 'too-large', () => { state.lie = ' '.repeat(4_000_000); }],
  };
  for (const [name, [says, becomes, attack]] of Object.entries(attacks)) {
    [state.entries, state.key, state.lie] = [[...honest], key, undefined];
    attack();
    await refused(register(cedar, 'check', 'state'), says);
    assert.equal(await stateOf('state'), becomes, name);
    assert.equal(await adviceOn(spammer), 'hold', name);
    assert.equal(await adviceOn(louder), 'hold', `${name}: what maple says still counts`);
  }
  await workGoesOn();
  assert.ok(await number(`SELECT count(*) FROM audit_log WHERE act = 'register.trouble' AND subject = 'state'`) >= 5);
  [state.entries, state.key, state.lie] = [[...honest], key, undefined];
  await register(cedar, 'check', 'state');
  assert.equal(await stateOf('state'), 'good', 'and the honest one goes on');
});

test('list curator gone wrong: thousands of rejects, the neighbour among them, wait for a person', async () => {
  const before = await inForce();
  state.say('reject', maple.authority);
  for (let i = 0; i < 2000; i += 1) state.say('reject', `school${i}.example`);
  assert.match(await register(cedar, 'check', 'state'), /nothing of that has an effect/);
  assert.equal(await inForce(), before);
  const shown = await register(cedar, 'show', 'state');
  assert.match(shown, new RegExp(`waits +domain ${maple.authority.replaceAll('.', '\\.')}: reject instead of nothing +here: member +2 follows, 1 members`));
  await workGoesOn();
  await register(cedar, 'refuse', 'state', '--reason', 'that cannot be');
  state.say('reject', 'one-more.example');
  await register(cedar, 'check', 'state');
  assert.equal(await inForce(), before, 'patience gains nothing');
});

test('list curator gone wrong: even approved by a sleepy person, it silences no member', async () => {
  await register(cedar, 'approve', 'state', '--reason', 'looks fine');
  assert.ok(await inForce() >= 2000);
  assert.equal(await number(`SELECT count(*) FROM advisories WHERE in_force AND subject = '${maple.authority}'`), 0);
  await workGoesOn();
});

test('list curator gone wrong: everything retracted at once waits, too; and a drop blocks nobody by itself', async () => {
  const before = await inForce();
  for (let i = 0; i < 2000; i += 1) state.retract(`school${i}.example`);
  await register(cedar, 'check', 'state');
  assert.equal(await inForce(), before);
  await register(cedar, 'approve', 'state', ...why);
  assert.ok(await inForce() < 10);
  state.say('drop', 'loud.example');
  await register(cedar, 'check', 'state');
  assert.equal(await sql(`SELECT level FROM peers WHERE host = 'loud.example'`), 'guest');
  await register(cedar, 'approve', 'state', '--host', 'loud.example', '--reason', 'read it ourselves');
  assert.equal(await sql(`SELECT level FROM peers WHERE host = 'loud.example'`), 'blocked');
  assert.match(await register(cedar, 'differences'), /state +\d+ came, \d+ went/);
});

test('who is not followed any more has brought nothing', async () => {
  await register(cedar, 'unfollow', 'state', '--reason', 'not kept well');
  assert.equal(await adviceOn(spammer), '');
  assert.equal(await number(`SELECT count(*) FROM advisories a JOIN advisory_lists l ON l.id = a.list_id WHERE l.name = 'state'`), 0);
  await workGoesOn();
});
