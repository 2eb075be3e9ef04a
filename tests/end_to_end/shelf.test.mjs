// The npm package masto drives what a member orders the posts of others by: lists, filters, hashtags,
// conversations, notifications in groups and from strangers, announcements, search, blocked domains.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createRestAPIClient } from 'masto';
import { eventually, Instance } from './lib/staffroom.mjs';

let maple, ada, bob, eve, adaAccount, bobAccount, eveAccount;

before(async () => {
  maple = await Instance.start();
  const clientOf = (member) => createRestAPIClient({ url: maple.url, accessToken: member.token });
  ada = clientOf(await maple.member('ada'));
  bob = clientOf(await maple.member('bob'));
  eve = clientOf(await maple.member('eve'));
  [adaAccount, bobAccount, eveAccount] =
    await Promise.all([ada, bob, eve].map((client) => client.v1.accounts.verifyCredentials()));
  await ada.v1.accounts.$select(bobAccount.id).follow();
});
after(() => maple?.destroy());

const ids = (entities) => entities.map((entity) => entity.id);
const refused = (status) => (error) => error.statusCode === status;

test('a list is read apart from home', async () => {
  const list = await ada.v1.lists.create({ title: 'Maths', exclusive: true });
  await assert.rejects(ada.v1.lists.$select(list.id).accounts.create({ accountIds: [eveAccount.id] }), refused(404));
  await ada.v1.lists.$select(list.id).accounts.create({ accountIds: [bobAccount.id] });
  const post = await bob.v1.statuses.create({ status: 'For those who count' });
  assert.deepEqual(ids(await ada.v1.timelines.list.$select(list.id).list()), [post.id]);
  assert.ok(!ids(await ada.v1.timelines.home.list()).includes(post.id));
  assert.deepEqual(ids(await ada.v1.accounts.$select(bobAccount.id).lists.list()), [list.id]);
  await assert.rejects(bob.v1.lists.$select(list.id).fetch(), refused(404));

  await ada.v1.lists.$select(list.id).remove();
  assert.ok(ids(await ada.v1.timelines.home.list()).includes(post.id));
});

test('a filter warns its reader', async () => {
  const filter = await ada.v2.filters.create({
    title: 'Spoilers', context: ['home', 'public'], filterAction: 'warn',
    keywordsAttributes: [{ keyword: 'finale', wholeWord: true }],
  });
  const post = await bob.v1.statuses.create({ status: 'The FINALE was a surprise' });
  const [match] = (await ada.v1.statuses.$select(post.id).fetch()).filtered;
  assert.equal(match.filter.id, filter.id);
  assert.deepEqual(match.keywordMatches, ['finale']);
  assert.deepEqual((await eve.v1.statuses.$select(post.id).fetch()).filtered, []);
  await ada.v2.filters.$select(filter.id).remove();
  assert.deepEqual((await ada.v1.statuses.$select(post.id).fetch()).filtered, []);
});

test('a followed hashtag comes home', async () => {
  await ada.v1.tags.$select('botany').follow();
  const post = await eve.v1.statuses.create({ status: 'Ferns! #Botany' });
  assert.ok(ids(await ada.v1.timelines.home.list()).includes(post.id));
  assert.deepEqual((await ada.v1.followedTags.list()).map((tag) => tag.name), ['botany']);
  assert.equal((await ada.v1.tags.$select('botany').unfollow()).following, false);
  assert.ok(!ids(await ada.v1.timelines.home.list()).includes(post.id));
});

test('a conversation is read and tidied up', async () => {
  const post = await bob.v1.statuses.create({ status: '@ada a word in private', visibility: 'direct' });
  const [conversation] = await ada.v1.conversations.list();
  assert.equal(conversation.lastStatus.id, post.id);
  assert.equal(conversation.unread, true);
  assert.deepEqual(ids(conversation.accounts), [bobAccount.id]);
  assert.equal((await ada.v1.conversations.$select(conversation.id).read()).unread, false);
  await assert.rejects(eve.v1.conversations.$select(conversation.id).read(), refused(404));
  await ada.v1.conversations.$select(conversation.id).remove();
  assert.deepEqual(await ada.v1.conversations.list(), []);
});

test('notifications come in groups', async () => {
  const post = await ada.v1.statuses.create({ status: 'Like me' });
  await bob.v1.statuses.$select(post.id).favourite();
  await eve.v1.statuses.$select(post.id).favourite();
  const grouped = await ada.v2.notifications.list();
  const group = grouped.notificationGroups.find((one) => one.statusId === post.id);
  assert.equal(group.notificationsCount, 2);
  assert.deepEqual(new Set(group.sampleAccountIds), new Set([bobAccount.id, eveAccount.id]));
  const senders = await ada.v2.notifications.$select(group.groupKey).accounts.list();
  assert.deepEqual(new Set(ids(senders)), new Set([bobAccount.id, eveAccount.id]));
  await ada.v2.notifications.$select(group.groupKey).dismiss();
  assert.ok(!(await ada.v1.notifications.list()).some((one) => one.status?.id === post.id && one.type === 'favourite'));
});

test('strangers wait until they are let in', async () => {
  await ada.v2.notifications.policy.update({ forNotFollowing: 'filter' });
  const post = await eve.v1.statuses.create({ status: '@ada may I?' });
  const mentions = async () => ids((await ada.v1.notifications.list({ types: ['mention'] })).map((one) => one.status));
  assert.ok(!(await mentions()).includes(post.id));
  const request = await eventually('a request', async () =>
    (await ada.v1.notifications.requests.list()).find((one) => one.account.id === eveAccount.id));
  assert.equal(request.lastStatus.id, post.id);
  await ada.v1.notifications.requests.$select(request.id).accept();
  assert.ok((await mentions()).includes(post.id));
  assert.deepEqual(await ada.v1.notifications.requests.list(), []);
});

test('posts are found by their words, by those who may', async () => {
  await bob.v1.accounts.updateCredentials({ indexable: true });
  const open = await bob.v1.statuses.create({ status: 'Xylophones for everybody' });
  const own = await ada.v1.statuses.create({ status: 'My xylophone', visibility: 'private' });
  const found = async (client, q) => new Set(ids((await client.v2.search.list({ q, type: 'statuses' })).statuses));
  assert.deepEqual(await found(ada, 'xylophones'), new Set([open.id]));
  assert.ok((await found(ada, 'xylophone')).has(own.id));
  assert.ok(!(await found(eve, 'xylophone')).has(own.id));
  assert.deepEqual(await found(ada, 'xylophone from:me'), new Set([own.id]));
});

test('a domain is blocked and unblocked', async () => {
  await ada.v1.domainBlocks.create({ domain: 'noisy.example' });
  assert.deepEqual(await ada.v1.domainBlocks.list(), ['noisy.example']);
  await ada.v1.domainBlocks.remove({ domain: 'noisy.example' });
  assert.deepEqual(await ada.v1.domainBlocks.list(), []);
});

test('what the house announces is read and answered', async () => {
  await maple.command('announcement', 'add', 'Down for an hour on Sunday');
  const [announcement] = await ada.v1.announcements.list();
  assert.match(announcement.content, /Down for an hour/);
  await ada.v1.announcements.$select(announcement.id).reactions.$select('👍').update();
  assert.deepEqual((await bob.v1.announcements.list())[0].reactions.map(({ name, count, me }) => ({ name, count, me })),
    [{ name: '👍', count: 1, me: false }]);
  await ada.v1.announcements.$select(announcement.id).dismiss();
  assert.deepEqual(await ada.v1.announcements.list(), []);
});
