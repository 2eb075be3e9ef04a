// Live streams of a real server, read by the npm package masto, by node's own WebSocket and as
// server-sent events: who hears what, who does not, in two processes over one database.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { createRestAPIClient, createStreamingAPIClient } from 'masto';
import { Postgres } from './lib/postgres.mjs';
import { eventually, freePort, Instance } from './lib/staffroom.mjs';

let postgres, first, second, ada, bob, eve, accounts;

before(async () => {
  postgres = await Postgres.start();
  await postgres.create('shared');
  const port = await freePort();
  const start = async (listen) => Instance.start({
    origin: `http://127.0.0.1:${port}`, listen, settings: [`database.url=${postgres.url('shared')}`],
  });
  // Everything is written through the first server and read from the second one.
  first = await start(`127.0.0.1:${port}`);
  second = await start(`127.0.0.1:${await freePort()}`);
  [ada, bob, eve] = [await first.member('ada'), await first.member('bob'), await first.member('eve')];
  accounts = {};
  for (const member of [ada, bob, eve]) {
    member.api = createRestAPIClient({ url: first.url, accessToken: member.token });
    accounts[member.name] = await member.api.v1.accounts.verifyCredentials();
  }
  await ada.api.v1.accounts.$select(accounts.bob.id).follow();
});
after(async () => {
  for (const server of [second, first]) await server?.destroy();
  await postgres?.stop();
});

const word = () => randomBytes(5).toString('hex');

/** A WebSocket with everything that came in. */
async function socket(server, query = '', protocols = []) {
  const url = `ws://${server.listen}/api/v1/streaming${query}`;
  const opened = new WebSocket(url, protocols);
  const seen = Object.assign(opened, { events: [], isClosed: false });
  opened.addEventListener('message', ({ data }) => seen.events.push(JSON.parse(data)));
  opened.addEventListener('close', () => (seen.isClosed = true));
  await new Promise((done, fail) => {
    opened.addEventListener('open', done);
    opened.addEventListener('error', () => fail(new Error('refused')));
  });
  seen.find = (event, test = () => true) =>
    seen.events.find((one) => one.event === event && test(one.payload && JSON.parse(one.payload), one));
  return seen;
}

/** An event stream with everything that came in. */
async function eventStream(server, path, member) {
  const stop = new AbortController();
  const answer = await fetch(`${server.url}/api/v1/streaming/${path}`, {
    headers: { authorization: `Bearer ${member.token}` }, signal: stop.signal,
  });
  const seen = { status: answer.status, events: [], isClosed: false, close: () => stop.abort() };
  if (answer.status !== 200) return Object.assign(seen, { body: await answer.json() });
  assert.equal(answer.headers.get('content-type'), 'text/event-stream');
  assert.equal(answer.headers.get('access-control-allow-origin'), '*');
  (async () => {
    let text = '';
    for await (const bytes of answer.body) {
      text += Buffer.from(bytes).toString();
      for (let end; (end = text.indexOf('\n\n')) >= 0; text = text.slice(end + 2)) {
        const event = text.slice(0, end).match(/^event: (.*)$/m)?.[1];
        if (event) seen.events.push({ event, payload: text.slice(0, end).match(/^data: (.*)$/m)[1] });
      }
    }
    seen.isClosed = true;
  })().catch(() => (seen.isClosed = true));
  return seen;
}

/** Posts something public that everybody hears, so that what came before it is there or nowhere. */
async function marker(by, sockets) {
  const text = `marker ${word()}`;
  const status = await by.api.v1.statuses.create({ status: text });
  for (const one of sockets) await eventually('the marker', () => one.find('update', (s) => s?.id === status.id));
}

test('masto hears a post, its edit, its end, and a notification', async () => {
  const streaming = createStreamingAPIClient({
    streamingApiUrl: `ws://${second.listen}`, accessToken: ada.token, retry: false,
  });
  const heard = [];
  const subscription = streaming.user.subscribe();
  (async () => {
    for await (const event of subscription) heard.push(event);
  })();
  await streaming.prepare?.();
  await eventually('the first event', async () => {
    await bob.api.v1.statuses.create({ status: `are you there? ${word()}` });
    return heard.length > 0;
  });

  const text = `hello @ada ${word()}`;
  const status = await bob.api.v1.statuses.create({ status: text });
  const update = await eventually('the post', () => heard.find((e) => e.event === 'update' && e.payload.id === status.id));
  assert.deepEqual(update.payload, await ada.api.v1.statuses.$select(status.id).fetch());
  assert.deepEqual(update.stream, ['user']);
  const told = await eventually('the mention', () => heard.find((e) => e.event === 'notification'));
  assert.equal(told.payload.type, 'mention');
  assert.equal(told.payload.status.id, status.id);

  await bob.api.v1.statuses.$select(status.id).update({ status: `${text}, edited` });
  const edit = await eventually('the edit', () => heard.find((e) => e.event === 'status.update'));
  assert.match(edit.payload.content, /edited/);
  await bob.api.v1.statuses.$select(status.id).remove();
  await eventually('the end', () => heard.find((e) => e.event === 'delete' && e.payload === status.id));
  subscription.unsubscribe();
  streaming.close();
});

test('O09: the token comes by query for streams alone, or as protocol; who has none is refused', async () => {
  const byProtocol = await socket(second, '?stream=user', [ada.token]);
  assert.equal(byProtocol.protocol, ada.token);
  byProtocol.close();
  (await socket(second, `?stream=user&access_token=${ada.token}`)).close();
  await assert.rejects(socket(second, '?stream=user'));
  await assert.rejects(socket(second, '?stream=user&access_token=wrong'));
  const answer = await fetch(`${second.url}/api/v1/streaming/user`);
  assert.equal(answer.status, 401);
  assert.equal((await answer.json()).error, 'Missing access token');
  assert.equal(await (await fetch(`${second.url}/api/v1/streaming/health`)).text(), 'OK');
  // A token in the query is for streams alone.
  assert.equal((await fetch(`${second.url}/api/v1/timelines/home?access_token=${ada.token}`)).status, 401);
});

test('one socket carries many streams, each event once for each', async () => {
  const one = await socket(second, `?access_token=${ada.token}`);
  const tag = `t${word()}`;
  const say = (message) => one.send(JSON.stringify(message));
  say({ type: 'subscribe', stream: 'user' });
  say({ type: 'subscribe', stream: 'public:local' });
  say({ type: 'subscribe', stream: 'hashtag', tag });
  say({ type: 'subscribe', stream: 'no-such-stream' });
  say({ type: 'subscribe', stream: 'hashtag' });
  await eventually('errors', () => one.events.filter((e) => e.error).length === 2);
  assert.deepEqual(one.events.map((e) => e.error), ['Unknown stream type', 'Missing tag name parameter']);
  const status = await bob.api.v1.statuses.create({ status: `many #${tag}` });
  const streams = () => one.events.filter((e) => e.event === 'update' && JSON.parse(e.payload).id === status.id)
    .map((e) => e.stream.join(' ')).sort();
  await eventually('three events', () => streams().length === 3);
  assert.deepEqual(streams(), [`hashtag ${tag}`, 'public:local', 'user']);

  say({ type: 'unsubscribe', stream: 'public:local' });
  say({ type: 'unsubscribe', stream: 'hashtag', tag });
  say({ type: 'subscribe', stream: 'still unknown' });
  await eventually('the last word', () => one.events.filter((e) => e.error).length === 3);
  const next = await bob.api.v1.statuses.create({ status: `fewer #${tag}` });
  await eventually('the next one', () => one.find('update', (s) => s?.id === next.id));
  await marker(bob, [one]);
  assert.equal(one.events.filter((e) => e.event === 'update' && JSON.parse(e.payload).id === next.id).length, 1);
  one.close();
});

test('server-sent events carry the same', async () => {
  const streams = {};
  const tag = `t${word()}`;
  for (const path of ['user', 'user/notification', 'public', 'public/local', 'public/remote', `hashtag?tag=${tag}`, `hashtag/local?tag=${tag}`]) {
    streams[path] = await eventStream(second, path, ada);
    assert.equal(streams[path].status, 200, path);
  }
  const status = await bob.api.v1.statuses.create({ status: `to @ada #${tag}` });
  for (const [path, stream] of Object.entries(streams)) {
    if (path === 'public/remote') continue;
    const event = path === 'user/notification' ? 'notification' : 'update';
    const payload = await eventually(`${event} in ${path}`, () => stream.events.find((e) => e.event === event));
    const entity = JSON.parse(payload.payload);
    assert.equal((entity.status ?? entity).id, status.id);
  }
  assert.deepEqual(streams['public/remote'].events, []);
  assert.equal((await eventStream(second, 'hashtag', ada)).body.error, 'Missing tag name parameter');
  for (const stream of Object.values(streams)) stream.close();
});

test('visibility × streams: nobody hears what they may not see', async () => {
  // ada follows bob; eve follows nobody and listens to everything that she can.
  const listen = async (member) => {
    const one = await socket(second, `?stream=user&access_token=${member.token}`);
    for (const stream of ['public', 'public:local', 'direct', 'user:notification'])
      one.send(JSON.stringify({ type: 'subscribe', stream }));
    one.send(JSON.stringify({ type: 'subscribe', stream: 'hashtag', tag: 'secret' }));
    one.send(JSON.stringify({ type: 'subscribe', stream: 'the end of the list' }));
    await eventually('subscribed', () => one.events.some((e) => e.error));
    return one;
  };
  const ears = { ada: await listen(ada), bob: await listen(bob), eve: await listen(eve) };
  const table = [
    { visibility: 'public', hear: ['ada', 'bob', 'eve'] },
    { visibility: 'unlisted', hear: ['ada', 'bob'] },
    { visibility: 'private', hear: ['ada', 'bob'] },
    { visibility: 'direct', hear: ['bob'] },
    { visibility: 'direct', mention: 'ada', hear: ['ada', 'bob'] },
    { visibility: 'direct', mention: 'eve', hear: ['bob', 'eve'] },
  ];
  for (const row of table) {
    const text = `${row.mention ? `@${row.mention} ` : ''}#secret ${word()}`;
    const status = await bob.api.v1.statuses.create({ status: text, visibility: row.visibility });
    const name = `${row.visibility} ${row.mention ?? ''}`;
    const heardBy = (who) => ears[who].events.some((e) => JSON.stringify(e).includes(status.id));
    for (const who of row.hear) await eventually(`${who} hears ${name}`, () => heardBy(who));
    await bob.api.v1.statuses.$select(status.id).update({ status: `${text} edited` });
    await bob.api.v1.statuses.$select(status.id).remove();
    for (const who of row.hear.filter((one) => one === 'bob' || (one === 'ada' && row.visibility !== 'direct')))
      await eventually(`${who} hears the end of ${name}`, () => ears[who].events.some((e) => e.event === 'delete' && e.payload === status.id));
    await marker(bob, Object.values(ears));
    for (const who of Object.keys(ears))
      assert.equal(heardBy(who), row.hear.includes(who), `${who} and ${name}`);
  }

  // A block ends it at once, for what comes and for what goes (P10).
  const before = await bob.api.v1.statuses.create({ status: `before ${word()}` });
  await eventually('ada hears it', () => ears.ada.find('update', (s) => s?.id === before.id));
  await bob.api.v1.accounts.$select(accounts.ada.id).block();
  const blocked = await bob.api.v1.statuses.create({ status: `after ${word()}` });
  await bob.api.v1.statuses.$select(before.id).remove();
  await marker(eve, [ears.eve, ears.ada]);
  assert.ok(ears.eve.find('update', (s) => s?.id === blocked.id));
  assert.ok(!ears.ada.events.some((e) => JSON.stringify(e).includes(blocked.id)));
  assert.ok(!ears.ada.events.some((e) => e.event === 'delete' && e.payload === before.id));
  await bob.api.v1.accounts.$select(accounts.ada.id).unblock();
  await ada.api.v1.accounts.$select(accounts.bob.id).follow();
  for (const one of Object.values(ears)) one.close();
});

test('P11: each stream asks for its scope', async () => {
  const reader = { token: await ada.browser.authorise('read:statuses') };
  const told = { token: await ada.browser.authorise('read:notifications') };
  const writer = { token: await ada.browser.authorise('write') };
  const status = async (path, member) => {
    const stream = await eventStream(second, path, member);
    stream.close();
    return stream.status;
  };
  assert.equal(await status('user', reader), 200);
  assert.equal(await status('user/notification', told), 200);
  assert.notEqual(await status('user/notification', reader), 200);
  assert.notEqual(await status('user', told), 200);
  assert.notEqual(await status('public', told), 200);
  for (const path of ['user', 'user/notification', 'public', 'hashtag?tag=a', 'direct'])
    assert.notEqual(await status(path, writer), 200, path);
  await assert.rejects(socket(second, `?stream=user&access_token=${writer.token}`));

  const one = await socket(second, `?stream=user:notification&access_token=${reader.token}`);
  await eventually('a refusal', () => one.events.some((e) => /required scopes/.test(e.error)));
  one.send(JSON.stringify({ type: 'subscribe', stream: 'user' }));
  const text = `@ada ${word()}`;
  const all = await socket(second, `?stream=user&access_token=${ada.token}`);
  await marker(bob, [one, all]);
  await bob.api.v1.statuses.create({ status: text });
  await eventually('the mention', () => all.find('notification'));
  await marker(bob, [one]);
  assert.ok(!one.find('notification'));
  one.close();
  all.close();
});

test('P10: a stream ends at once when its token does, in every process', async () => {
  const ends = {
    'revoked by the app': async (token) => {
      await fetch(`${first.url}/oauth/revoke`, {
        method: 'POST', body: new URLSearchParams({ token, client_id: eve.browser.app?.client_id ?? '', client_secret: eve.browser.app?.client_secret ?? '' }),
      });
    },
    'a new password by the operator': () => first.command('account', 'reset-password', 'eve'),
    'suspended by the operator': () => first.command('account', 'suspend', 'mallory'),
  };
  const mallory = await first.member('mallory');
  const staying = await socket(second, `?stream=user&access_token=${ada.token}`);
  for (const [name, end] of Object.entries(ends)) {
    const token = name === 'revoked by the app' ? await eve.browser.authorise('read')
      : name.startsWith('suspended') ? mallory.token : eve.token;
    const here = await socket(first, `?stream=user&access_token=${token}`);
    const there = await socket(second, `?stream=user&access_token=${token}`);
    const events = await eventStream(second, 'user', { token });
    assert.equal(events.status, 200, name);
    await end(token);
    await eventually(`${name}: all three end`, () => here.isClosed && there.isClosed && events.isClosed, 10_000);
    await assert.rejects(socket(second, `?stream=user&access_token=${token}`));
  }
  assert.equal(staying.isClosed, false);
  await marker(bob, [staying]);
  staying.close();
});

test('announcements, their reactions and their end reach everybody, in every process', async () => {
  const ears = [await socket(first, `?stream=user&access_token=${ada.token}`), await socket(second, `?stream=user&access_token=${bob.token}`)];
  const elsewhere = await socket(second, `?stream=public&access_token=${bob.token}`);
  await marker(bob, [elsewhere]);
  const text = `Snow day ${word()}`;
  await first.command('announcement', 'add', text);
  const told = [];
  for (const one of ears) told.push(await eventually('announced', () => one.find('announcement', (a) => a.content.includes(text))));
  const { id, ...entity } = JSON.parse(told[0].payload);
  assert.equal(told[0].payload, told[1].payload);
  assert.equal(entity.published, true);
  assert.deepEqual(entity.reactions, []);
  assert.ok(!('read' in entity), 'nothing of what one reader did');

  const react = (method) => fetch(`${second.url}/api/v1/announcements/${id}/reactions/${encodeURIComponent('🎉')}`, {
    method, headers: { authorization: `Bearer ${ada.token}` },
  });
  for (const [method, count] of [['PUT', 1], ['DELETE', 0]]) {
    assert.equal((await react(method)).status, 200);
    for (const one of ears) {
      const event = await eventually(method, () => one.find('announcement.reaction', (r) => r.count === count));
      assert.deepEqual(JSON.parse(event.payload), { announcement_id: id, name: '🎉', count });
    }
  }
  await first.command('announcement', 'remove', id);
  for (const one of ears) await eventually('gone', () => one.events.find((e) => e.event === 'announcement.delete' && e.payload === id));
  await marker(bob, [elsewhere]);
  assert.deepEqual(elsewhere.events.filter((e) => e.event.startsWith('announcement')), []);
  for (const one of [...ears, elsewhere]) one.close();
});

test('a list is its owner\'s: another member is told so', async () => {
  const list = await ada.api.v1.lists.create({ title: 'colleagues' });
  await ada.api.v1.lists.$select(list.id).accounts.create({ accountIds: [accounts.bob.id] });
  const own = await socket(second, `?stream=list&list=${list.id}&access_token=${ada.token}`);
  const others = await socket(second, `?stream=list&list=${list.id}&access_token=${bob.token}`);
  const refusal = { error: 'Not authorized to stream this list', status: 401 };
  await eventually('the refusal', () => others.events.length === 1);
  others.send(JSON.stringify({ type: 'subscribe', stream: 'list', list: '1' }));
  await eventually('again', () => others.events.length === 2);
  assert.deepEqual(others.events, [refusal, refusal]);
  const answer = await eventStream(second, `list?list=${list.id}`, bob);
  assert.equal(answer.status, 401);
  assert.equal(answer.body.error, refusal.error);
  const status = await bob.api.v1.statuses.create({ status: `for the list ${word()}` });
  const update = await eventually('its owner hears it', () => own.find('update', (s) => s.id === status.id));
  assert.deepEqual(update.stream, ['list', list.id]);
  assert.equal(others.events.length, 2);
  own.close();
  others.close();
});

test('the limits on streams are the operator\'s to set', async () => {
  const small = await Instance.start({ settings: ['limits.streams_per_member=2', 'limits.streams_per_address=3'] });
  try {
    const [one, two] = [await small.member('one'), await small.member('two')];
    const open = (member) => socket(small, `?access_token=${member.token}`);
    const streams = [await open(one), await open(one)];
    await assert.rejects(open(one));
    streams.push(await open(two));
    await assert.rejects(open(two), 'of the address');
    streams.shift().close();
    await eventually('room again', () => open(two).then((stream) => streams.push(stream), () => false));
    for (const stream of streams) stream.close();
  } finally {
    await small.destroy();
  }
});

test('a stopping server says good-bye and takes no ten seconds', async () => {
  const one = await socket(second, `?stream=user&access_token=${ada.token}`);
  const events = await eventStream(second, 'user', ada);
  const begun = Date.now();
  const { code } = await second.stop();
  assert.equal(code, 0);
  assert.ok(Date.now() - begun < 10_000);
  await eventually('both end', () => one.isClosed && events.isClosed);
});
