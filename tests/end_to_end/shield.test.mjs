// A pile-on from another district: the shield goes up by itself, strangers are put aside without a
// sound, and the colleague whom the teacher knows comes through as always.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, twoDistricts } from './lib/staffroom.mjs';

let maple, cedar, ada, friend;
const crowd = [];

before(async () => {
  ({ maple, cedar } = await twoDistricts());
  ada = await maple.member('ada');
  friend = await cedar.member('friend');
  for (let i = 0; i < 10; i += 1) crowd.push(await cedar.member(`stranger${i}`));
  await ada.follow(friend.handle);
});
after(async () => {
  await maple?.destroy();
  await cedar?.destroy();
});

const mentions = async () => (await ada.get('/api/v1/notifications?types[]=mention&limit=80'))
  .map((notification) => notification.account.acct);
const told = (member) => eventually(`ada is told of ${member.handle}`, async () =>
  (await mentions()).includes(member.handle));
const shouts = (member, words = 'shame on you') =>
  member.post('/api/v1/statuses', { status: `@${ada.handle} ${words}` });

test('seven strangers are people who write', async () => {
  for (const member of crowd.slice(0, 7)) await shouts(member);
  for (const member of crowd.slice(0, 7)) await told(member);
  assert.match(await maple.command('shield', 'list'), /No shield is up/);
});

test('the eighth raises the shield, and the next ones are put aside', async () => {
  await shouts(crowd[7]);
  await eventually('the shield goes up', async () =>
    /ada .*raised by itself; strangers in the last 10 minutes 8/.test(await maple.command('shield', 'list')));
  await shouts(crowd[8]);
  await shouts(crowd[9]);
  await shouts(friend, 'I am with you');
  await told(friend);
  const names = await mentions();
  assert.ok(!names.includes(crowd[8].handle) && !names.includes(crowd[9].handle), names.join(' '));
  // Nothing is lost: it waits in the folder.
  const requests = await eventually('the requests', async () => {
    const list = await ada.get('/api/v1/notifications/requests');
    return list.length >= 2 && list;
  });
  assert.deepEqual(new Set(requests.map((request) => request.account.acct)),
    new Set([crowd[8].handle, crowd[9].handle]));
});

test('lowered, everything is as before', async () => {
  await maple.command('shield', 'lower', 'ada');
  await assert.rejects(maple.command('shield', 'lower', 'ada'), /no shield up/);
  await maple.command('shield', 'raise', 'ada');
  assert.match(await maple.command('shield', 'list'), /raised by command line/);
});
