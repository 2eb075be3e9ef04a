// An account moves between two districts, both ways: its followers, here and there, go along.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Fediverse } from './lib/fediverse.mjs';
import { eventually, twoDistricts } from './lib/staffroom.mjs';

const moved = (answer) => assert.equal(answer.status, 303, answer.text?.slice(0, 1500));

let maple, cedar, fediverse;

before(async () => {
  fediverse = await new Fediverse().listen();
  const settings = [`testing.hosts=birch.example=${fediverse.address}`];
  ({ maple, cedar } = await twoDistricts({ maple: { settings } }));
});
after(async () => {
  await maple?.destroy();
  await cedar?.destroy();
  await fediverse?.close();
});

const addAlias = async (member, handle) =>
  moved(await member.browser.submitTo('/settings/move', '/settings/move/aliases', { alias: handle }));
const leaveFor = (member, handle, password = member.password) =>
  member.browser.submitTo('/settings/move', '/settings/move', { target: handle, password });

const follows = async (member, handle) => {
  const account = await member.find(handle);
  return (await member.get(`/api/v1/accounts/relationships?id[]=${account.id}`))[0].following;
};
const wentAlong = (member, from, to) => eventually(`${member.name} goes along`, async () =>
  (await follows(member, to)) && !(await follows(member, from)));

for (const way of ['from here to there', 'from there to here']) {
  test(`followers of both districts go along ${way}`, async () => {
    const [old, next] = way === 'from here to there' ? [maple, cedar] : [cedar, maple];
    const mark = old === maple ? 'a' : 'b';
    const from = await old.member(`old_${mark}`);
    const to = await next.member(`new_${mark}`);
    const near = await old.member(`near_${mark}`);
    const far = await next.member(`far_${mark}`);
    await near.follow(from.handle);
    await far.follow(from.handle);

    const refused = await leaveFor(from, to.handle);
    assert.equal(refused.status, 422);
    assert.match(refused.text, /does not name this one as an alias/);

    await addAlias(to, from.handle);
    assert.equal((await leaveFor(from, to.handle, 'not my password')).status, 403);
    moved(await leaveFor(from, to.handle));
    await wentAlong(near, from.handle, to.handle);
    await wentAlong(far, from.handle, to.handle);

    const shown = await far.find(from.handle);
    assert.equal(shown.moved.acct, to.name);
    await from.call('POST', '/api/v1/statuses', { status: 'still here?' }, { status: 403 });
    const stranger = await from.find(near.handle);
    await from.call('POST', `/api/v1/accounts/${stranger.id}/follow`, undefined, { status: 403 });

    moved(await from.browser.submitTo('/settings/move', '/settings/move/cancel', {}));
    await from.post('/api/v1/statuses', { status: 'I use this one again' });
    assert.ok(await follows(near, to.handle), 'followers stay with the new account');
    assert.match((await leaveFor(from, to.handle)).text, /less than 30 days ago/);
  });
}

test('A32 a Move that the new account does not confirm has no effect', async () => {
  await maple.command('peer', 'add', 'birch.example', '--level', 'member');
  const carl = await maple.member('carl');
  const old = fediverse.addPerson('https://birch.example/users/olga');
  const honest = fediverse.addPerson('https://birch.example/users/olga2', { alsoKnownAs: [old.id] });
  const forged = fediverse.addPerson('https://birch.example/users/mallory');
  const account = await carl.find('olga@birch.example');
  await carl.post(`/api/v1/accounts/${account.id}/follow`);
  const follow = await eventually('the Follow', async () =>
    fediverse.received.find(({ activity }) => activity.type === 'Follow')?.activity);
  const send = (body, actor = old.id) => fediverse.post({
    to: maple.listen, host: maple.authority, path: '/inbox', actor,
    body: JSON.stringify({ '@context': 'https://www.w3.org/ns/activitystreams', id: fediverse.id(actor, 'moves'), actor, ...body }),
  });
  await send({ type: 'Accept', object: follow });
  await eventually('carl follows', () => follows(carl, 'olga@birch.example'));

  // Not confirmed by the target, and by somebody else: both are taken and change nothing.
  await send({ type: 'Move', object: old.id, target: forged.id });
  await send({ type: 'Move', object: old.id, target: forged.id }, forged.id);
  const jobs = async () => (await carl.find('olga@birch.example')).moved;
  await send({ type: 'Move', object: old.id, target: honest.id });
  await eventually('the honest one does', async () => (await jobs())?.acct === 'olga2@birch.example');
  const asked = fediverse.received.filter(({ activity }) => activity.type === 'Follow').map(({ activity }) => activity.object);
  assert.ok(!asked.includes(forged.id));
});
