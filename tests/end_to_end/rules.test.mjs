// The rules of a district: tried, put in force, only observed, withdrawn; and the answer to "why did
// this not arrive?", through two real instances and the command line of an administrator.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, twoDistricts } from './lib/staffroom.mjs';

let maple, cedar, ada, bob;

before(async () => {
  ({ maple, cedar } = await twoDistricts());
  ada = await maple.member('ada');
  bob = await cedar.member('bob');
  await ada.follow(bob.handle);
});
after(async () => {
  await maple?.destroy();
  await cedar?.destroy();
});

const home = async () => (await ada.get('/api/v1/timelines/home?limit=40')).map((status) => status.content).join('\n');
const arrives = (words) => eventually(`"${words}" arrives`, async () => (await home()).includes(words));
/** Posts it, and something honest after it: when that is there, the first was decided about. */
async function publish(words) {
  const posted = await bob.post('/api/v1/statuses', { status: words });
  const next = `afterwards ${Math.random()}`;
  await bob.post('/api/v1/statuses', { status: next });
  await arrives(next);
  return posted;
}

test('a word is tried first, then holds, and is explained', async () => {
  await publish('Giftcard for the quiz winners');
  await arrives('Giftcard for the quiz');
  const trial = await maple.command('rule', 'try', 'word', 'giftcard');
  assert.match(trial, /it is about 1\./);
  assert.match(trial, /Nothing was changed/);
  assert.match(await maple.command('rule', 'list'), /There are no rules/);

  assert.match(await maple.command('rule', 'add', 'word', 'giftcard', '--note', 'flood of May'), /is in force/);
  const posted = await publish('GIFTCARD again');
  assert.ok(!(await home()).includes('GIFTCARD again'));
  const why = await maple.command('explain', posted.uri);
  assert.match(why, /hold by content/);
  assert.match(why, /words that a rule of this server is about/);
  assert.match(await maple.command('held', 'list'), /content: It has words/);
});

test('withdrawn, it releases what it held', async () => {
  const [id] = (await maple.command('rule', 'list')).split(' ');
  assert.match(await maple.command('rule', 'withdraw', id), /1 held items go on/);
  await arrives('GIFTCARD again');
  await assert.rejects(maple.command('rule', 'withdraw', id), /no such rule/);
});

test('a filter that observes counts, and lets everything pass', async () => {
  await maple.command('rule', 'add', 'pattern', 'win(ner)?s? of the day', '--verdict', 'reject');
  await publish('Winners of the day, part one');
  assert.ok(!(await home()).includes('part one'));
  await maple.command('filter', 'observe', 'content');
  await publish('Winners of the day, part two');
  await arrives('part two');
  const listed = await maple.command('filter', 'list');
  assert.match(listed, /10 +content +observes/);
  assert.match(listed, /1 +reject content-words \(only counted\)/);
  await maple.command('filter', 'enforce', 'content');
  await assert.rejects(maple.command('filter', 'observe', 'consent'), /cannot be switched off/);
});

test('one of ours is told at once what a rule is about', async () => {
  await assert.rejects(ada.post('/api/v1/statuses', { status: 'winner of the day' }), /words that a rule/);
  await ada.post('/api/v1/statuses', { status: 'a fair winner' });
});

test('what never came here is said to be unknown', async () => {
  assert.match(await maple.command('explain', 'https://nowhere.example/1'), /Perhaps it never came here/);
});
