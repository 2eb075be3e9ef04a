// Vouching: a member whom no roster lists asks two educators of different schools, both confirm on
// their page, and everybody sees how it is known. Who is vouched for writes first to nobody; what is
// taken back for cause freezes the sponsors. Rows are aged instead of waiting for months.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Postgres } from './lib/postgres.mjs';
import { eventually, Instance } from './lib/staffroom.mjs';

const page = '/settings/vouching';
let postgres, maple, ada, bob, carla, stranger;

/** In the roster at a school of their own, and confirmed by it for 100 days. */
async function inRoster(member, school) {
  await maple.command('attest', 'grant', member.name, '--kind', 'teacher');
  const id = `(SELECT id FROM accounts WHERE username = '${member.name}' AND host = '')`;
  await postgres.sql('maple', `INSERT INTO roster_orgs (sourced_id, name, type) VALUES ('${school}', '${school}', 'school');
    INSERT INTO roster_people (sourced_id, id_hash, state, kind, account_id)
      VALUES ('u-${member.name}', 'h-${member.name}', 'educator', 'teacher', ${id});
    INSERT INTO roster_roles (person_id, sourced_id, role, org_id)
      SELECT id, '@${school}', 'teacher', '${school}' FROM roster_people WHERE sourced_id = 'u-${member.name}';
    UPDATE attestations SET assurance = 'roster', valid_from = now() - interval '100 days' WHERE account_id = ${id}`);
}

before(async () => {
  postgres = await Postgres.start();
  await postgres.create('maple');
  maple = await Instance.start({ settings: [`database.url=${postgres.url('maple')}`] });
  [ada, bob, carla, stranger] = [
    await maple.member('ada'), await maple.member('bob'), await maple.member('carla'), await maple.member('stranger'),
  ];
  await inRoster(ada, 'elm');
  await inRoster(bob, 'oak');
});
after(async () => {
  await maple?.destroy();
  await postgres?.stop();
});

const badgeOf = async (reader, handle) =>
  (await reader.find(handle)).fields.find((field) => field.name === 'Verified educator')?.value;
const ask = (member, sponsor1, sponsor2) =>
  member.browser.submit(page, { kind: 'teacher', sponsor1, sponsor2, statement: 'I teach at home.' });
/** Presses the button beside the password on a sponsor's page. */
async function confirm(sponsor, password = sponsor.password) {
  const action = (await sponsor.browser.request(page)).text.match(/action="(\/settings\/vouching\/\d+\/confirm)"/)[1];
  return sponsor.browser.submitTo(page, action, { password });
}

test('two educators of different schools vouch for a member', async () => {
  assert.equal((await ask(carla, 'ada', 'stranger')).status, 422, 'whom no roster confirms is no sponsor');
  const asked = await ask(carla, '@ada', bob.handle);
  assert.equal(asked.status, 303, asked.text);

  assert.equal((await confirm(ada, 'wrong')).status, 403);
  assert.equal((await confirm(ada)).status, 303);
  assert.equal(await badgeOf(stranger, 'carla'), undefined);
  assert.equal((await confirm(bob)).status, 303);
  assert.match(await eventually('the badge', () => badgeOf(stranger, 'carla')),
    /^Teacher, confirmed by \S+ vouched for by two of its educators, until \d{4}/);
  assert.match(await maple.command('vouch', 'list'), /carla[\s\S]*ada: confirmed/);
});

test('who is vouched for writes first to nobody', async () => {
  const post = (status, more = {}) => carla.post('/api/v1/statuses', { status, ...more });
  await post('to my followers');
  await assert.rejects(post('@stranger may I?'), /not the first to write/);
  await assert.rejects(post('@stranger may I?', { visibility: 'direct' }), /not the first to write/);
  const theirs = await stranger.post('/api/v1/statuses', { status: 'said aloud' });
  await carla.post(`/api/v1/statuses/${theirs.id}/favourite`);
  await stranger.post('/api/v1/statuses', { status: '@carla hello' });
  await post('@stranger hello');
});

test('taken back for cause, it freezes the sponsors until it is lifted', async () => {
  await maple.command('vouch', 'revoke', 'carla', '--reason', 'no educator');
  assert.equal(await badgeOf(stranger, 'carla'), undefined);
  assert.match(await maple.command('vouch', 'list'), /ada {2}may not vouch since \S+ no educator/);
  assert.equal((await ask(stranger, 'ada', 'bob')).status, 422);
  await maple.command('vouch', 'unfreeze', 'ada', '--reason', 'spoke with her');
  await maple.command('vouch', 'unfreeze', 'bob', '--reason', 'spoke with him');
  assert.equal((await ask(stranger, 'ada', 'bob')).status, 303);
  assert.equal((await ask(carla, 'ada', 'bob')).status, 422, 'not who lost it for cause');
  await assert.rejects(maple.command('vouch', 'revoke', 'bob', '--reason', 'x'));
});

test('so does "attest revoke --for-cause"; without that word nobody answers for it', async () => {
  const frozen = async () => (await maple.command('vouch', 'list')).match(/may not vouch/g)?.length ?? 0;
  assert.equal((await confirm(ada)).status, 303);
  assert.equal((await confirm(bob)).status, 303);
  await eventually('the badge', () => badgeOf(carla, 'stranger'));
  await maple.command('attest', 'revoke', 'stranger', '--reason', 'moved away');
  assert.equal(await frozen(), 0);

  const dora = await maple.member('dora');
  assert.equal((await ask(dora, 'ada', 'bob')).status, 303);
  assert.equal((await confirm(ada)).status, 303);
  assert.equal((await confirm(bob)).status, 303);
  await maple.command('attest', 'revoke', 'dora', '--reason', 'falsified papers', '--for-cause');
  assert.equal(await badgeOf(carla, 'dora'), undefined);
  assert.equal(await frozen(), 2);
  assert.equal((await ask(await maple.member('emil'), 'ada', 'bob')).status, 422);
});

test('whose vouching was taken back does not write first again', async () => {
  const fritz = await maple.member('fritz');
  await assert.doesNotReject(fritz.post('/api/v1/statuses', { status: '@ada hello' }), 'never vouched for');
  await assert.rejects(carla.post('/api/v1/statuses', { status: '@dora hello' }), /not the first to write/);
});
