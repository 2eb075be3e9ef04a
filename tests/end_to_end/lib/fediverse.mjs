// Many foreign servers on one loopback port: whatever host name a request is for, the documents of
// that host are served, and what is delivered to its inboxes is kept. Used with testing.hosts, so
// that ids stay https://….
import { createHash, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer, request as httpRequest } from 'node:http';

const activityJson = 'application/activity+json; charset=utf-8';

// RSA keys take long to make, and which key a test actor has does not matter: each host gets one of a few.
const pool = Array.from({ length: 3 }, () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }));

export class Fediverse {
  constructor() {
    this.documents = new Map(); // url -> JSON or text
    this.statuses = new Map(); // url -> HTTP status, for what is not 200
    this.handles = new Map(); // "name@host" -> actor id
    this.webfinger = new Map(); // "name@host" -> a JRD as it is
    this.requests = []; // {method, url, headers, body}
    this.received = []; // activities delivered, {url, headers, activity}
    this.judge = () => 202; // what a delivery is answered, {url, headers, body} -> status
    this.server = createServer((request, response) => this.#answer(request, response));
  }

  async listen() {
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    this.address = `127.0.0.1:${this.server.address().port}`;
    return this;
  }

  close() {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(done));
  }

  forget() {
    for (const kept of [this.documents, this.statuses, this.handles, this.webfinger]) kept.clear();
    this.requests.length = 0;
    this.received.length = 0;
  }

  #answer(request, response) {
    const url = `https://${request.headers.host}${request.url}`;
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      const body = Buffer.concat(chunks).toString();
      this.requests.push({ method: request.method, url, headers: request.headers, body });
      if (request.method === 'POST') {
        const status = await this.judge({ url, headers: request.headers, body });
        if (status < 300) this.received.push({ url, headers: request.headers, activity: JSON.parse(body) });
        response.writeHead(status).end();
        return;
      }
      const { pathname, searchParams, hostname } = new URL(url);
      if (pathname === '/.well-known/webfinger') {
        this.#webfinger(searchParams.get('resource') ?? '', hostname, response);
        return;
      }
      const document = this.documents.get(url);
      const status = this.statuses.get(url) ?? (document === undefined ? 404 : 200);
      response.writeHead(status, { 'content-type': activityJson });
      response.end(typeof document === 'string' ? document : JSON.stringify(document ?? {}));
    });
  }

  #webfinger(resource, host, response) {
    const handle = resource.replace(/^acct:/, '').toLowerCase();
    const written = this.webfinger.get(handle);
    const actor = this.handles.get(handle);
    response.writeHead(written || actor ? 200 : 404, { 'content-type': 'application/jrd+json' });
    response.end(JSON.stringify(written ?? (actor
      ? { subject: `acct:${handle}`, links: [{ rel: 'self', type: 'application/activity+json', href: actor }] }
      : { error: `no ${resource} at ${host}` })));
  }

  keyOf(actorId) {
    const host = new URL(actorId).host;
    return pool[createHash('sha256').update(host).digest()[0] % pool.length];
  }

  /** Serves an actor document with a key that we can sign with, and answers WebFinger for it. */
  addActor(document, { handle } = {}) {
    const actor = structuredClone(document);
    const { publicKey } = this.keyOf(actor.id);
    const keys = [actor.publicKey ?? {}].flat();
    const main = keys.find((key) => typeof key === 'object') ?? {};
    main.id ??= `${actor.id}#main-key`;
    main.owner ??= actor.id;
    main.publicKeyPem = publicKey;
    actor.publicKey = Array.isArray(actor.publicKey) ? actor.publicKey : main;
    this.documents.set(actor.id, actor);
    const name = handle ?? (typeof actor.webfinger === 'string' ? actor.webfinger
      : `${actor.preferredUsername}@${new URL(actor.id).host}`);
    this.handles.set(name.toLowerCase(), actor.id);
    // A key whose id is a page of its own (GoToSocial) is served there too.
    if (!main.id.includes('#')) this.documents.set(main.id, actor);
    return actor;
  }

  /** A plain Person for an id that has no document of its own. */
  addPerson(id, extra = {}) {
    const { host, pathname, search } = new URL(id);
    const name = (pathname + search).split(/[^A-Za-z0-9_]+/).filter(Boolean).at(-1) ?? host.split('.')[0];
    return this.addActor({
      '@context': ['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/v1'],
      id,
      type: 'Person',
      preferredUsername: name,
      inbox: `https://${host}/inboxes/${name}`,
      outbox: `${id}/outbox`,
      followers: `${id}/followers`,
      ...extra,
    });
  }

  keyIdOf(actorId) {
    const keys = [this.documents.get(actorId)?.publicKey ?? {}].flat();
    return keys.find((key) => key.id)?.id ?? `${actorId}#main-key`;
  }

  /** POSTs a body signed by that actor (draft-cavage-12) to a server that listens at `to`. */
  post({ body, date = new Date(), headers = {}, ...rest }) {
    const signed = {
      date: date.toUTCString(),
      digest: `SHA-256=${createHash('sha256').update(body).digest('base64')}`,
      'content-type': 'application/activity+json',
    };
    return this.#send('post', { ...rest, body, signed, headers: { 'content-length': Buffer.byteLength(body), ...headers } });
  }

  /** GETs a document, signed by that actor in the same way. */
  get({ date = new Date(), headers = {}, ...rest }) {
    return this.#send('get', { ...rest, signed: { date: date.toUTCString() }, headers: { accept: activityJson, ...headers } });
  }

  async #send(method, { to, host, path, body, actor, signed, headers: extra }) {
    const names = ['(request-target)', 'host', ...Object.keys(signed)];
    const text = [`(request-target): ${method} ${path}`, `host: ${host}`,
      ...Object.entries(signed).map(([name, value]) => `${name}: ${value}`)].join('\n');
    const signature = createSign('sha256').update(text).sign(this.keyOf(actor).privateKey, 'base64');
    const headers = {
      host, ...signed,
      signature: `keyId="${this.keyIdOf(actor)}",algorithm="rsa-sha256",headers="${names.join(' ')}",signature="${signature}"`,
      ...extra,
    };
    const [hostname, port] = to.split(':');
    return new Promise((done, fail) => {
      const sent = httpRequest({ hostname, port, path, method: method.toUpperCase(), headers }, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => done({ status: response.statusCode, text: Buffer.concat(chunks).toString() }));
      });
      sent.on('error', fail);
      sent.end(body);
    });
  }

  id(actor, kind) {
    return `${new URL(actor).origin}/${kind}/${randomUUID()}`;
  }
}
