// An application that others' code speaks ActivityPub for, the npm package @fedify/fedify: it follows
// and is followed, and exchanges posts, replies, likes, boosts, edits and deletions with us.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { createFederation, generateCryptoKeyPair, MemoryKvStore } from '@fedify/fedify';
import * as vocab from '@fedify/vocab';
import { Temporal } from '@js-temporal/polyfill';
import { eventually, freePort, Instance } from './lib/staffroom.mjs';

/** A server with the actor bob, who keeps what he is sent, and app, who signs what the server reads. */
class Application {
  static async start(host) {
    const app = new Application();
    app.received = []; // activities, in the order in which they came
    app.notes = new Map(); // by number
    app.keys = {
      bob: [await generateCryptoKeyPair('RSASSA-PKCS1-v1_5'), await generateCryptoKeyPair('Ed25519')],
      app: [await generateCryptoKeyPair('RSASSA-PKCS1-v1_5')],
    };
    app.authority = `${host}:${await freePort(host)}`;
    app.origin = `http://${app.authority}`;
    app.federation = createFederation({ kv: new MemoryKvStore(), allowPrivateAddress: true, origin: app.origin });
    app.#describe();
    app.server = createServer((request, response) => app.#answer(request, response));
    await new Promise((done) => app.server.listen(Number(app.authority.split(':')[1]), host, done));
    app.context = app.federation.createContext(new URL(app.origin));
    app.bob = app.context.getActorUri('bob');
    app.loader = await app.context.getDocumentLoader({ identifier: 'bob' });
    return app;
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(done));
  }

  #describe() {
    this.federation.setActorDispatcher('/users/{identifier}', async (context, identifier) => {
      if (!(identifier in this.keys)) return null;
      const keys = await context.getActorKeyPairs(identifier);
      const Type = identifier === 'app' ? vocab.Application : vocab.Person;
      return new Type({
        id: context.getActorUri(identifier),
        preferredUsername: identifier,
        name: `The one called ${identifier}`,
        inbox: context.getInboxUri(identifier),
        followers: context.getFollowersUri(identifier),
        endpoints: new vocab.Endpoints({ sharedInbox: context.getInboxUri() }),
        publicKey: keys[0].cryptographicKey,
        assertionMethods: keys.map((key) => key.multikey),
      });
    }).setKeyPairsDispatcher((_, identifier) => this.keys[identifier] ?? []);
    this.federation.setFollowersDispatcher('/users/{identifier}/followers', () => ({ items: [] }));
    this.federation.setObjectDispatcher(vocab.Note, '/notes/{number}', (_, { number }) => this.notes.get(number) ?? null);
    this.federation.setInboxListeners('/users/{identifier}/inbox', '/inbox')
      .setSharedKeyDispatcher(() => ({ identifier: 'app' }))
      .on(vocab.Follow, async (context, follow) => {
        this.received.push(follow);
        const accept = new vocab.Accept({ id: this.id('accepts'), actor: this.bob, to: follow.actorId, object: follow });
        await context.sendActivity({ identifier: 'bob' }, await follow.getActor(context), accept);
      })
      .on(vocab.Activity, (_, activity) => void this.received.push(activity));
  }

  async #answer(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const answer = await this.federation.fetch(new Request(new URL(request.url, this.origin), {
      method: request.method,
      headers: request.headers,
      body: request.method === 'POST' ? Buffer.concat(chunks) : undefined,
    }), { contextData: undefined });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  }

  id(kind) {
    return new URL(`/${kind}/${randomUUID()}`, this.origin);
  }

  lookup(uri) {
    return this.context.lookupObject(uri, { documentLoader: this.loader });
  }

  /** Bob does something, as the vocabulary calls it, and tells `recipient`. */
  async does(Type, recipient, values) {
    const activity = new Type({ id: this.id('activities'), actor: this.bob, ...values });
    await this.context.sendActivity({ identifier: 'bob' }, recipient, activity);
    return activity;
  }

  /** Public, to followers; `values` as a Note has them. */
  note(values) {
    const number = randomUUID();
    const note = new vocab.Note({
      id: new URL(`/notes/${number}`, this.origin),
      attribution: this.bob,
      to: vocab.PUBLIC_COLLECTION,
      ccs: [this.context.getFollowersUri('bob'), ...(values.tags ?? []).map((mention) => mention.href)],
      published: Temporal.Now.instant(),
      ...values,
    });
    this.notes.set(number, note);
    return note;
  }

  create(recipient, note) {
    return this.does(vocab.Create, recipient, { object: note, to: vocab.PUBLIC_COLLECTION, ccs: [...note.ccIds] });
  }

  /** The first activity of that type that fits. */
  gets(Type, fits = () => true) {
    return eventually(`bob gets a fitting ${Type.name}`, async () => {
      for (const activity of this.received) {
        if (activity instanceof Type && await fits(activity)) return activity;
      }
      return undefined;
    });
  }
}

let maple, fedify, ada, adaActor, account;

before(async () => {
  maple = await Instance.start();
  fedify = await Application.start(maple.host.replace(/\d+$/, '200'));
  await maple.command('peer', 'add', fedify.authority, '--level', 'member');
  ada = await maple.member('ada');
  adaActor = await fedify.lookup(new URL(`${maple.origin}/users/ada`));
});
after(async () => {
  await maple?.destroy();
  await fedify?.stop();
});

const inHome = (words) => eventually(`"${words}" in the home timeline`, async () =>
  (await ada.get('/api/v1/timelines/home?limit=40')).find((status) => status.content.includes(words)));
const notified = (type, fits = () => true) => eventually(`a notification of a ${type}`, async () =>
  (await ada.get('/api/v1/notifications')).find((seen) => seen.type === type && fits(seen)));
const ownPost = async (text, more = {}) => {
  const status = await ada.post('/api/v1/statuses', { status: text, ...more });
  const create = await fedify.gets(vocab.Create, (activity) => activity.objectId?.href === status.uri);
  return { status, create, note: await create.getObject({ documentLoader: fedify.loader }) };
};
const shown = (id) => ada.get(`/api/v1/statuses/${id}`);
const undone = (of) => fedify.gets(vocab.Undo, async (undo) => (await undo.getObject())?.id?.href === of.id.href);

test('Fedify reads our actor', () => {
  assert.ok(adaActor instanceof vocab.Person);
  assert.equal(adaActor.preferredUsername, 'ada');
  assert.equal(adaActor.inboxId.href, `${maple.origin}/users/ada/inbox`);
  assert.ok(adaActor.endpoints.sharedInbox);
});

test('each follows the other', async () => {
  account = await ada.follow(`bob@${fedify.authority}`);
  assert.equal(account.display_name, 'The one called bob');
  const follow = await fedify.gets(vocab.Follow);
  assert.equal(follow.objectId.href, fedify.bob.href);

  const asked = await fedify.does(vocab.Follow, adaActor, { object: adaActor.id, to: adaActor.id });
  const accept = await fedify.gets(vocab.Accept);
  assert.equal(accept.actorId.href, adaActor.id.href);
  assert.equal(accept.objectId.href, asked.id.href);
  assert.equal((await notified('follow')).account.acct, `bob@${fedify.authority}`);
});

test('posts arrive on both sides', async () => {
  const note = fedify.note({ content: '<p>Hello from <b>Fedify</b></p>', summary: 'A greeting' });
  await fedify.create(adaActor, note);
  const seen = await inHome('Hello from');
  assert.equal(seen.uri, note.id.href);
  assert.equal(seen.spoiler_text, 'A greeting');
  assert.equal(seen.visibility, 'public');

  const { note: ours } = await ownPost('Good morning, Fedify #greeting');
  assert.ok(ours instanceof vocab.Note);
  assert.match(String(ours.content), /Good morning, Fedify/);
  assert.equal(ours.attributionId.href, adaActor.id.href);
  assert.ok(ours.toIds.some((id) => id.href === vocab.PUBLIC_COLLECTION.href));
  const read = await fedify.lookup(ours.id);
  assert.equal(String(read.content), String(ours.content));
});

test('replies meet in one thread', async () => {
  const note = fedify.note({ content: '<p>Who teaches chemistry?</p>' });
  await fedify.create(adaActor, note);
  const question = await inHome('Who teaches chemistry?');
  const { note: answer, status } = await ownPost(`@bob@${fedify.authority} I do`, { in_reply_to_id: question.id });
  assert.equal(answer.replyTargetId.href, note.id.href);
  const mentions = (await Array.fromAsync(answer.getTags())).filter((tag) => tag instanceof vocab.Mention);
  assert.deepEqual(mentions.map((mention) => mention.href.href), [fedify.bob.href]);

  const thanks = fedify.note({
    content: '<p>@ada wonderful</p>', replyTarget: answer.id,
    tags: [new vocab.Mention({ href: adaActor.id, name: `@ada@${maple.authority}` })],
  });
  await fedify.create(adaActor, thanks);
  const mention = await notified('mention', (seen) => seen.status.uri === thanks.id.href);
  assert.equal(mention.status.in_reply_to_id, status.id);
  const { ancestors } = await ada.get(`/api/v1/statuses/${mention.status.id}/context`);
  assert.deepEqual(ancestors.map(({ uri }) => uri), [note.id.href, answer.id.href]);
  assert.equal((await shown(status.id)).replies_count, 1);
});

test('likes go both ways, and are taken back', async () => {
  const note = fedify.note({ content: '<p>Likeable</p>' });
  await fedify.create(adaActor, note);
  const seen = await inHome('Likeable');
  await ada.post(`/api/v1/statuses/${seen.id}/favourite`);
  const like = await fedify.gets(vocab.Like, (activity) => activity.objectId.href === note.id.href);
  await ada.post(`/api/v1/statuses/${seen.id}/unfavourite`);
  await undone(like);

  const { status } = await ownPost('Likeable too');
  const theirs = await fedify.does(vocab.Like, adaActor, { object: new URL(status.uri) });
  await notified('favourite', ({ status: liked }) => liked.id === status.id);
  assert.equal((await shown(status.id)).favourites_count, 1);
  await fedify.does(vocab.Undo, adaActor, { object: theirs });
  await eventually('the like is gone', async () => (await shown(status.id)).favourites_count === 0);
});

test('boosts go both ways, and are taken back', async () => {
  const note = fedify.note({ content: '<p>Worth a boost</p>' });
  await fedify.create(adaActor, note);
  const seen = await inHome('Worth a boost');
  await ada.post(`/api/v1/statuses/${seen.id}/reblog`);
  const boost = await fedify.gets(vocab.Announce, (activity) => activity.objectId.href === note.id.href);
  await ada.post(`/api/v1/statuses/${seen.id}/unreblog`);
  await undone(boost);

  const { status } = await ownPost('Worth a boost too');
  const theirs = await fedify.does(vocab.Announce, adaActor, {
    object: new URL(status.uri), to: vocab.PUBLIC_COLLECTION, published: Temporal.Now.instant(),
    ccs: [fedify.context.getFollowersUri('bob'), adaActor.id],
  });
  await notified('reblog', ({ status: boosted }) => boosted.id === status.id);
  assert.equal((await shown(status.id)).reblogs_count, 1);
  await fedify.does(vocab.Undo, adaActor, { object: theirs });
  await eventually('the boost is gone', async () => (await shown(status.id)).reblogs_count === 0);
});

test('edits arrive on both sides', async () => {
  const note = fedify.note({ content: '<p>Frist version</p>' });
  await fedify.create(adaActor, note);
  const seen = await inHome('Frist version');
  const better = note.clone({ content: '<p>First version</p>', updated: Temporal.Now.instant() });
  await fedify.does(vocab.Update, adaActor, { object: better, to: vocab.PUBLIC_COLLECTION });
  await eventually('the edit', async () => (await shown(seen.id)).content.includes('First version'));
  assert.equal((await ada.get(`/api/v1/statuses/${seen.id}/history`)).length, 2);

  const { status } = await ownPost('Secnod version');
  await ada.call('PUT', `/api/v1/statuses/${status.id}`, { status: 'Second version' });
  const update = await fedify.gets(vocab.Update, (activity) => activity.objectId.href === status.uri);
  const edited = await update.getObject({ documentLoader: fedify.loader });
  assert.match(String(edited.content), /Second version/);
  assert.ok(edited.updated);
});

test('deletions arrive on both sides', async () => {
  const note = fedify.note({ content: '<p>Not for long</p>' });
  await fedify.create(adaActor, note);
  const seen = await inHome('Not for long');
  await fedify.does(vocab.Delete, adaActor, {
    object: new vocab.Tombstone({ id: note.id }), to: vocab.PUBLIC_COLLECTION,
  });
  await eventually('the post is gone', () => ada.get(`/api/v1/statuses/${seen.id}`, { status: 404 }));

  const { status, note: ours } = await ownPost('Not for long either');
  await ada.call('DELETE', `/api/v1/statuses/${status.id}`);
  await fedify.gets(vocab.Delete, async (activity) =>
    (await activity.getObject({ documentLoader: fedify.loader }))?.id?.href === status.uri);
  await assert.rejects(fedify.loader(ours.id.href), /410/);
});

test('as a guest it is read by who follows it, reads, and reports as before', async () => {
  await maple.command('peer', 'add', fedify.authority, '--level', 'guest');
  const boss = await maple.member('boss', { role: 'owner', scopes: 'read write admin:read' });
  const note = fedify.note({
    content: '<p>Still here, as a guest</p>',
    tags: [new vocab.Mention({ href: adaActor.id, name: `@ada@${maple.authority}` })],
  });
  await fedify.create(adaActor, note);
  await inHome('Still here, as a guest');
  await notified('mention', (seen) => seen.status.uri === note.id.href);
  const { note: ours, status } = await ownPost('Guests may read this');
  assert.match(String((await fedify.lookup(ours.id)).content), /Guests may read this/);
  await fedify.does(vocab.Flag, adaActor, { objects: [adaActor.id, ours.id], content: 'Is this allowed?', to: adaActor.id });
  const report = await eventually('the report', async () =>
    (await boss.get('/api/v1/admin/reports')).find((one) => one.comment === 'Is this allowed?'));
  assert.equal(report.target_account.username, 'ada');
  assert.deepEqual(report.statuses.map(({ id }) => id), [status.id]);
});

test('an unfollow and a profile change arrive', async () => {
  await ada.call('PATCH', '/api/v1/accounts/update_credentials', { display_name: 'Ada of Maple' });
  const update = await fedify.gets(vocab.Update, (activity) => activity.objectId.href === adaActor.id.href);
  assert.equal(String((await update.getObject({ documentLoader: fedify.loader })).name), 'Ada of Maple');
  const follow = await fedify.gets(vocab.Follow);
  await ada.post(`/api/v1/accounts/${account.id}/unfollow`);
  await undone(follow);
});
