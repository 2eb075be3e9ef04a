// Two real instances over signed HTTP: everything that one teacher does reaches the colleague in the
// other district.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, twoDistricts } from './lib/staffroom.mjs';

let maple, cedar, ada, bob;

before(async () => {
  ({ maple, cedar } = await twoDistricts());
  ada = await maple.member('ada');
  bob = await cedar.member('bob');
});
after(async () => {
  await maple?.destroy();
  await cedar?.destroy();
});

test('two houses that add each other let each other in', async () => {
  for (const [district, other] of [[maple, cedar], [cedar, maple]]) {
    await eventually(`${other.authority} lets us in`, async () => {
      // The one that was added first could not be asked before it knew us.
      await district.command('peer', 'add', other.authority, '--level', 'member');
      const row = (await district.command('peer', 'list')).split('\n').find((line) => line.startsWith(other.authority));
      return /\bmember +accepted\b/.test(row);
    });
  }
});

const home = (member) => member.get('/api/v1/timelines/home?limit=40');
const inHome = (member, words) => eventually(`${member.name} sees "${words}"`, async () =>
  (await home(member)).find((status) => status.content.includes(words)));
const notified = (member, type) => eventually(`${member.name} is notified of a ${type}`, async () =>
  (await member.get('/api/v1/notifications')).find((notification) => notification.type === type));

test('a follow across districts is accepted, and posts arrive', async () => {
  await ada.follow(bob.handle);
  await bob.follow(ada.handle);
  assert.equal((await notified(bob, 'follow')).account.acct, ada.handle);

  await bob.post('/api/v1/statuses', { status: 'Seating plans, anyone? #classroom' });
  const seen = await inHome(ada, 'Seating plans');
  assert.equal(seen.account.acct, bob.handle);
  assert.equal(seen.visibility, 'public');
  assert.deepEqual(seen.tags.map((tag) => tag.name), ['classroom']);
});

test('a reply, a favourite and a boost reach the author', async () => {
  const seen = await inHome(ada, 'Seating plans');
  await ada.post('/api/v1/statuses', { status: `@${bob.handle} I have three`, in_reply_to_id: seen.id });
  const mention = await notified(bob, 'mention');
  assert.match(mention.status.content, /I have three/);
  const context = await bob.get(`/api/v1/statuses/${mention.status.id}/context`);
  assert.equal(context.ancestors.length, 1);

  const liked = await ada.post(`/api/v1/statuses/${seen.id}/favourite`);
  assert.equal(liked.favourited, true);
  await notified(bob, 'favourite');

  const boosted = await ada.post(`/api/v1/statuses/${seen.id}/reblog`);
  assert.equal(boosted.reblog.id, seen.id);
  await notified(bob, 'reblog');
  const own = (await bob.get(`/api/v1/statuses/${context.ancestors[0].id}`));
  assert.equal(own.favourites_count, 1);
  assert.equal(own.reblogs_count, 1);
  assert.equal(own.replies_count, 1);
});

test('an edit arrives with its history, and a deletion takes the post away', async () => {
  const draft = await bob.post('/api/v1/statuses', { status: 'First verson' });
  const seen = await inHome(ada, 'First verson');
  await bob.call('PUT', `/api/v1/statuses/${draft.id}`, { status: 'First version' });
  await inHome(ada, 'First version');
  assert.equal((await ada.get(`/api/v1/statuses/${seen.id}/history`)).length, 2);

  await bob.call('DELETE', `/api/v1/statuses/${draft.id}`);
  await eventually('the post is gone', async () =>
    !(await home(ada)).some((status) => status.id === seen.id));
  await ada.get(`/api/v1/statuses/${seen.id}`, { status: 404 });
});

test('followers-only, direct and local-only posts go exactly where they should', async () => {
  const carl = await maple.member('carl');
  await bob.post('/api/v1/statuses', { status: 'Only for followers', visibility: 'private' });
  const seen = await inHome(ada, 'Only for followers');
  await carl.get(`/api/v1/statuses/${seen.id}`, { status: 404 });

  await bob.post('/api/v1/statuses', { status: `@${ada.handle} a word in private`, visibility: 'direct' });
  const direct = await eventually('the direct post', async () =>
    (await ada.get('/api/v1/notifications')).find((n) => n.status?.content.includes('a word in private')));
  await carl.get(`/api/v1/statuses/${direct.status.id}`, { status: 404 });

  await bob.post('/api/v1/statuses', { status: 'Stays at home', local_only: true });
  await bob.post('/api/v1/statuses', { status: 'And this one travels' });
  await inHome(ada, 'And this one travels');
  assert.ok(!(await home(ada)).some((status) => status.content.includes('Stays at home')));
});

test('a locked account decides who follows', async () => {
  const dora = await cedar.member('dora');
  await dora.call('PATCH', '/api/v1/accounts/update_credentials', { locked: true });
  const found = await ada.find(dora.handle);
  const relationship = await ada.post(`/api/v1/accounts/${found.id}/follow`);
  assert.equal(relationship.following, false);
  const request = await eventually('a follow request', async () => (await dora.get('/api/v1/follow_requests'))[0]);
  await dora.post(`/api/v1/follow_requests/${request.id}/authorize`);
  await eventually('the follow', async () =>
    (await ada.get(`/api/v1/accounts/relationships?id[]=${found.id}`))[0].following);
});

test('who wants to be asked decides about each quote from the other district', async () => {
  await bob.post('/api/v1/statuses', { status: 'Ask me before you quote', quote_approval_policy: 'ask' });
  const seen = await inHome(ada, 'Ask me before');
  assert.deepEqual(seen.quote_approval.manual, ['public']);
  assert.equal(seen.quote_approval.current_user, 'manual');
  for (const [verb, state] of [['reject', 'rejected'], ['authorize', 'accepted']]) {
    const quoting = await ada.post('/api/v1/statuses', { status: `May I? ${verb}`, quoted_status_id: seen.id });
    assert.equal(quoting.quote.state, 'pending');
    const waiting = await eventually('bob is asked', async () => (await bob.get('/api/v1/interaction_requests'))[0]);
    assert.equal(waiting.account.acct, ada.handle);
    assert.equal(waiting.quote_uri, quoting.uri);
    assert.ok((await bob.get('/api/v1/notifications')).some((entry) => entry.type === 'pending.quote'));
    await bob.post(`/api/v1/interaction_requests/${waiting.id}/${verb}`);
    const decided = await eventually(`the quote is ${state}`, async () => {
      const { quote } = await ada.get(`/api/v1/statuses/${quoting.id}`);
      return quote?.state === state ? quote : undefined;
    });
    assert.equal(decided.quoted_status?.id, state === 'accepted' ? seen.id : undefined);
    assert.deepEqual(await bob.get('/api/v1/interaction_requests'), []);
  }
  // Bob's server saw the stamp that it gave in the post that came after it.
  await eventually('bob sees it as his own post quoted', async () =>
    (await home(bob)).find((status) => status.content.includes('May I? authorize') && status.quote?.state === 'accepted'));
});

test('a poll is voted on across districts', async () => {
  await bob.post('/api/v1/statuses', {
    status: 'Which room?', poll: { options: ['Library', 'Gym'], expires_in: 3600 },
  });
  const seen = await inHome(ada, 'Which room?');
  const voted = await ada.post(`/api/v1/polls/${seen.poll.id}/votes`, { choices: [1] });
  assert.deepEqual(voted.own_votes, [1]);
  await eventually('the vote is counted', async () => {
    const own = (await home(bob)).find((status) => status.content.includes('Which room?'));
    return own.poll.options[1].votes_count === 1 && own.poll.options[0].votes_count === 0;
  });
});

test('a block cuts both ways, and a host taken off the list is cut off at once', async () => {
  const eve = await cedar.member('eve');
  await eve.follow(ada.handle);
  const found = await ada.find(eve.handle);
  await ada.post(`/api/v1/accounts/${found.id}/block`);
  await eventually('eve no longer follows', async () => {
    const of = await eve.find(ada.handle);
    return !(await eve.get(`/api/v1/accounts/relationships?id[]=${of.id}`))[0].following;
  });

  await maple.command('peer', 'remove', cedar.authority);
  await bob.post('/api/v1/statuses', { status: 'Nobody in maple hears this' });
  await eventually('maple refuses cedar', async () => {
    const found = await fetch(`${maple.url}/health/live`);
    return found.ok && !(await home(ada)).some((status) => status.content.includes('Nobody in maple'));
  });
});
