// A client that others wrote, the npm package masto, drives the tour that a new member takes: what
// one call changes is read back with others, and with the colleague's eyes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createRestAPIClient } from 'masto';
import { eventually, Instance } from './lib/staffroom.mjs';

let maple, ada, bob, adaAccount, bobAccount;

before(async () => {
  maple = await Instance.start();
  const clientOf = (member) => createRestAPIClient({ url: maple.url, accessToken: member.token });
  ada = clientOf(await maple.member('ada'));
  bob = clientOf(await maple.member('bob'));
  adaAccount = await ada.v1.accounts.verifyCredentials();
  bobAccount = await bob.v1.accounts.verifyCredentials();
});
after(() => maple?.destroy());

const ids = (entities) => entities.map((entity) => entity.id);
const refused = (status) => (error) => error.statusCode === status;
const notified = (client, type, statusId) => eventually(`a notification of a ${type}`, async () =>
  (await client.v1.notifications.list({ types: [type] })).find((seen) => !statusId || seen.status?.id === statusId));
const inHome = (client, id) => eventually(`${id} in the home timeline`, async () =>
  (await client.v1.timelines.home.list()).find((status) => status.id === id));

/** All of a list, page by page through its Link headers. */
async function pages(paginator) {
  const all = [];
  for await (const page of paginator) {
    if (page.length === 0) break;
    all.push(page);
  }
  return all;
}

test('a client learns where it is and who is signed in', async () => {
  const [v2, v1] = await Promise.all([ada.v2.instance.fetch(), ada.v1.instance.fetch()]);
  assert.equal(v2.domain, maple.authority);
  assert.equal(v1.uri, maple.authority);
  assert.ok(v2.configuration.statuses.maxCharacters > 0);
  assert.equal(v2.configuration.statuses.maxCharacters, v1.configuration.statuses.maxCharacters);
  assert.equal(adaAccount.username, 'ada');
  assert.equal(adaAccount.source.privacy, 'public');
  assert.equal((await bob.v1.accounts.lookup({ acct: 'ada' })).id, adaAccount.id);
  await assert.rejects(
    createRestAPIClient({ url: maple.url, accessToken: 'wrong' }).v1.accounts.verifyCredentials(), refused(401));
});

test('the profile changes for everybody', async () => {
  const changed = await ada.v1.accounts.updateCredentials({ displayName: 'Ada L.', note: 'Teaches mathematics' });
  assert.equal(changed.displayName, 'Ada L.');
  const seen = await bob.v1.accounts.$select(adaAccount.id).fetch();
  assert.equal(seen.displayName, 'Ada L.');
  assert.match(seen.note, /Teaches mathematics/);
});

test('a follow shows on both sides, and unfollow takes it back', async () => {
  const relationship = await ada.v1.accounts.$select(bobAccount.id).follow();
  assert.equal(relationship.following, true);
  assert.equal((await notified(bob, 'follow')).account.id, adaAccount.id);
  const [seen] = await bob.v1.accounts.relationships.fetch({ id: [adaAccount.id] });
  assert.equal(seen.followedBy, true);
  assert.equal(seen.following, false);
  assert.deepEqual(ids(await bob.v1.accounts.$select(bobAccount.id).followers.list()), [adaAccount.id]);
  assert.deepEqual(ids(await ada.v1.accounts.$select(adaAccount.id).following.list()), [bobAccount.id]);
  assert.equal((await bob.v1.accounts.$select(bobAccount.id).fetch()).followersCount, 1);

  assert.equal((await ada.v1.accounts.$select(bobAccount.id).unfollow()).following, false);
  assert.deepEqual(await bob.v1.accounts.$select(bobAccount.id).followers.list(), []);
  await ada.v1.accounts.$select(bobAccount.id).follow();
});

test('a post goes to the timelines where it belongs', async () => {
  const post = await bob.v1.statuses.create({
    status: 'Fractions with pizza #maths https://example.org/plan', language: 'en', spoilerText: 'hungry?', sensitive: true,
  });
  assert.equal(post.account.id, bobAccount.id);
  assert.equal(post.visibility, 'public');
  assert.equal(post.spoilerText, 'hungry?');
  assert.equal(post.language, 'en');
  assert.deepEqual(post.tags.map((tag) => tag.name), ['maths']);
  assert.match(post.content, /<a href="https:\/\/example\.org\/plan"/);

  const seen = await inHome(ada, post.id);
  assert.equal(seen.content, post.content);
  for (const timeline of [
    ada.v1.timelines.public.list(), ada.v1.timelines.public.list({ local: true }),
    ada.v1.timelines.tag.$select('maths').list(), ada.v1.accounts.$select(bobAccount.id).statuses.list(),
  ]) {
    assert.ok(ids(await timeline).includes(post.id));
  }
  assert.deepEqual(await ada.v1.timelines.public.list({ remote: true }), []);

  const quiet = await bob.v1.statuses.create({ status: 'Unlisted #maths', visibility: 'unlisted' });
  await inHome(ada, quiet.id);
  assert.ok(!ids(await ada.v1.timelines.public.list()).includes(quiet.id));
  const direct = await bob.v1.statuses.create({ status: 'Note to self', visibility: 'direct' });
  await assert.rejects(ada.v1.statuses.$select(direct.id).fetch(), refused(404));
  assert.equal((await bob.v1.statuses.$select(direct.id).fetch()).visibility, 'direct');
});

test('a reply notifies and stands in the context', async () => {
  const post = await bob.v1.statuses.create({ status: 'Who has a spare projector?' });
  const reply = await ada.v1.statuses.create({ status: '@bob room 12 has', inReplyToId: post.id });
  assert.equal(reply.inReplyToId, post.id);
  assert.equal(reply.inReplyToAccountId, bobAccount.id);
  assert.deepEqual(reply.mentions.map((mention) => mention.acct), ['bob']);
  assert.equal((await notified(bob, 'mention', reply.id)).account.id, adaAccount.id);

  const thanks = await bob.v1.statuses.create({ status: '@ada thanks', inReplyToId: reply.id });
  const around = await ada.v1.statuses.$select(reply.id).context.fetch();
  assert.deepEqual(ids(around.ancestors), [post.id]);
  assert.deepEqual(ids(around.descendants), [thanks.id]);
  assert.equal((await ada.v1.statuses.$select(post.id).fetch()).repliesCount, 1);
});

test('an edit keeps its history, and a deletion is final', async () => {
  const post = await bob.v1.statuses.create({ status: 'Meeting at 3' });
  const edited = await bob.v1.statuses.$select(post.id).update({ status: 'Meeting at 4' });
  assert.ok(edited.editedAt);
  assert.equal((await bob.v1.statuses.$select(post.id).source.fetch()).text, 'Meeting at 4');
  const seen = await ada.v1.statuses.$select(post.id).fetch();
  assert.match(seen.content, /Meeting at 4/);
  const history = await ada.v1.statuses.$select(post.id).history.list();
  assert.deepEqual(history.map((version) => version.content.match(/at (\d)/)[1]), ['3', '4']);
  await assert.rejects(ada.v1.statuses.$select(post.id).update({ status: 'No meeting' }), refused(404));
  await assert.rejects(ada.v1.statuses.$select(post.id).remove(), refused(404));

  const removed = await bob.v1.statuses.$select(post.id).remove();
  assert.equal(removed.text, 'Meeting at 4');
  await assert.rejects(ada.v1.statuses.$select(post.id).fetch(), refused(404));
  await eventually('it has left the home timeline', async () =>
    !ids(await ada.v1.timelines.home.list()).includes(post.id));
});

test('favourite, boost, bookmark and pin, and each taken back', async () => {
  const post = await bob.v1.statuses.create({ status: 'A lesson plan worth keeping' });
  const asAda = ada.v1.statuses.$select(post.id);

  assert.equal((await asAda.favourite()).favourited, true);
  assert.equal((await asAda.favourite()).favouritesCount, 1, 'twice counts once');
  assert.equal((await notified(bob, 'favourite', post.id)).account.id, adaAccount.id);
  assert.deepEqual(ids(await asAda.favouritedBy.list()), [adaAccount.id]);
  assert.deepEqual(ids(await ada.v1.favourites.list()), [post.id]);

  const boost = await asAda.reblog();
  assert.equal(boost.reblog.id, post.id);
  assert.equal(boost.reblog.reblogged, true);
  await notified(bob, 'reblog', post.id);
  assert.deepEqual(ids(await asAda.rebloggedBy.list()), [adaAccount.id]);
  assert.ok(ids(await bob.v1.accounts.$select(adaAccount.id).statuses.list()).includes(boost.id));
  assert.ok(!ids(await bob.v1.accounts.$select(adaAccount.id).statuses.list({ excludeReblogs: true })).includes(boost.id));

  assert.equal((await asAda.bookmark()).bookmarked, true);
  assert.deepEqual(ids(await ada.v1.bookmarks.list()), [post.id]);
  assert.deepEqual(await bob.v1.bookmarks.list(), []);

  await assert.rejects(asAda.pin(), refused(422));
  assert.equal((await bob.v1.statuses.$select(post.id).pin()).pinned, true);
  assert.deepEqual(ids(await ada.v1.accounts.$select(bobAccount.id).statuses.list({ pinned: true })), [post.id]);

  assert.equal((await asAda.unfavourite()).favouritesCount, 0);
  assert.equal((await asAda.unreblog()).reblogsCount, 0);
  assert.equal((await asAda.unbookmark()).bookmarked, false);
  assert.equal((await bob.v1.statuses.$select(post.id).unpin()).pinned, false);
  assert.deepEqual(await ada.v1.favourites.list(), []);
  assert.deepEqual(await ada.v1.bookmarks.list(), []);
  await assert.rejects(ada.v1.statuses.$select(boost.id).fetch(), refused(404));
});

test('a poll is voted on once', async () => {
  const post = await bob.v1.statuses.create({
    status: 'Trip to?', poll: { options: ['Museum', 'Zoo', 'Harbour'], expiresIn: 3600, multiple: true },
  });
  assert.equal(post.poll.multiple, true);
  const poll = await ada.v1.polls.$select(post.poll.id).votes.create({ choices: [0, 2] });
  assert.deepEqual(poll.options.map((option) => option.votesCount), [1, 0, 1]);
  assert.deepEqual(poll.ownVotes, [0, 2]);
  await assert.rejects(ada.v1.polls.$select(post.poll.id).votes.create({ choices: [1] }), refused(422));
  const seen = await bob.v1.polls.$select(post.poll.id).fetch();
  assert.equal(seen.votersCount, 1);
  assert.equal(seen.votesCount, 2);
});

test('one Idempotency-Key is one post', async () => {
  const meta = { requestInit: { headers: { 'Idempotency-Key': 'the button pressed twice' } } };
  const [first, second] = [
    await ada.v1.statuses.create({ status: 'Sent once' }, meta), await ada.v1.statuses.create({ status: 'Sent once' }, meta),
  ];
  assert.equal(first.id, second.id);
  const other = await bob.v1.statuses.create({ status: 'Sent once' }, meta);
  assert.notEqual(other.id, first.id, 'the key belongs to one person');
  const own = await ada.v1.accounts.$select(adaAccount.id).statuses.list();
  assert.equal(own.filter((status) => status.content.includes('Sent once')).length, 1);
});

test('lists are paged through Link headers, without gaps and without repeats', async () => {
  const posts = [];
  for (let i = 0; i < 5; i += 1) posts.unshift(await bob.v1.statuses.create({ status: `Page ${i} #paged` }));
  for (const post of posts.toReversed()) {
    await ada.v1.statuses.$select(post.id).bookmark();
    await ada.v1.statuses.$select(post.id).favourite();
  }
  await inHome(ada, posts[0].id);
  for (const list of [
    () => ada.v1.timelines.tag.$select('paged').list({ limit: 2 }),
    () => ada.v1.bookmarks.list({ limit: 2 }),
    () => ada.v1.favourites.list({ limit: 2 }),
  ]) {
    const got = await pages(list());
    assert.deepEqual(got.flatMap(ids), ids(posts));
    assert.ok(got.every((page) => page.length <= 2));
  }
  const home = (await pages(ada.v1.timelines.home.list({ limit: 3 }))).flatMap(ids);
  assert.equal(new Set(home).size, home.length);
  assert.deepEqual(home.filter((id) => ids(posts).includes(id)), ids(posts));

  // Back from the end: "prev" asks for what is newer.
  const [, older] = await pages(ada.v1.timelines.tag.$select('paged').list({ limit: 2 }));
  const newer = await ada.v1.timelines.tag.$select('paged').list({ limit: 2, minId: older[0].id });
  assert.deepEqual(ids(newer), ids(posts.slice(0, 2)));

  const told = (await pages(bob.v1.notifications.list({ limit: 2, types: ['favourite'] }))).flat();
  assert.equal(new Set(ids(told)).size, told.length);
  assert.deepEqual(told.slice(0, 5).map((seen) => seen.status.id), ids(posts));
});

test('notifications are dismissed one by one and all at once', async () => {
  const [first, second] = await bob.v1.notifications.list();
  assert.equal((await bob.v1.notifications.$select(first.id).fetch()).id, first.id);
  await bob.v1.notifications.$select(first.id).dismiss();
  assert.equal((await bob.v1.notifications.list())[0].id, second.id);
  await assert.rejects(ada.v1.notifications.$select(second.id).fetch(), refused(404));
  await bob.v1.notifications.clear();
  assert.deepEqual(await bob.v1.notifications.list(), []);
});

test('search finds people, posts and tags', async () => {
  const people = await ada.v2.search.list({ q: 'bob', type: 'accounts' });
  assert.deepEqual(ids(people.accounts), [bobAccount.id]);
  const post = (await bob.v1.accounts.$select(bobAccount.id).statuses.list({ limit: 1 }))[0];
  const byAddress = await ada.v2.search.list({ q: post.uri, resolve: true });
  assert.deepEqual(ids(byAddress.statuses), [post.id]);
  const tags = await ada.v2.search.list({ q: '#paged', type: 'hashtags' });
  assert.deepEqual(tags.hashtags.map((tag) => tag.name), ['paged']);
  assert.deepEqual(ids(await ada.v1.accounts.search.list({ q: 'bo' })), [bobAccount.id]);
});

test('markers keep the place, preferences tell the defaults', async () => {
  const [newest] = await ada.v1.timelines.home.list({ limit: 1 });
  const saved = await ada.v1.markers.create({ home: { lastReadId: newest.id } });
  assert.equal(saved.home.lastReadId, newest.id);
  const read = await ada.v1.markers.fetch({ timeline: ['home', 'notifications'] });
  assert.equal(read.home.lastReadId, newest.id);
  assert.equal(read.home.version, saved.home.version);
  assert.deepEqual(await bob.v1.markers.fetch({ timeline: ['home'] }), {});

  await ada.v1.accounts.updateCredentials({ source: { privacy: 'unlisted', language: 'de' } });
  const preferences = await ada.v1.preferences.fetch();
  assert.equal(preferences['posting:default:visibility'], 'unlisted');
  assert.equal(preferences['posting:default:language'], 'de');
  assert.equal((await ada.v1.statuses.create({ status: 'Mit Vorgaben' })).visibility, 'unlisted');
});

test('mute hides, block parts', async () => {
  assert.equal((await ada.v1.accounts.$select(bobAccount.id).mute()).muting, true);
  assert.deepEqual(ids(await ada.v1.mutes.list()), [bobAccount.id]);
  const post = await bob.v1.statuses.create({ status: 'Does anybody hear me?' });
  const after = await bob.v1.accounts.$select(bobAccount.id).statuses.list({ limit: 1 });
  assert.deepEqual(ids(after), [post.id]);
  assert.ok(!ids(await ada.v1.timelines.home.list()).includes(post.id));
  assert.equal((await ada.v1.accounts.$select(bobAccount.id).unmute()).muting, false);

  assert.equal((await bob.v1.accounts.$select(adaAccount.id).block()).blocking, true);
  assert.deepEqual(ids(await bob.v1.blocks.list()), [adaAccount.id]);
  const [seen] = await ada.v1.accounts.relationships.fetch({ id: [bobAccount.id] });
  assert.equal(seen.following, false);
  await assert.rejects(ada.v1.statuses.$select(post.id).fetch(), refused(404));
  await bob.v1.accounts.$select(adaAccount.id).unblock();
  assert.match((await ada.v1.statuses.$select(post.id).fetch()).content, /hear me/);
});

test('a quote stands with consent, and is taken back', async () => {
  const post = await bob.v1.statuses.create({ status: 'Quote me', quoteApprovalPolicy: 'public' });
  const quoting = await ada.v1.statuses.create({ status: 'Look at this', quotedStatusId: post.id, visibility: 'public' });
  assert.equal(quoting.quote.state, 'accepted');
  assert.equal(quoting.quote.quotedStatus.id, post.id);
  assert.equal((await notified(bob, 'quote', quoting.id)).account.id, adaAccount.id);
  assert.deepEqual(ids(await bob.v1.statuses.$select(post.id).quotes.list()), [quoting.id]);

  const closed = await bob.v1.statuses.create({ status: 'Do not', quoteApprovalPolicy: 'nobody' });
  await assert.rejects(ada.v1.statuses.create({ status: 'But', quotedStatusId: closed.id }), refused(404));
  await bob.v1.statuses.$select(post.id).remove();
  assert.equal((await ada.v1.statuses.$select(quoting.id).fetch()).quote.state, 'deleted');
});

test('a post waits for its time, moves and is cancelled', async () => {
  const inHours = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString();
  const later = await bob.v1.statuses.create({ status: 'Later', scheduledAt: inHours(1) });
  assert.equal(later.params.text, 'Later');
  assert.deepEqual(ids(await bob.v1.scheduledStatuses.list()), [later.id]);
  const at = inHours(2);
  assert.equal((await bob.v1.scheduledStatuses.$select(later.id).update({ scheduledAt: at })).scheduledAt, at);
  await assert.rejects(ada.v1.scheduledStatuses.$select(later.id).fetch(), refused(404));
  await bob.v1.scheduledStatuses.$select(later.id).remove();
  assert.deepEqual(await bob.v1.scheduledStatuses.list(), []);
  await assert.rejects(bob.v1.statuses.create({ status: 'Now', scheduledAt: inHours(0) }), refused(422));
});

test('people are found, recommended and collected', async () => {
  await bob.v1.profile.update({ discoverable: true, note: 'Plain *text*', attributionDomains: ['blog.example'] });
  const profile = await bob.v1.profile.fetch();
  assert.equal(profile.note, 'Plain *text*');
  assert.equal(profile.avatar, null);
  assert.deepEqual(profile.attributionDomains, ['blog.example']);
  assert.ok(ids(await ada.v1.directory.list({ local: true })).includes(bobAccount.id));
  const [suggested] = await ada.v2.suggestions.list();
  assert.ok(!suggested || suggested.account.id);

  await ada.v1.accounts.$select(bobAccount.id).follow();
  const { collection } = await ada.v1.collections.create({ name: 'Maths', accountIds: [bobAccount.id] });
  assert.equal(collection.itemCount, 1);
  const whole = await bob.v1.collections.$select(collection.id).fetch();
  assert.deepEqual(ids(whole.accounts), [adaAccount.id, bobAccount.id]);
  const [item] = whole.collection.items;
  await bob.v1.collections.$select(collection.id).items.$select(item.id).revoke();
  assert.equal((await ada.v1.collections.$select(collection.id).fetch()).collection.itemCount, 0);
  await ada.v1.collections.$select(collection.id).remove();

  const tag = await ada.v1.featuredTags.create({ name: 'Geometry' });
  assert.equal(tag.name, 'Geometry');
  assert.deepEqual((await ada.v1.profile.fetch()).featuredTags.map((one) => one.name), ['Geometry']);
  assert.deepEqual(ids(await bob.v1.accounts.$select(adaAccount.id).featuredTags.list()), [tag.id]);
  await ada.v1.featuredTags.$select(tag.id).remove();
  assert.deepEqual(await ada.v1.featuredTags.list(), []);
});
