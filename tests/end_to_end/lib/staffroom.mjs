// Starts real instances for the end-to-end tests: own data directory, own PostgreSQL, free ports on
// loopback. Everything is stopped and removed afterwards, also when a test fails.
import { execFile, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../../..');
export const program = process.env.TEST_PROGRAM ?? join(root, 'build/release/staffroom');

export async function freePort(host = '127.0.0.1') {
  const server = createServer();
  await new Promise((done, fail) => server.listen(0, host, done).on('error', fail));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Waits until `look` gives something truthy; throws with `what` after `ms`. */
export async function eventually(what, look, ms = 20_000) {
  const deadline = Date.now() + ms;
  let last;
  for (;;) {
    try {
      const found = await look();
      if (found) return found;
    } catch (error) {
      if (error instanceof Over) throw error;
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`not within ${ms} ms: ${what}`, { cause: last });
    await sleep(50);
  }
}

/** Waiting longer is useless. */
class Over extends Error {}

let nextHost = 1;

export class Instance {
  /**
   * options.settings: further "name=value" settings. options.databaseUrl: share a database.
   * options.address: listen and be known as http://<address>; by default a loopback address of its own
   * in 127.77.0.0/16, so that instances are hosts of their own and may be peers over http.
   */
  static async start(options = {}) {
    const instance = new Instance();
    instance.host = options.host ?? `127.77.${process.pid % 250}.${nextHost++}`;
    instance.port = options.port ?? (await freePort(instance.host));
    instance.authority = `${instance.host}:${instance.port}`;
    instance.origin = options.origin ?? `http://${instance.authority}`;
    instance.listen = options.listen ?? instance.authority;
    instance.url = `http://${instance.listen}`;
    instance.data = options.data ?? (await mkdtemp(join(tmpdir(), 'staffroom-e2e-')));
    instance.keepsData = options.data !== undefined;
    instance.settings = [
      `server.origin=${instance.origin}`,
      `server.listen=${instance.listen}`,
      'testing.http_peers=127.77.0.0/16',
      'limits.requests_per_5_minutes=0',
      'limits.inbox_requests_per_second=0',
      ...(options.settings ?? []),
    ];
    instance.environment = options.environment ?? {};
    await instance.launch();
    return instance;
  }

  arguments(...rest) {
    return [...this.settings.flatMap((setting) => ['--set', setting]), '--data-dir', this.data, ...rest];
  }

  async launch() {
    this.logFile = join(this.data, 'test.log');
    const log = await open(this.logFile, 'a');
    this.process = spawn(program, this.arguments('serve'), {
      stdio: ['ignore', log.fd, log.fd],
      env: { ...process.env, ...this.environment },
    });
    this.ended = new Promise((done) => this.process.once('exit', (code, signal) => done({ code, signal })));
    await log.close();
    let over = false;
    this.ended.then(() => (over = true));
    await eventually(`${this.origin} answers`, async () => {
      if (over) throw new Over(`the server ended: ${(await readFile(this.logFile, 'utf8')).slice(-2000)}`);
      return (await fetch(`${this.url}/health/ready`)).ok;
    }, 60_000);
  }

  /** kill -9, without a chance to tidy up. */
  async kill() {
    this.process.kill('SIGKILL');
    await this.ended;
  }

  async stop() {
    this.process.kill('SIGTERM');
    const late = setTimeout(() => this.process.kill('SIGKILL'), 20_000);
    const end = await this.ended;
    clearTimeout(late);
    return end;
  }

  async destroy() {
    await this.stop();
    // After a kill -9 the PostgreSQL of this data directory may still run.
    const pidFile = join(this.data, 'postgres/postmaster.pid');
    const pid = await readFile(pidFile, 'utf8').then((text) => Number(text.split('\n')[0])).catch(() => 0);
    if (pid > 0) {
      try {
        process.kill(pid, 'SIGQUIT');
      } catch {
        // It ended by itself.
      }
    }
    if (!this.keepsData) await rm(this.data, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  /** Runs `staffroom …` on this instance's data and returns what it printed. */
  async command(...rest) {
    const { stdout } = await run(program, this.arguments(...rest), {
      env: { ...process.env, ...this.environment },
    });
    return stdout;
  }

  /** The log so far. */
  log() {
    return readFile(this.logFile, 'utf8');
  }

  /** A new member with a password of their own; returns a Member with a token of all scopes. */
  async member(name, { role, scopes = 'read write follow push profile' } = {}) {
    const printed = await this.command('account', 'create', name, ...(role ? ['--role', role] : []));
    const oneTime = printed.match(/one-time password\s+(\S+)/)[1];
    const browser = new Browser(this);
    await browser.signIn(name, oneTime);
    const password = `pass ${randomBytes(12).toString('hex')}`;
    await browser.changePassword(oneTime, password);
    const token = await browser.authorise(scopes);
    return new Member(this, { name, password, token, browser });
  }
}

/** What a web browser does: cookies, forms, redirects by hand. */
export class Browser {
  constructor(instance) {
    this.instance = instance;
    this.cookies = new Map();
  }

  async request(path, { method = 'GET', form, upload, headers = {} } = {}) {
    // Not fetch(): the Host header must be the instance's name, also where it listens elsewhere.
    const url = new URL(path, this.instance.url);
    const sentForm = upload ?? (form && new URLSearchParams(form));
    const packed = sentForm && new Response(sentForm);
    const body = packed && Buffer.from(await packed.arrayBuffer());
    const response = await new Promise((done, fail) => {
      const sent = httpRequest(url, {
        method,
        headers: {
          accept: 'text/html',
          host: new URL(this.instance.origin).host,
          cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
          ...(method === 'POST' ? { origin: this.instance.origin } : {}),
          ...(body ? { 'content-type': packed.headers.get('content-type'), 'content-length': body.length } : {}),
          ...headers,
        },
      }, done);
      sent.on('error', fail);
      sent.end(body);
    });
    const chunks = [];
    for await (const chunk of response) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const text = bytes.toString();
    for (const line of response.headers['set-cookie'] ?? []) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      if (value === '' || /max-age=0/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return { status: response.statusCode, location: response.headers.location, headers: response.headers, text, bytes };
  }

  /** The hidden fields of the form that is sent to `action`. */
  static hiddenFields(html, action) {
    const forms = [...html.matchAll(/<form[\s\S]*?<\/form>/g)].map(([form]) => form);
    const fields = {};
    for (const [input] of forms.find((form) => form.includes(`action="${action}"`))?.matchAll(/<input[^>]*>/g) ?? []) {
      if (!/type="hidden"/.test(input)) continue;
      fields[input.match(/name="([^"]*)"/)[1]] = unescape(input.match(/value="([^"]*)"/)?.[1] ?? '');
    }
    return fields;
  }

  submit(path, values) {
    return this.submitTo(path, path.split('?')[0], values);
  }

  /** Fills in the form of a page that is sent to `action`. */
  async submitTo(path, action, values) {
    const page = await this.request(path);
    if (page.status !== 200) throw new Error(`${path}: ${page.status} ${page.location ?? ''} ${page.text.slice(0, 300)}`);
    return this.request(action, { method: 'POST', form: { ...Browser.hiddenFields(page.text, action), ...values } });
  }

  /** The same for a form that holds a file: `fill` is called with its FormData. */
  async submitUpload(path, fill) {
    const page = await this.request(path);
    if (page.status !== 200) throw new Error(`${path}: ${page.status} ${page.location ?? ''} ${page.text.slice(0, 300)}`);
    const form = new FormData();
    for (const [name, value] of Object.entries(Browser.hiddenFields(page.text, path))) form.set(name, value);
    fill(form);
    return this.request(path, { method: 'POST', upload: form });
  }

  async signIn(name, password) {
    const answer = await this.submit('/sign-in', { name, password });
    if (answer.status !== 303) throw new Error(`sign-in: ${answer.status} ${answer.text.slice(0, 500)}`);
    return answer;
  }

  async changePassword(current, wanted) {
    const answer = await this.submit('/settings/password', {
      current,
      wanted,
      repeated: wanted,
    });
    if (answer.status !== 303) throw new Error(`password: ${answer.status} ${answer.text.slice(0, 800)}`);
  }

  /** Agrees to what an app asks for at this address; returns the code that the page shows. */
  async allow(address) {
    const { pathname, search } = new URL(address, this.instance.origin);
    let page = await this.request(pathname + search);
    while ([301, 302, 303, 307, 308].includes(page.status)) page = await this.request(page.location);
    if (page.status !== 200) throw new Error(`${address}: ${page.status} ${page.text.slice(0, 300)}`);
    const action = '/oauth/authorize';
    let answer = await this.request(action, {
      method: 'POST', form: { ...Browser.hiddenFields(page.text, action), decision: 'allow' },
    });
    if (answer.status === 303) answer = await this.request(answer.location);
    const code = answer.text.match(/<code[^>]*>([^<]+)<\/code>/)?.[1];
    if (!code) throw new Error(`no code on the page: ${answer.status} ${answer.text.slice(0, 800)}`);
    return code;
  }

  /** The authorisation code grant with PKCE, out of band; returns the token. */
  async authorise(scopes) {
    const post = async (path, body) => {
      const response = await fetch(new URL(path, this.instance.url), { method: 'POST', body: new URLSearchParams(body) });
      const answer = await response.json();
      if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
      return answer;
    };
    const redirect_uri = 'urn:ietf:wg:oauth:2.0:oob';
    const app = (this.app = await post('/api/v1/apps', { client_name: 'end to end', redirect_uris: redirect_uri, scopes }));
    const code_verifier = randomBytes(48).toString('base64url');
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: app.client_id,
      redirect_uri,
      scope: scopes,
      code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    const code = await this.allow(`/oauth/authorize?${query}`);
    const token = await post('/oauth/token', {
      grant_type: 'authorization_code', code, redirect_uri, code_verifier,
      client_id: app.client_id, client_secret: app.client_secret,
    });
    return token.access_token;
  }
}

function unescape(text) {
  return text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** Somebody with a token: plain calls of the client API. */
export class Member {
  constructor(instance, fields) {
    this.instance = instance;
    Object.assign(this, fields);
    this.handle = `${this.name}@${instance.authority}`;
  }

  /** The answer's JSON; throws on any status but 2xx unless `status` is asked for. */
  async call(method, path, body, { status } = {}) {
    const response = await fetch(new URL(path, this.instance.url), {
      method,
      headers: { authorization: `Bearer ${this.token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      body: body ? JSON.stringify(body) : undefined,
    });
    const text = await response.text();
    if (status !== undefined ? response.status !== status : !response.ok) {
      throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
    }
    return text ? JSON.parse(text) : undefined;
  }

  get(path, options) {
    return this.call('GET', path, undefined, options);
  }

  post(path, body, options) {
    return this.call('POST', path, body, options);
  }

  /** The account entity of a handle, fetched from its server if needed. */
  async find(handle) {
    const found = await this.get(`/api/v2/search?type=accounts&resolve=true&q=${encodeURIComponent(handle)}`);
    return found.accounts[0];
  }

  async follow(handle) {
    const account = await eventually(`${this.name} finds ${handle}`, () => this.find(handle));
    await this.post(`/api/v1/accounts/${account.id}/follow`);
    await eventually(`${this.name} follows ${handle}`, async () =>
      (await this.get(`/api/v1/accounts/relationships?id[]=${account.id}`))[0].following);
    return account;
  }
}

/** Two instances that accept each other at level member. */
export async function twoDistricts(options = {}) {
  const [maple, cedar] = await Promise.all([Instance.start(options.maple), Instance.start(options.cedar)]);
  await maple.command('peer', 'add', cedar.authority, '--level', 'member');
  await cedar.command('peer', 'add', maple.authority, '--level', 'member');
  return { maple, cedar };
}
