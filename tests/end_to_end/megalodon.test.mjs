// A client library that others wrote, the npm package megalodon, drives a tour through the whole
// client API: what one call changes is read back with another.
import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import generator from 'megalodon';
import { eventually, Instance } from './lib/staffroom.mjs';

let maple, ada, bob, me, colleague;

before(async () => {
  maple = await Instance.start();
  const clientOf = async (name) => generator('mastodon', maple.url, (await maple.member(name)).token);
  ada = await clientOf('ada');
  bob = await clientOf('bob');
  me = (await ada.verifyAccountCredentials()).data;
  colleague = (await bob.verifyAccountCredentials()).data;
});
after(() => maple?.destroy());

const ids = (answer) => answer.data.map((entity) => entity.id);
const post = async (client, text, options = {}) => (await client.postStatus(text, options)).data;

test('the instance is known as one that speaks this dialect', async () => {
  const instance = (await ada.getInstance()).data;
  assert.equal(instance.uri, maple.authority);
  assert.ok(instance.configuration.statuses.max_characters >= 500);
  assert.deepEqual((await ada.getInstanceCustomEmojis()).data, []);
});

test('the profile', async () => {
  const changed = (await ada.updateCredentials({ display_name: 'Ada L.', note: 'Teaches mathematics', locked: false })).data;
  assert.equal(changed.display_name, 'Ada L.');
  assert.match((await bob.getAccount(me.id)).data.note, /mathematics/);
  assert.equal((await ada.setAccountNote(colleague.id, 'met in May')).data.note, 'met in May');
  assert.deepEqual(ids(await ada.searchAccount('bob')), [colleague.id]);
  assert.equal((await ada.lookupAccount('bob')).data.id, colleague.id);
});

test('follow, block, mute, and their lists', async () => {
  assert.equal((await ada.followAccount(colleague.id)).data.following, true);
  assert.deepEqual(ids(await ada.getAccountFollowing(me.id)), [colleague.id]);
  assert.deepEqual(ids(await bob.getAccountFollowers(colleague.id)), [me.id]);
  assert.equal((await ada.muteAccount(colleague.id, true)).data.muting, true);
  assert.deepEqual(ids(await ada.getMutes()), [colleague.id]);
  assert.equal((await ada.unmuteAccount(colleague.id)).data.muting, false);
  assert.equal((await bob.blockAccount(me.id)).data.blocking, true);
  assert.deepEqual(ids(await bob.getBlocks()), [me.id]);
  assert.equal((await bob.unblockAccount(me.id)).data.blocking, false);
  assert.equal((await ada.followAccount(colleague.id)).data.following, true);
});

test('a status and everything that can be done with it', async () => {
  const status = await post(bob, 'Has anyone taught #fractions with music?', { language: 'en' });
  assert.equal((await ada.favouriteStatus(status.id)).data.favourited, true);
  assert.equal((await ada.bookmarkStatus(status.id)).data.bookmarked, true);
  const boost = (await ada.reblogStatus(status.id)).data;
  assert.equal(boost.reblog.id, status.id);
  const answer = await post(ada, '@bob yes, with drums', { in_reply_to_id: status.id });
  assert.deepEqual((await bob.getStatusContext(status.id)).data.descendants.map((below) => below.id), [answer.id]);
  assert.deepEqual(ids(await bob.getStatusFavouritedBy(status.id)), [me.id]);
  assert.deepEqual(ids(await bob.getStatusRebloggedBy(status.id)), [me.id]);
  assert.ok(ids(await ada.getFavourites()).includes(status.id));
  assert.ok(ids(await ada.getBookmarks()).includes(status.id));
  assert.equal((await bob.getStatusSource(status.id)).data.text, 'Has anyone taught #fractions with music?');
  const edited = (await bob.editStatus(status.id, { status: 'Has anyone taught #fractions with drums?' })).data;
  assert.match(edited.content, /drums/);
  assert.equal((await ada.unfavouriteStatus(status.id)).data.favourited, false);
  assert.equal((await ada.unreblogStatus(status.id)).data.reblogged, false);
  assert.equal((await ada.unbookmarkStatus(status.id)).data.bookmarked, false);
  assert.equal((await bob.pinStatus(status.id)).data.pinned, true);
  assert.deepEqual(ids(await ada.getAccountStatuses(colleague.id, { pinned: true })), [status.id]);
  assert.equal((await bob.muteStatus(status.id)).data.muted, true);
  assert.equal((await bob.unmuteStatus(status.id)).data.muted, false);
  await bob.deleteStatus(status.id);
  await assert.rejects(ada.getStatus(status.id), (error) => error.response.status === 404);
});

test('a poll', async () => {
  const { poll, id } = await post(bob, 'Which day?', { poll: { options: ['Monday', 'Friday'], expires_in: 3600 } });
  const voted = (await ada.votePoll(poll.id, [1])).data;
  assert.deepEqual([voted.voted, voted.votes_count, voted.own_votes], [true, 1, [1]]);
  assert.equal((await bob.getStatus(id)).data.poll.options[1].votes_count, 1);
});

test('a status for later', async () => {
  const at = new Date(Date.now() + 3_600_000).toISOString();
  const scheduled = await post(ada, 'tomorrow', { scheduled_at: at });
  assert.equal((await ada.getScheduledStatus(scheduled.id)).data.params.text, 'tomorrow');
  await ada.cancelScheduledStatus(scheduled.id);
  assert.deepEqual((await ada.getScheduledStatuses()).data, []);
});

test('timelines, lists and tags', async () => {
  const status = await post(bob, 'On #geometry today');
  await eventually('it is in the home timeline', async () => ids(await ada.getHomeTimeline()).includes(status.id));
  assert.ok(ids(await ada.getLocalTimeline()).includes(status.id));
  assert.ok(ids(await ada.getTagTimeline('geometry')).includes(status.id));
  const list = (await ada.createList('Mathematicians')).data;
  await ada.addAccountsToList(list.id, [colleague.id]);
  assert.deepEqual(ids(await ada.getAccountsInList(list.id)), [colleague.id]);
  assert.ok(ids(await ada.getListTimeline(list.id)).includes(status.id));
  await ada.deleteAccountsFromList(list.id, [colleague.id]);
  assert.deepEqual(ids(await ada.getListTimeline(list.id)), []);
  await ada.deleteList(list.id);
  assert.equal((await ada.followTag('geometry')).data.following, true);
  assert.deepEqual((await ada.getFollowedTags()).data.map((tag) => tag.name), ['geometry']);
  assert.equal((await ada.unfollowTag('geometry')).data.following, false);
  assert.equal((await ada.search('geometry', { type: 'hashtags' })).data.hashtags[0].name, 'geometry');
});

test('notifications, conversations and markers', async () => {
  const direct = await post(bob, '@ada may I borrow your drums?', { visibility: 'direct' });
  const mention = await eventually('a notification', async () =>
    (await ada.getNotifications()).data.find(({ status }) => status?.id === direct.id));
  assert.equal(mention.type, 'mention');
  const [conversation] = (await ada.getConversationTimeline()).data;
  assert.equal(conversation.last_status.id, direct.id);
  assert.equal((await ada.readConversation(conversation.id)).data.unread, false);
  await ada.saveMarkers({ home: { last_read_id: direct.id } });
  assert.equal((await ada.getMarkers(['home'])).data.home.last_read_id, direct.id);
  await ada.dismissNotification(mention.id);
  assert.ok(!ids(await ada.getNotifications()).includes(mention.id));
});

test('filters', async () => {
  const filter = (await ada.createFilter('spoiler', ['home'])).data;
  assert.equal((await ada.getFilter(filter.id)).data.phrase, 'spoiler');
  await ada.deleteFilter(filter.id);
  assert.deepEqual((await ada.getFilters()).data, []);
});

test('a picture', async () => {
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC', 'base64');
  const file = join(maple.data, 'red.png');
  await writeFile(file, png);
  const media = (await ada.uploadMedia(createReadStream(file), { description: 'red' })).data;
  const ready = await eventually('it is processed', async () => {
    const answer = (await ada.getMedia(media.id)).data;
    return answer.url && answer;
  });
  assert.equal(ready.type, 'image');
  const status = await post(ada, 'look', { media_ids: [media.id] });
  assert.equal(status.media_attachments[0].description, 'red');
});
