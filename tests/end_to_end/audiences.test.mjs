// Two districts in different regions and an ordinary server that is let in as a guest: who is sent,
// shown and served a post for a narrow audience, and what answers, edits, boosts and levels do to it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Crowd } from './lib/crowd.mjs';
import { eventually, Instance } from './lib/staffroom.mjs';

let crowd, fan, maple, birch, ada, lee, clerk, bea, ben;

before(async () => {
  crowd = await Crowd.start(['mastodon.example']);
  [maple, birch] = await Promise.all([
    Instance.start({ settings: ['district.region=US-CA', ...crowd.settings] }),
    Instance.start({ settings: ['district.region=US-OR'] }),
  ]);
  await maple.command('peer', 'add', birch.authority, '--level', 'member');
  await birch.command('peer', 'add', maple.authority, '--level', 'member');
  await maple.command('peer', 'add', 'mastodon.example', '--level', 'guest');
  [ada, lee, clerk] = [await maple.member('ada'), await maple.member('lee'), await maple.member('clerk')];
  [bea, ben] = [await birch.member('bea'), await birch.member('ben')];
  for (const [instance, name] of [[maple, 'ada'], [maple, 'lee'], [birch, 'bea']]) {
    await instance.command('attest', 'grant', name, '--kind', 'teacher');
  }
  for (const one of [lee, clerk, bea, ben]) await one.follow(ada.handle);
  await ada.follow(bea.handle);
  for (const [instance, one] of [[maple, bea], [birch, ada]]) {
    await eventually(`what is attested of ${one.name} is known elsewhere`, async () =>
      /standing +attested/.test(await instance.command('attest', 'show', one.handle)));
  }
  [fan] = crowd.people('mastodon.example', 1, 'fan');
  await crowd.send(maple, { id: `${fan}/follows/1`, type: 'Follow', actor: fan, object: `${maple.origin}/users/ada` });
  await eventually('the guest follows', async () => sentToGuest('Accept').length > 0);
});
after(async () => {
  await maple?.destroy();
  await birch?.destroy();
  await crowd?.close();
});

const sentToGuest = (type) => crowd.fediverse.received.filter((one) => one.activity.type === type);
const home = async (member) => (await member.get('/api/v1/timelines/home?limit=40')).map((one) => one.content).join('\n');
const reads = (member, words) => eventually(`${member.name} reads "${words}"`, async () => (await home(member)).includes(words));
/** What ada wrote before has come to where it goes by then: deliveries of one author stay in order. */
async function settled() {
  const words = `aloud ${Math.random()}`;
  await ada.post('/api/v1/statuses', { status: words });
  for (const one of [lee, clerk, bea, ben]) await reads(one, words);
  await eventually('the guest has it', () => JSON.stringify(sentToGuest('Create')).includes(words));
}
async function readersOf(words) {
  await settled();
  const readers = [];
  for (const one of [ada, lee, clerk, bea, ben]) if ((await home(one)).includes(words)) readers.push(one.name);
  if (JSON.stringify(crowd.fediverse.received).includes(words)) readers.push('the guest');
  return readers;
}
const post = (member, status, more = {}) => member.post('/api/v1/statuses', { status, ...more });
const found = async (member, uri) =>
  (await member.get(`/api/v2/search?resolve=true&type=statuses&q=${encodeURIComponent(uri)}`)).statuses[0];

test('each audience is read by those who belong to it, and by nobody else', async () => {
  const expected = {
    educators: ['ada', 'lee', 'bea'],
    'outside-district': ['ada', 'bea'],
    'outside-region': ['ada', 'bea'],
  };
  for (const [audience, readers] of Object.entries(expected)) {
    const written = await post(ada, `between us: ${audience}`, { audience });
    assert.equal(written.visibility, 'private');
    assert.equal(written.audience.kind, audience);
    assert.match(written.content, /^<p>For verified educators/);
    assert.deepEqual(await readersOf(`between us: ${audience}`), readers);
  }
  const there = (await bea.get('/api/v1/timelines/home')).find((one) => one.content.includes('outside-region'));
  assert.equal(there.visibility, 'private');
  assert.equal(there.audience.kind, 'outside-region');
  assert.match(there.content, /outside the author&#39;s region|outside the author's region/);
});

test('a mark in the first line does the same from any app, and a mistyped one is refused', async () => {
  await post(ada, '!outside-district\nhas anybody been through this?');
  assert.deepEqual(await readersOf('has anybody been through this'), ['ada', 'bea']);
  await assert.rejects(post(ada, '!outside-distrikt\nthis must not go out'), /422.*Audience/s);
  assert.deepEqual(await readersOf('this must not go out'), []);
});

test('who does not belong is not mentioned', async () => {
  await assert.rejects(post(ada, '@lee look', { audience: 'outside-district' }), /422.*@lee/s);
  await assert.rejects(post(ada, `@${ben.handle} look`, { audience: 'educators' }), /422.*@ben/s);
});

test('an answer from the other district stays among the same people', async () => {
  const question = await post(ada, 'a hard question', { audience: 'outside-district' });
  const seen = await eventually('bea sees it', async () =>
    (await bea.get('/api/v1/timelines/home')).find((one) => one.content.includes('a hard question')));
  const answer = await post(bea, `@${ada.handle} a kind answer`, { in_reply_to_id: seen.id, visibility: 'public' });
  assert.equal(answer.audience.kind, 'outside-district');
  const context = await eventually('ada reads the answer', async () => {
    const { descendants } = await ada.get(`/api/v1/statuses/${question.id}/context`);
    return descendants.length > 0 && descendants;
  });
  assert.equal(context[0].audience.kind, 'outside-district');
  for (const one of [lee, clerk]) {
    await one.get(`/api/v1/statuses/${question.id}`, { status: 404 });
    await one.get(`/api/v1/statuses/${context[0].id}`, { status: 404 });
  }
  await assert.rejects(bea.post(`/api/v1/statuses/${seen.id}/reblog`), /403/);
  await assert.rejects(post(bea, 'see this', { quoted_status_id: seen.id }), /404|422/);
});

test('it is served to people of the audience alone, and found by nobody', async () => {
  const written = await post(ada, 'unfindable words', { audience: 'educators' });
  await reads(bea, 'unfindable words');
  assert.equal((await fetch(written.uri, { headers: { accept: 'application/activity+json' } })).status, 401);
  const { pathname } = new URL(written.uri);
  const asked = await crowd.fediverse.get({ to: maple.listen, host: maple.authority, path: pathname, actor: fan });
  assert.equal(asked.status, 404);
  assert.equal(await found(ben, written.uri), undefined);
  for (const one of [lee, bea, clerk, ben]) {
    assert.deepEqual((await one.get('/api/v2/search?type=statuses&q=unfindable')).statuses, []);
  }
  assert.equal((await ada.get('/api/v2/search?type=statuses&q=unfindable')).statuses.length, 1);
});

test('an edit reaches the same people, and no longer a server that is no member any more', async () => {
  const written = await post(ada, 'first words', { audience: 'educators' });
  await reads(bea, 'first words');
  await ada.call('PUT', `/api/v1/statuses/${written.id}`, { status: 'second words' });
  await reads(bea, 'second words');
  await maple.command('peer', 'add', birch.authority, '--level', 'guest');
  await eventually('the level is known', async () => {
    const words = `probe ${Math.random()}`;
    await post(ada, words, { audience: 'educators' });
    return !(await readersOf(words)).includes('bea');
  });
  await ada.call('PUT', `/api/v1/statuses/${written.id}`, { status: 'third words' });
  assert.deepEqual(await readersOf('third words'), ['ada', 'lee']);
  assert.ok(!(await home(ben)).includes('third words'));
});
