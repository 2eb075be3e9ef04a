// A register (docs/registers.md) as another house would keep it, on a loopback address of its own: a
// chain of entries and a signed head. It is served as it stands, so that a test can also lie with it.
import { createHash, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { canonical, prove, toBase58 } from './proofs.mjs';
import { freePort } from './staffroom.mjs';

const pageSize = 100;
let next = 1;

export class RegisterKey {
  constructor() {
    const pair = generateKeyPairSync('ed25519');
    this.privateKey = pair.privateKey;
    const raw = Buffer.from(pair.publicKey.export({ format: 'jwk' }).x, 'base64url');
    this.multikey = `z${toBase58(Buffer.concat([Buffer.from([0xed, 0x01]), raw]))}`;
  }

  prove(document) {
    return prove(document, this.privateKey, `did:key:${this.multikey}#${this.multikey}`);
  }
}

export class Register {
  static async start() {
    const register = new Register();
    register.key = new RegisterKey();
    register.entries = [];
    const host = `127.77.${250 + (next % 5)}.${next++}`;
    const port = await freePort(host);
    register.origin = `http://${host}:${port}`;
    register.url = `${register.origin}/actor/register`;
    register.server = createServer((request, response) => register.answer(request, response));
    await new Promise((done) => register.server.listen(port, host, done));
    return register;
  }

  close() {
    return new Promise((done) => this.server.close(done));
  }

  hash(entry) {
    return createHash('sha256').update(canonical(entry)).digest('hex');
  }

  append(fields) {
    const last = this.entries.at(-1);
    const entry = {
      number: this.entries.length + 1, at: new Date().toISOString(), ...fields,
      ...(last ? { previous: this.hash(last) } : {}),
    };
    this.entries.push(entry);
    return entry;
  }

  say(policy, entityKey, more = {}) {
    return this.append({ type: 'recommendation', entityKind: 'domain', entityKey, policy, ...more });
  }

  retract(entityKey) {
    return this.append({ type: 'retraction', entityKind: 'domain', entityKey });
  }

  head() {
    const last = this.entries.at(-1);
    return this.key.prove({
      id: this.url, type: 'RegisterHead', attributedTo: `${this.origin}/actor`, published: new Date().toISOString(),
      register: {
        version: this.entries.length, pages: `${this.url}/`, pageSize, publicKeyMultibase: this.key.multikey,
        ...(last ? { last: this.hash(last) } : {}),
      },
    });
  }

  answer(request, response) {
    const send = (body) => {
      response.writeHead(200, { 'content-type': 'application/activity+json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    if (request.url === '/actor/register') return send(this.lie ?? this.head());
    const page = Number(request.url.match(/^\/actor\/register\/(\d+)$/)?.[1] ?? 0);
    const entries = this.entries.slice((page - 1) * pageSize, page * pageSize);
    return send({ id: `${this.url}/${page}`, type: 'RegisterPage', entries });
  }
}
