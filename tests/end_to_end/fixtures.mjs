// Plays every fixture of a folder against a live instance and reads database and client API afterwards.
//   node fixtures.mjs [--folder DIR] [--only PATTERN] [--keep-going]
// DIR holds an index.json as ../data/fixtures has. Each row runs on a fresh copy of the same small
// world: bob and eve, bob's public and followers-only posts and his poll; bob follows whoever signs,
// unless the fixture is about that follow. The status code of a delivery is never the verdict.
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Fediverse } from './lib/fediverse.mjs';
import { Postgres } from './lib/postgres.mjs';
import { keyOfProof } from './lib/proofs.mjs';
import { eventually, freePort, Instance } from './lib/staffroom.mjs';

const origin = 'https://district-b.example';
const bobId = `${origin}/users/bob`;
const vocabulary = /^(www\.)?(w3\.org|w3id\.org|joinmastodon\.org|gotosocial\.org|ostatus\.org|schema\.org|purl\.org|fedibird\.com|misskey-hub\.net|join-lemmy\.org|joinpeertube\.org|joinmobilizon\.org|litepub\.social|pixelfed\.org|datatracker\.ietf\.org|funkwhale\.audio)$/;

const idOf = (value) => (typeof value === 'string' ? value : Array.isArray(value) ? idOf(value[0]) : value?.id ?? value?.['@id']);
const listOf = (value) => (value === undefined || value === null ? [] : [value].flat());
const typeOf = (document) => listOf(document?.type ?? document?.['as:type'] ?? document?.['@type']);
const is = (document, ...types) => typeOf(document).some((type) => types.includes(type.replace(/^as:/, '')));
const escapeSql = (text) => `'${String(text).replaceAll("'", "''")}'`;

class Runner {
  constructor(folder) {
    this.folder = folder;
    this.fediverse = new Fediverse();
    this.failures = [];
    this.passed = 0;
  }

  async prepare() {
    const index = JSON.parse(await readFile(join(this.folder, 'index.json'), 'utf8'));
    this.rows = index.rows;
    this.texts = new Map();
    for (const row of this.rows) this.texts.set(row.file, await readFile(join(this.folder, row.file), 'utf8'));
    this.documents = new Map();
    for (const [file, text] of this.texts) {
      try {
        this.documents.set(file, JSON.parse(text));
      } catch {
        // Not meant to be parsed.
      }
    }
    // Whoever gave a proof has the key of the vectors that made it.
    const vectors = join(import.meta.dirname, '../data/vectors/multikey.json');
    const { keys } = JSON.parse(await readFile(vectors, 'utf8'));
    this.proofKeys = keys.filter((key) => key.key_type === 'ed25519').map((key) => key.publicKeyMultibase);
    // Every host that a fixture names is a peer, but for the many of the flood tests.
    const hosts = new Set(['district-c.example', 'district-d.example', 'evil.test']);
    for (const text of this.texts.values()) {
      for (const [, host] of text.matchAll(/https:\/\/([a-z0-9.-]+\.(?:example|test))/g)) hosts.add(host);
    }
    hosts.delete('district-b.example');
    this.hosts = [...hosts].filter((host) => !vocabulary.test(host) && !/^s\d+\.example$/.test(host));

    await this.fediverse.listen();
    this.postgres = await Postgres.start();
    this.port = await freePort();
    await this.makeWorld();
  }

  settings(database) {
    const table = this.hosts.map((host) => `${host}=${this.fediverse.address}`).join(',');
    return [`database.url=${this.postgres.url(database)}`, `testing.hosts=${table}`, 'log.level=debug', 'database.connections=8'];
  }

  launch(database) {
    return Instance.start({ origin, listen: `127.0.0.1:${this.port}`, settings: this.settings(database) });
  }

  async makeWorld() {
    await this.postgres.create('world');
    const instance = await this.launch('world');
    try {
      await Promise.all(this.hosts.map(async (host) => instance.command('peer', 'add', host, '--level', 'member')));
      this.bob = await instance.member('bob');
      this.eve = await instance.member('eve');
      const post = async (body) => (await this.bob.post('/api/v1/statuses', body)).uri;
      this.local = {
        [`${bobId}/statuses/1`]: await post({ status: 'A public note' }),
        [`${bobId}/statuses/2`]: await post({ status: 'For followers', visibility: 'private' }),
        [`${bobId}/statuses/9`]: await post({
          status: 'Which colour?', poll: { options: ['Blue', 'Green', 'Red'], multiple: true, expires_in: 86400 },
        }),
        [`${bobId}/statuses/3`]: await post({ status: 'Note three' }),
        [`${bobId}/statuses/4`]: await post({ status: 'Note four' }),
      };
    } finally {
      await instance.destroy();
    }
  }

  /** A fixture's text with our ids as they really are. */
  localise(text) {
    let localised = text;
    for (const [written, real] of Object.entries(this.local)) {
      localised = localised.replaceAll(new RegExp(`${written.replaceAll('.', '\\.')}(?![0-9])`, 'g'), real);
    }
    return localised;
  }

  /** The documents that the foreign servers have: the good actors, and whatever an activity names. */
  fill(row) {
    const { fediverse } = this;
    fediverse.forget();
    for (const other of this.rows) {
      const document = this.documents.get(other.file);
      if (other.via === 'fetch' && ['accept', 'partial'].includes(other.verdict) && document?.inbox && document?.preferredUsername) {
        const known = fediverse.documents.get(document.id);
        if (!known || other.file === row.file) fediverse.addActor(document);
      }
    }
    const ensure = (id, extra) => {
      if (typeof id === 'string' && id.startsWith('https://') && !id.startsWith(origin) && !fediverse.documents.has(id)) {
        const { hostname } = new URL(id);
        if (this.hosts.includes(hostname)) fediverse.addPerson(id, extra);
      }
    };
    const own = this.documents.get(row.file);
    const wraps = is(own, 'Announce') && is(own.object, 'Create', 'Update', 'Delete', 'Undo', 'Block');
    if (row.signed_by) ensure(row.signed_by, wraps ? { type: 'Group' } : undefined);
    const method = own?.proof?.verificationMethod;
    if (typeof method === 'string' && typeof own.proof.proofValue === 'string') {
      const controller = method.split('#')[0];
      ensure(controller, {
        assertionMethod: [{ id: method, type: 'Multikey', controller, publicKeyMultibase: keyOfProof(own, this.proofKeys) }],
      });
    }
    const look = (value, depth) => {
      if (depth > 6 || value === null || typeof value !== 'object') return;
      for (const entry of listOf(value)) {
        if (entry === null || typeof entry !== 'object') continue;
        for (const key of ['actor', 'attributedTo']) for (const one of listOf(entry[key])) ensure(idOf(one));
        for (const key of ['object', 'instrument']) look(entry[key], depth + 1);
        for (const tag of listOf(entry.tag)) if (is(tag, 'Mention')) ensure(tag.href);
        const about = [entry.inReplyTo, entry.quote, entry.quoteUrl, is(entry, 'Announce', 'Like', 'Add') ? entry.object : undefined];
        for (const one of about.map(idOf)) this.ensureNote(one);
      }
    };
    look(this.documents.get(row.file), 0);
    for (const other of this.rows) {
      const document = this.documents.get(other.file);
      if (other.verdict === 'accept' && is(document, 'QuoteAuthorization')) fediverse.documents.set(document.id, document);
    }
  }

  /** A plain public Note for an id of another server that no fixture describes. */
  ensureNote(id) {
    if (typeof id !== 'string' || id.startsWith(origin) || this.fediverse.documents.has(id)) return;
    const { hostname, pathname } = new URL(id);
    if (!this.hosts.includes(hostname)) return;
    const owner = pathname.match(/^\/users\/[^/]+/) ? `https://${hostname}${pathname.match(/^\/users\/[^/]+/)[0]}` : `https://${hostname}/users/author`;
    if (!this.fediverse.documents.has(owner)) this.fediverse.addPerson(owner);
    this.fediverse.documents.set(id, {
      '@context': 'https://www.w3.org/ns/activitystreams', id, type: 'Note', attributedTo: owner,
      to: ['https://www.w3.org/ns/activitystreams#Public'], cc: [], content: '<p>the real words</p>',
      published: '2026-02-20T10:00:00Z',
    });
  }

  deliver(actor, body, path = '/users/bob/inbox') {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return this.fediverse.post({
      to: `127.0.0.1:${this.port}`, host: 'district-b.example', path, body: text, actor,
    });
  }

  sql(text) {
    return this.postgres.rows(this.database, text);
  }

  async one(text) {
    return (await this.sql(text))[0];
  }

  /** Waits until no job is left, so that what an activity does is done. */
  async settled() {
    await eventually('the queue is empty', async () =>
      (await this.one('SELECT count(*) AS n FROM jobs WHERE run_at < now() + interval \'5 s\'')).n === 0, 20_000);
  }

  /** Everything that an effect could stand in. */
  async snapshot() {
    const tables = {
      accounts: `SELECT uri, display_name, note, fields, locked, moved_to_uri, suspended_at, origin_suspended, deleted_at, followers_count, following_count, statuses_count FROM accounts WHERE uri NOT LIKE 'https://evil.test%'`,
      keys: 'SELECT key_uri, public_pem FROM account_keys',
      statuses: 'SELECT uri, content, spoiler_text, visibility, account_id, replies_count, reblogs_count, favourites_count, edited_at, quote_state FROM statuses',
      mentions: 'SELECT status_id, account_id FROM mentions',
      follows: 'SELECT follower_id, followed_id, accepted FROM follows',
      favourites: 'SELECT account_id, status_id FROM favourites',
      notifications: 'SELECT account_id, type, from_id, status_id FROM notifications',
      blocks: 'SELECT account_id, target_id FROM blocks',
      pins: 'SELECT account_id, status_id FROM pins',
      votes: 'SELECT poll_id, account_id, choice FROM poll_votes',
      polls: 'SELECT id, tallies FROM polls',
      reports: 'SELECT target_id, status_ids FROM reports',
    };
    const parts = Object.entries(tables).map(([name, query]) => `(SELECT json_agg(q) FROM (${query}) q) AS ${name}`);
    const shot = await this.one(`SELECT ${parts.join(', ')}`);
    for (const name of Object.keys(tables)) shot[name] = (shot[name] ?? []).map((row) => JSON.stringify(row)).sort();
    return shot;
  }

  async run(row) {
    this.database = 'play';
    await this.postgres.drop(this.database);
    await this.postgres.create(this.database, 'world');
    this.fill(row);
    const instance = await this.launch(this.database);
    this.instance = instance;
    this.bob.instance = instance;
    this.eve.instance = instance;
    this.faults = [];
    try {
      if (row.via === 'inbox') await this.runInbox(row);
      else await this.runFetch(row);
      if (!(await fetch(`${instance.url}/health/live`)).ok) this.fault('the server is not well afterwards');
    } catch (error) {
      this.fault(`${error.message}${error.cause ? ` (${error.cause.message ?? error.cause})` : ''}`);
    } finally {
      if (this.faults.length > 0 && process.env.TEST_SHOW_LOG) console.log(await instance.log());
      await instance.destroy();
    }
    return this.faults;
  }

  fault(text) {
    this.faults.push(text);
  }

  expect(what, truth) {
    if (!truth) this.fault(what);
  }

  same(what, actual, wanted) {
    if (JSON.stringify(actual) !== JSON.stringify(wanted)) {
      this.fault(`${what}: ${JSON.stringify(actual)}, wanted ${JSON.stringify(wanted)}`);
    }
  }

  // ---- inbox ----

  async runInbox(row) {
    const text = this.localise(this.texts.get(row.file));
    let activity;
    try {
      activity = JSON.parse(text);
    } catch {
      // A fixture that is not JSON: sent as it is.
    }
    const signer = row.signed_by;
    this.signer = signer;
    const aboutFollow = is(activity, 'Accept', 'Reject') || (is(activity, 'Follow') && false);
    if (!aboutFollow) await this.bobFollows(signer);
    const body = await this.prelude(activity, text, row);
    await this.settled();
    const before = await this.snapshot();
    const answer = await this.deliver(signer, body);
    if (answer.status >= 500) this.fault(`answered ${answer.status} ${answer.text}`);
    await this.settled();
    const after = await this.snapshot();
    if (row.verdict === 'reject' || row.verdict === 'ignore') this.unchanged(before, after);
    if (row.verdict === 'accept' || row.verdict === 'partial') {
      const sent = JSON.parse(body);
      await this.effect(sent, before, after, row);
      // The same delivery again changes nothing.
      await this.deliver(signer, body);
      await this.settled();
      this.unchanged(after, await this.snapshot(), 'sent twice: ');
    }
    await this.facts(row, activity);
  }

  unchanged(before, after, prefix = '') {
    for (const table of Object.keys(before)) {
      const gone = before[table].filter((line) => !after[table].includes(line));
      const come = after[table].filter((line) => !before[table].includes(line));
      // An author whom we had to look up is no effect by itself.
      if (table === 'accounts' || table === 'keys') {
        if (gone.length > 0) this.fault(`${prefix}${table} changed: ${gone[0]} -> ${come[0]}`);
        continue;
      }
      if (gone.length + come.length > 0) this.fault(`${prefix}${table} changed: -${gone.join()} +${come.join()}`);
    }
  }

  /** bob follows that actor, and the actor accepts. */
  async bobFollows(actor) {
    const document = this.fediverse.documents.get(actor);
    if (!document?.movedTo) return this.bobAsks(actor);
    // Nobody can follow an account that has moved; bob did so before.
    const { movedTo, ...before } = document;
    this.fediverse.documents.set(actor, before);
    await this.bobAsks(actor);
    this.fediverse.documents.set(actor, document);
  }

  async bobAsks(actor) {
    const id = (await this.bob.get(`/api/v2/search?type=accounts&resolve=true&q=${encodeURIComponent(actor)}`)).accounts[0]?.id;
    if (!id) return; // A server actor, or one that no handle leads to.
    try {
      await this.bob.post(`/api/v1/accounts/${id}/follow`);
    } catch {
      return; // Suspended at its origin, or gone: nobody to follow.
    }
    const follow = await eventually('bob\'s Follow arrives', () =>
      this.fediverse.received.find(({ activity }) => is(activity, 'Follow') && idOf(activity.object) === actor));
    await this.deliver(actor, {
      '@context': 'https://www.w3.org/ns/activitystreams', id: this.fediverse.id(actor, 'accepts'), type: 'Accept',
      actor, object: follow.activity,
    });
    await this.settled();
  }

  /** What must have happened before for this activity to mean anything; returns the body to send. */
  async prelude(activity, text, row) {
    if (activity === undefined || Array.isArray(activity)) return text;
    const signer = row.signed_by;
    const inner = activity.object;
    const make = (type, object, extra = {}) => ({
      '@context': 'https://www.w3.org/ns/activitystreams', id: this.fediverse.id(signer, 'activities'), type, actor: signer, object, ...extra,
    });
    const note = (id, extra = {}) => ({
      id, type: 'Note', attributedTo: signer, to: ['https://www.w3.org/ns/activitystreams#Public'], cc: [],
      content: '<p>an earlier text</p>', published: '2026-02-20T10:00:00Z', ...extra,
    });
    const existing = async (id, owner = signer, extra = {}) => {
      await this.deliver(owner, {
        '@context': 'https://www.w3.org/ns/activitystreams', id: `${id}#create-before`, type: 'Create', actor: owner,
        to: ['https://www.w3.org/ns/activitystreams#Public'], object: note(id, { attributedTo: owner, ...extra }),
      });
      await this.settled();
    };
    const ownerOf = (id) => id.match(/^https:\/\/[^/]+\/users\/[^/]+/)?.[0];

    if (is(activity, 'Update') && inner?.inbox) {
      // The new profile has a key that we can sign with, and is what its id answers.
      const updated = this.fediverse.addActor(inner);
      await this.settled();
      return JSON.stringify({ ...activity, object: updated });
    }
    if (is(activity, 'Accept', 'Reject') && idOf(inner)?.startsWith(`${bobId}/follows`) | is(inner, 'Follow')) {
      return this.preludeOfAccept(activity, text, row);
    }
    if (is(activity, 'Undo') && row.verdict === 'accept') {
      if (typeof inner === 'string') await this.deliver(signer, { ...make('Follow', bobId), id: inner });
      else await this.deliver(signer, { '@context': activity['@context'], id: this.fediverse.id(signer, 'x'), ...inner });
    }
    if (is(activity, 'Undo') && row.verdict === 'reject' && inner?.id?.startsWith('https://mastodon.example')) {
      const alice = 'https://mastodon.example/users/alice';
      this.fediverse.documents.has(alice) || this.fediverse.addPerson(alice);
      await this.deliver(alice, { '@context': activity['@context'], id: inner.id, type: 'Follow', actor: alice, object: bobId });
    }
    if (is(activity, 'Update') && typeof inner === 'object' && !inner.inbox) {
      const owner = row.verdict === 'accept' ? signer : ownerOf(inner.id) ?? signer;
      if (!inner.id.startsWith(origin)) {
        await existing(inner.id, owner, { to: inner.to ?? ['https://www.w3.org/ns/activitystreams#Public'], cc: inner.cc ?? [], type: 'Note' });
      }
    }
    if (is(activity, 'Announce') && is(inner, 'Update') && typeof inner.object === 'object') {
      const owner = idOf(inner.object.attributedTo);
      this.fediverse.documents.has(owner) || this.fediverse.addPerson(owner);
      await this.bobFollows(owner);
      await this.deliver(owner, {
        '@context': activity['@context'], id: `${inner.object.id}#create-before`, type: 'Create', actor: owner,
        to: ['https://www.w3.org/ns/activitystreams#Public'],
        object: { ...inner.object, content: '<p>an earlier text</p>', updated: undefined, published: '2026-02-20T10:00:00Z' },
      });
      this.fediverse.documents.set(inner.object.id, inner.object);
    }
    if (is(activity, 'Delete') && idOf(inner) !== signer && !idOf(inner)?.startsWith(origin)) {
      const owner = row.verdict === 'accept' ? signer : ownerOf(idOf(inner)) ?? signer;
      if (!this.fediverse.documents.has(owner)) this.fediverse.addPerson(owner);
      if (owner !== signer) await this.bobFollows(owner);
      if (!idOf(inner).includes('authorization')) await existing(idOf(inner), owner);
      else await this.preludeOfStamp(idOf(inner));
    }
    if (is(activity, 'Create') && row.verdict === 'reject' && inner?.id?.startsWith('https://mastodon.example/users/alice/statuses/103')) {
      const alice = 'https://mastodon.example/users/alice';
      await this.bobFollows(alice);
      await existing(inner.id, alice, { to: [`${alice}/followers`] });
    }
    if (is(activity, 'Add', 'Remove')) {
      const object = idOf(inner);
      if (object.startsWith(signer)) await existing(object);
      if (is(activity, 'Remove')) await this.deliver(signer, { ...activity, type: 'Add' });
    }
    if (is(activity, 'Move') && row.verdict === 'accept') {
      this.fediverse.addPerson(activity.target, { alsoKnownAs: [signer] });
      this.fediverse.addActor({ ...this.fediverse.documents.get(signer), movedTo: activity.target });
    }
    if (is(activity, 'Block')) await this.deliver(signer, make('Follow', bobId));
    if (is(activity, 'Create') && typeof inner === 'string') {
      this.fediverse.documents.set(inner, { '@context': activity['@context'], ...note(inner), content: '<p>fetched by its id</p>' });
    }
    await this.settled();
    return text;
  }

  async preludeOfAccept(activity, text, row) {
    // Whoever bob asked: the signer, or for a forged one whom the inner Follow names.
    const asked = idOf(activity.object?.object) ?? row.signed_by;
    if (/never-asked/.test(row.file)) return text;
    const account = await this.bob.get(`/api/v2/search?type=accounts&resolve=true&q=${encodeURIComponent(asked)}`);
    await this.bob.post(`/api/v1/accounts/${account.accounts[0].id}/follow`);
    const follow = await eventually('bob\'s Follow arrives', () =>
      this.fediverse.received.find((delivery) => is(delivery.activity, 'Follow') && idOf(delivery.activity.object) === asked));
    return text.replaceAll(/https:\/\/district-b\.example\/users\/bob\/follows\/\d+/g, follow.activity.id);
  }

  /** A post of alice's that quotes with the stamp that is about to be revoked. */
  async preludeOfStamp(stamp) {
    const quoting = this.rows.find((other) => /quote-approved/.test(other.file));
    const text = this.localise(this.texts.get(quoting.file));
    this.fill(quoting);
    await this.bobFollows(quoting.signed_by);
    await this.deliver(quoting.signed_by, text);
    await this.settled();
    const state = await this.one(`SELECT quote_state FROM statuses WHERE quote_authorization_uri = ${escapeSql(stamp)}`);
    this.same('the quote before', state?.quote_state, 'accepted');
    this.fediverse.documents.delete(stamp);
    this.fediverse.statuses.set(stamp, 404);
  }

  // ---- what an accepted activity must have done ----

  async effect(activity, before, after, row) {
    const grew = (table) => after[table].length > before[table].length;
    const shrank = (table) => after[table].length < before[table].length;
    const inner = activity.object;
    const type = typeOf(activity)[0];
    const answered = (kind) => eventually(`${kind} is sent`, () => this.fediverse.received.some(({ activity: sent }) =>
      is(sent, kind) && (idOf(sent.object) === activity.id || sent.object?.actor === this.signer)), 8_000).catch((error) => this.fault(error.message));
    switch (type.replace(/^as:/, '')) {
      case 'Create': {
        const objects = listOf(inner);
        const votes = objects.filter((object) => object?.name && !object.content && /bob\/statuses/.test(idOf(object.inReplyTo) ?? ''));
        if (votes.length > 0) {
          this.same('votes', after.votes.length - before.votes.length, votes.length);
          this.same('posts made of votes', after.statuses.length, before.statuses.length);
        } else {
          await this.stored(idOf(objects[0]), objects[0]);
        }
        break;
      }
      case 'Follow':
        this.expect('no follow', grew('follows'));
        await answered('Accept');
        break;
      case 'Accept': {
        if (is(inner, 'Follow') || typeof inner === 'string') {
          const row_ = await this.one(`SELECT f.accepted FROM follows f JOIN accounts a ON a.id = f.followed_id WHERE a.uri = ${escapeSql(this.signer)}`);
          if (row_ || is(inner, 'Follow')) this.same('accepted', row_?.accepted, true);
        }
        break;
      }
      case 'Undo': this.expect('nothing was undone', ['follows', 'favourites', 'blocks', 'statuses'].some(shrank)); break;
      case 'Like': this.expect('no favourite', grew('favourites')); break;
      case 'Announce': {
        if (is(inner, 'Create', 'Page', 'Note', 'Article')) await this.stored(idOf(inner.object ?? inner));
        else if (typeof inner === 'string' || is(inner, 'Note')) this.expect('no boost', grew('statuses'));
        else if (is(inner, 'Update')) {
          const stored = await this.one(`SELECT content FROM statuses WHERE uri = ${escapeSql(inner.object.id)}`);
          this.expect(`not updated: ${stored?.content}`, stored && !/earlier text/.test(stored.content));
        } else if (is(inner, 'Block')) {
          this.expect('no ban', (await this.sql('SELECT * FROM group_bans')).length === 1 || /no moderators/.test(row.must));
          this.same('personal blocks', after.blocks, before.blocks);
        }
        break;
      }
      case 'Update':
        if (inner.inbox) this.expect('the profile is as before', JSON.stringify(before.accounts) !== JSON.stringify(after.accounts));
        else {
          const stored = await this.one(`SELECT s.content, (SELECT count(*) FROM status_edits e WHERE e.status_id = s.id) AS versions FROM statuses s WHERE uri = ${escapeSql(inner.id)}`);
          this.expect(`not edited: ${JSON.stringify(stored)}`, stored && stored.versions > 0 && !/earlier text/.test(stored.content));
        }
        break;
      case 'Delete': {
        const id = idOf(inner);
        if (id.includes('authorization')) {
          const state = await this.one(`SELECT quote_state FROM statuses WHERE quote_authorization_uri = ${escapeSql(id)} OR quote_state = 'revoked'`);
          this.same('the quote', state?.quote_state, 'revoked');
        } else {
          this.same('the deleted post', await this.sql(`SELECT uri FROM statuses WHERE uri = ${escapeSql(id)}`), []);
        }
        break;
      }
      case 'Add': this.expect('no pin', grew('pins')); break;
      case 'Remove': this.expect('still pinned', shrank('pins')); break;
      case 'Block': {
        this.expect('no block', grew('blocks'));
        this.expect('follows stay', shrank('follows'));
        break;
      }
      case 'Flag': this.expect('no report', grew('reports')); break;
      case 'Move': {
        await eventually('bob follows the new account', () => this.fediverse.received.some(({ activity: sent }) =>
          is(sent, 'Follow') && idOf(sent.object) === activity.target)).catch((error) => this.fault(error.message));
        break;
      }
      case 'QuoteRequest': {
        await eventually('an answer', () => this.fediverse.received.some(({ activity: sent }) =>
          is(sent, 'Accept', 'Reject') && idOf(sent.object) === activity.id)).catch((error) => this.fault(error.message));
        break;
      }
      default:
        break; // Named in the document of what we speak as not used: 202 and nothing.
    }
  }

  async stored(uri, object) {
    const status = await this.one(`SELECT s.id::text, s.uri, s.content, a.uri AS author FROM statuses s JOIN accounts a ON a.id = s.account_id WHERE s.uri = ${escapeSql(uri)}`);
    if (!status) {
      this.fault(`${uri} is not stored`);
      return;
    }
    if (object && typeof object === 'object') {
      this.expect(`the author is ${status.author}`, listOf(object.attributedTo).map(idOf).includes(status.author));
    }
    this.expect(`markup of the document in the text: ${status.content}`, !/<script|onerror=|javascript:/i.test(status.content));
    if (/real words/.test(JSON.stringify(this.fediverse.documents.get(uri)))) this.expect('the copy was believed', /real words/.test(status.content));
  }

  // ---- fetch ----

  async runFetch(row) {
    const text = this.localise(this.texts.get(row.file));
    const document = JSON.parse(text);
    const search = (q) => this.bob.get(`/api/v2/search?resolve=true&q=${encodeURIComponent(q)}`);
    if (row.via === 'webfinger' || row.via === 'nodeinfo' || is(document, 'Collection', 'OrderedCollection', 'CollectionPage', 'OrderedCollectionPage')) {
      await this.runReading(row, document, search);
      return;
    }
    const asked = row.via.match(/^fetch of (\S+)/)?.[1] ?? document.id;
    if (is(document, 'QuoteAuthorization')) {
      await this.runStamp(row, document);
      return;
    }
    if (is(document, 'Tombstone')) {
      await this.runTombstone(document);
      return;
    }
    if (document.inbox || document.preferredUsername || document.publicKey) {
      if (row.verdict === 'accept') this.fediverse.addActor(document);
      else this.fediverse.documents.set(asked, text);
      if (row.verdict !== 'accept' && document.preferredUsername) this.fediverse.handles.set(`${document.preferredUsername}@${new URL(asked).host}`.toLowerCase(), asked);
      if (row.verdict === 'partial') {
        await this.runKeyStub(row, document, asked);
        return;
      }
      const found = await search(asked);
      const account = await this.one(`SELECT * FROM accounts WHERE uri = ${escapeSql(document.id)}`);
      if (row.verdict === 'accept') {
        this.expect(`${document.id} is not stored`, account);
        if (account && !account.is_server_actor && !account.origin_suspended) this.same('found', found.accounts.length, 1);
      } else {
        this.same('found', found.accounts, []);
        const bad = await this.sql(`SELECT uri FROM accounts WHERE uri = ${escapeSql(asked)}`);
        if (!/owner/.test(row.must)) this.same('stored', bad, []);
        else this.same('keys', await this.sql(`SELECT key_uri FROM account_keys WHERE key_uri = ${escapeSql(document.publicKey.id)}`), []);
      }
      if (account) this.accountFacts(row.normalised ?? {}, account, document, found.accounts[0]);
      return;
    }
    // A post.
    this.fediverse.documents.set(asked, document);
    for (const author of listOf(document.attributedTo)) {
      if (!this.fediverse.documents.has(idOf(author))) this.fediverse.addPerson(idOf(author), { type: typeOf(author)[0] ?? 'Person' });
    }
    const found = await search(asked);
    if (row.verdict === 'accept') {
      this.same('found', found.statuses.length, 1);
      await this.facts(row, { object: document });
    } else {
      this.same('found', found.statuses, []);
    }
  }

  async runKeyStub(row, document, keyId) {
    // The stub is what its key id answers; the actor itself is another document.
    const owner = document.id;
    if (!this.fediverse.documents.get(owner)?.inbox) this.fediverse.addPerson(owner);
    const actor = structuredClone(this.fediverse.documents.get(owner));
    const key = [document.publicKey].flat()[0];
    actor.publicKey = { ...actor.publicKey, id: key.id };
    this.fediverse.addActor(actor);
    this.fediverse.documents.set(key.id, { ...document, publicKey: { ...key, publicKeyPem: actor.publicKey.publicKeyPem } });
    await this.deliver(owner, {
      '@context': 'https://www.w3.org/ns/activitystreams', id: this.fediverse.id(owner, 'likes'), type: 'Like', actor: owner,
      object: this.local[`${bobId}/statuses/1`],
    });
    await this.settled();
    this.same('favourites', (await this.sql('SELECT id FROM favourites')).length, 1);
  }

  accountFacts(facts, account, document, entity) {
    if ('acct' in facts) this.same('acct', entity?.acct, facts.acct);
    if ('bot' in facts) this.same('bot', entity?.bot, facts.bot);
    if ('group' in facts) this.same('group', entity?.group, facts.group);
    if ('locked' in facts) this.same('locked', entity?.locked, facts.locked);
    if ('fields' in facts) this.same('fields', entity?.fields.length, facts.fields);
    if ('display_name' in facts) this.expect(`display name ${entity?.display_name}`, (entity?.display_name || entity?.username) === facts.display_name);
    if ('indexable' in facts) this.same('indexable', account.indexable, facts.indexable);
    if ('shared_inbox' in facts) this.same('shared inbox', account.shared_inbox || null, facts.shared_inbox);
    if (document.suspended) this.same('suspended at its origin', account.origin_suspended, true);
  }

  async runStamp(row, document) {
    const quoting = this.rows.find((other) => /quote-approved/.test(other.file));
    this.fill(quoting);
    const written = JSON.parse(this.localise(this.texts.get(quoting.file)));
    written.object.quoteAuthorization = document.id;
    this.fediverse.documents.set(document.id, document);
    await this.bobFollows(quoting.signed_by);
    await this.deliver(quoting.signed_by, written);
    await this.settled();
    const state = await this.one(`SELECT quote_state FROM statuses WHERE uri = ${escapeSql(written.object.id)}`);
    if (row.verdict === 'accept') this.same('quote', state?.quote_state, 'accepted');
    else this.expect(`quote: ${JSON.stringify(state)}`, state?.quote_state !== 'accepted');
  }

  async runTombstone(document) {
    const owner = `https://${new URL(document.id).host}/u/somebody`;
    if (!this.fediverse.documents.has(owner)) this.fediverse.addPerson(owner);
    await this.bobFollows(owner);
    await this.deliver(owner, {
      '@context': 'https://www.w3.org/ns/activitystreams', id: `${document.id}#create`, type: 'Create', actor: owner,
      to: ['https://www.w3.org/ns/activitystreams#Public'],
      object: { id: document.id, type: 'Note', attributedTo: owner, to: ['https://www.w3.org/ns/activitystreams#Public'], content: 'x', published: '2026-02-20T10:00:00Z' },
    });
    await this.settled();
    this.same('stored', (await this.sql(`SELECT uri FROM statuses WHERE uri = ${escapeSql(document.id)}`)).length, 1);
    this.fediverse.documents.set(document.id, document);
    this.fediverse.statuses.set(document.id, 410);
    // An Update that only names the object makes us read it again.
    await this.deliver(owner, {
      '@context': 'https://www.w3.org/ns/activitystreams', id: `${document.id}#update`, type: 'Update', actor: owner, object: document.id,
    });
    await this.settled();
    this.same('still there', await this.sql(`SELECT uri FROM statuses WHERE uri = ${escapeSql(document.id)}`), []);
  }

  /** Collections, WebFinger and NodeInfo answers: read where the server reads such things. */
  async runReading(row, document, search) {
    if (row.via === 'webfinger') {
      const { subject, links } = document;
      const self = links.filter((link) => link.rel === 'self' && /json/.test(link.type ?? '')).map((link) => link.href);
      for (const id of self) if (!this.fediverse.documents.has(id)) this.fediverse.addPerson(id);
      const handle = subject.replace('acct:', '');
      const asked = row.verdict === 'reject' ? `${handle.split('@')[0]}@${new URL(self[0]).host}` : handle;
      this.fediverse.webfinger.set(asked.toLowerCase(), document);
      const actor = this.fediverse.documents.get(self[0]);
      if (actor && row.verdict === 'accept' && new URL(self[0]).host !== handle.split('@')[1]) {
        this.fediverse.webfinger.set(`${actor.preferredUsername}@${new URL(self[0]).host}`.toLowerCase(), document);
      }
      const found = await search(`@${asked}`);
      if (row.verdict === 'accept') this.same('found', found.accounts.map((account) => account.uri), [self[0]]);
      else this.same('found', found.accounts, []);
      return;
    }
    // What is only parsed is checked by tests/federation over the same index; here: an actor whose
    // collection it is does no harm, and nothing foreign is believed.
    const owner = listOf(document.attributedTo ?? [])[0] ?? `https://${new URL(document.id ?? 'https://odd.example/x').host}/users/collector`;
    if (typeof owner === 'string' && document.id) {
      if (!this.fediverse.documents.has(owner)) this.fediverse.addPerson(owner);
      this.fediverse.documents.set(document.id, document);
      const actor = this.fediverse.documents.get(owner);
      this.fediverse.addActor({ ...actor, featured: document.id });
      await search(owner);
      await this.settled();
      this.same('forged items', await this.sql('SELECT uri FROM statuses WHERE uri LIKE \'https://evil.test/%\''), []);
    }
  }

  // ---- the normalised facts of a post ----

  async facts(row, activity) {
    const facts = row.normalised;
    if (!facts) return;
    const uri = idOf(listOf(activity?.object)[0]);
    if (facts.report_target) {
      const report = await this.one('SELECT a.uri, r.status_ids, r.host FROM reports r JOIN accounts a ON a.id = r.target_id');
      this.same('report target', report?.uri, facts.report_target);
      const posts = await this.sql(`SELECT uri FROM statuses WHERE id = ANY (SELECT unnest(status_ids) FROM reports)`);
      this.same('report posts', posts.map((post) => post.uri), facts.report_posts.map((post) => this.localise(post)));
      return;
    }
    if (facts.vote) {
      this.same('vote', (await this.sql('SELECT p.options[v.choice + 1] AS name FROM poll_votes v JOIN polls p ON p.id = v.poll_id')).map((vote) => vote.name), [facts.vote]);
      return;
    }
    const stored = await this.one(`SELECT s.*, s.id::text AS id_text, a.uri AS author FROM statuses s JOIN accounts a ON a.id = s.account_id WHERE s.uri = ${escapeSql(uri)}`);
    if (!stored) {
      this.fault(`${uri} is not stored, so its facts cannot be read`);
      return;
    }
    const readable = !['direct', 'limited'].includes(stored.visibility) || (await this.sql(`SELECT 1 FROM mentions m JOIN accounts a ON a.id = m.account_id WHERE m.status_id = ${stored.id_text} AND a.uri = '${bobId}'`)).length > 0;
    const entity = readable ? await this.bob.get(`/api/v1/statuses/${stored.id_text}`) : undefined;
    const plain = (entity?.content ?? stored.content).replace(/<[^>]*>/g, ' ');
    const checks = {
      visibility: (wanted) => {
        const have = wanted === 'limited_or_direct' && ['limited', 'direct'].includes(stored.visibility) ? wanted : stored.visibility;
        this.same('visibility', have, wanted);
      },
      language: (wanted) => this.same('language', entity?.language ?? null, wanted),
      mentions: (wanted) => this.same('mentions', entity?.mentions.map((mention) => (mention.acct === 'bob' ? bobId : mention.url)), wanted),
      hashtags: (wanted) => this.same('hashtags', entity?.tags.map((tag) => tag.name).sort(), [...wanted].sort()),
      attachments: (wanted) => this.same('attachments', entity?.media_attachments.length, wanted),
      alt: (wanted) => this.same('alt', entity?.media_attachments[0]?.description, wanted),
      spoiler_text: (wanted) => this.same('spoiler_text', entity?.spoiler_text, wanted),
      sensitive: (wanted) => this.same('sensitive', entity?.sensitive, wanted),
      content: (wanted) => this.same('content', entity?.content, wanted),
      text: (wanted) => this.expect(`text: ${plain}`, plain.includes(wanted)),
      title: (wanted) => this.expect(`title not in the text: ${plain}`, plain.includes(wanted)),
      start: (wanted) => this.expect(`start not in the text: ${plain}`, plain.includes(wanted.slice(0, 4)) || plain.includes(wanted)),
      author: (wanted) => this.same('author', stored.author, wanted),
      url: (wanted) => this.same('url', entity?.url, wanted),
      edit: () => this.expect('edited_at is empty', entity?.edited_at),
      quote_of: (wanted) => this.same('quote of', stored.quote_uri, this.localise(wanted)),
      quote_state: (wanted) => {
        const names = { accepted_after_check: ['accepted'], deleted: ['deleted'], unapproved: ['unauthorized', 'pending', 'rejected', ''] };
        this.expect(`quote state ${stored.quote_state}`, (names[wanted] ?? [wanted]).includes(stored.quote_state));
      },
      readers: async (wanted) => {
        const readers = await this.sql(`SELECT a.uri FROM mentions m JOIN accounts a ON a.id = m.account_id WHERE m.status_id = ${stored.id_text} ORDER BY 1`);
        this.same('readers', readers.map((reader) => reader.uri), [...wanted].sort());
        await this.eve.get(`/api/v1/statuses/${stored.id_text}`);
      },
      poll: (wanted) => {
        this.same('poll multiple', entity?.poll?.multiple, wanted.multiple);
        if (wanted.options) this.same('poll options', entity?.poll?.options.map((option) => option.title), wanted.options);
        if (wanted.votes) this.same('poll votes', entity?.poll?.options.map((option) => option.votes_count), wanted.votes);
        if ('voters' in wanted) this.same('poll voters', entity?.poll?.voters_count, wanted.voters);
        if ('expires_at' in wanted) this.same('poll end', entity?.poll?.expires_at, wanted.expires_at);
      },
    };
    for (const [name, wanted] of Object.entries(facts)) {
      if (checks[name]) await checks[name](wanted);
      else this.fault(`the runner does not know how to check "${name}"`);
    }
  }

  async stop() {
    await this.postgres?.stop();
    await this.fediverse.close();
  }
}

/** Plays the rows; prints a line for each that fails. Returns {passed, failed}. */
export async function play(folder, { only, log = console.log } = {}) {
  const runner = new Runner(folder);
  const failed = [];
  let passed = 0;
  try {
    await runner.prepare();
    for (const row of runner.rows) {
      if (only && !new RegExp(only).test(row.file)) continue;
      const faults = await runner.run(row);
      if (faults.length === 0) {
        passed += 1;
      } else {
        failed.push(row.file);
        log(`${row.file} (${row.via}, ${row.verdict}): ${faults.join('; ')}`);
      }
      await sleep(0);
    }
  } finally {
    await runner.stop();
  }
  return { passed, failed };
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { folder: { type: 'string' }, only: { type: 'string' } } });
  const folder = resolve(values.folder ?? join(import.meta.dirname, '../data/fixtures'));
  const { passed, failed } = await play(folder, values);
  console.log(`${passed} passed, ${failed.length} failed`);
  process.exit(failed.length === 0 ? 0 : 1);
}
