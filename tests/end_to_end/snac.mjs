// By hand, since snac2 is no package of Debian 12 itself (docs/interoperability.md):
//
//   TEST_PROGRAM=build/release/staffroom SNAC=/usr/bin/snac node tests/end_to_end/snac.mjs
//
// Ada of a Staffroom and Sue of a snac, both on loopback, follow each other and exchange posts,
// answers, favourites, boosts, edits and deletions. Prints what arrived; ends with 1 when anything
// did not.
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually, freePort, Instance } from './lib/staffroom.mjs';

const run = promisify(execFile);
const program = process.env.SNAC ?? 'snac';
const host = '127.77.200.1';

/** A snac with one user, driven by its Mastodon API. */
class Snac {
  static async start(name) {
    const snac = new Snac();
    snac.name = name;
    snac.authority = `${host}:${await freePort(host)}`;
    snac.origin = `http://${snac.authority}`;
    snac.folder = join(await mkdtemp(join(tmpdir(), 'snac-')), 'data');
    const made = execFile(program, ['init', snac.folder]);
    made.stdin.end(`${host}\n${snac.authority.split(':')[1]}\n${snac.authority}\n\n\n`);
    await new Promise((done) => made.once('exit', done));
    const file = join(snac.folder, 'server.json');
    const settings = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...settings, protocol: 'http', dbglevel: 1 }));
    const { stdout, stderr } = await run(program, ['adduser', snac.folder, name]);
    snac.password = (stdout + stderr).match(/password is (\S+)/)[1];
    const log = await open(join(snac.folder, 'log'), 'a');
    snac.process = spawn(program, ['httpd', snac.folder], { stdio: ['ignore', log.fd, log.fd] });
    await log.close();
    await eventually('snac answers', async () => (await fetch(`${snac.origin}/`)).status < 500);
    const form = new URLSearchParams({ login: name, passwd: snac.password });
    const page = await (await fetch(`${snac.origin}/oauth/x-snac-get-token`, { method: 'POST', body: form })).text();
    snac.token = page.match(/<b>([0-9a-zA-Z_-]{16,})<\/b>|<code>([^<]+)<\/code>|([0-9a-f]{32,})/).slice(1).find(Boolean);
    return snac;
  }

  async call(method, path, form) {
    const response = await fetch(this.origin + path, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(typeof form === 'string' ? { 'content-type': 'application/json' } : {}),
      },
      body: typeof form === 'object' ? new URLSearchParams(form) : form,
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`snac ${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
    return text ? JSON.parse(text) : undefined;
  }

  get(path) {
    return this.call('GET', path);
  }

  post(path, form = {}) {
    return this.call('POST', path, form);
  }

  /** What it keeps of an object: its document, or nothing; how many like it. */
  async stored(uri) {
    const md5 = createHash('md5').update(uri).digest('hex');
    const file = join(this.folder, 'object', md5.slice(0, 2), md5);
    const read = (ending) => readFile(file + ending, 'utf8').catch(() => '');
    const likes = (await read('_l.idx')).split('\n').filter((line) => /^[0-9a-f]/.test(line)).length;
    const document = await read('.json');
    return { ...(document ? JSON.parse(document) : {}), likes };
  }

  /** What its own pages do; its API deletes nothing. */
  async act(action, id) {
    const response = await fetch(`${this.origin}/${this.name}/admin/action`, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        authorization: `Basic ${Buffer.from(`${this.name}:${this.password}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded', // With a charset it would read no form.
      },
      body: new URLSearchParams({ action, id, actor: `${this.origin}/${this.name}` }).toString(),
    });
    if (response.status >= 400) throw new Error(`snac ${action}: ${response.status}`);
  }

  async home(text) {
    return (await this.get('/api/v1/timelines/home?limit=40')).find((status) => status.content.includes(text));
  }

  async stop() {
    this.process.kill('SIGTERM');
    await new Promise((done) => this.process.once('exit', done));
    await rm(join(this.folder, '..'), { recursive: true, force: true });
  }
}

let failed = 0;
async function step(what, does) {
  try {
    await does();
    console.log(`ok      ${what}`);
  } catch (error) {
    failed += 1;
    console.log(`failed  ${what}\n        ${error.message}${error.cause ? ` (${error.cause.message})` : ''}`);
  }
}

const staffroom = await Instance.start();
const snac = await Snac.start('sue');
await staffroom.command('peer', 'add', snac.authority, '--level', 'member');
const ada = await staffroom.member('ada');
const find = (uri) => ada.get(`/api/v2/search?resolve=true&q=${encodeURIComponent(uri)}`);
const home = async (text) => (await ada.get('/api/v1/timelines/home?limit=40')).find((status) => status.content.includes(text));
const told = (type) => async () => (await ada.get('/api/v1/notifications')).find((entry) => entry.type === type);
const soon = (what, look) => eventually(what, look, 30_000);
let sue, hello, answer, post, own, seen;

try {
  await step('Ada finds Sue by her handle', async () => {
    [sue] = (await find(`@sue@${snac.authority}`)).accounts;
    if (!sue) throw new Error('nobody found');
  });
  if (!sue) [sue] = (await find(`${snac.origin}/sue`)).accounts;
  await step('Ada follows Sue, and snac accepts', async () => {
    await ada.post(`/api/v1/accounts/${sue.id}/follow`);
    await soon('accepted', async () => (await ada.get(`/api/v1/accounts/relationships?id[]=${sue.id}`))[0].following);
  });
  await step('Sue follows Ada, and Staffroom accepts', async () => {
    await run(program, ['follow', snac.folder, 'sue', `${staffroom.origin}/users/ada`]);
    await soon('told', told('follow'));
  });
  await step("Sue's post arrives in Ada's home", async () => {
    own = await snac.post('/api/v1/statuses', { status: 'Hello from snac', visibility: 'public' });
    hello = await soon('there', () => home('Hello from snac'));
  });
  await step("Ada's answer arrives in Sue's home", async () => {
    answer = await ada.post('/api/v1/statuses', {
      status: `@sue@${snac.authority} Hello, Sue`, in_reply_to_id: hello.id, visibility: 'public',
    });
    const there = await soon('there', () => snac.home('Hello, Sue'));
    if (!there.in_reply_to_id) throw new Error('it answers nothing');
  });
  await step("Ada's favourite and boost arrive at Sue", async () => {
    await ada.post(`/api/v1/statuses/${hello.id}/favourite`);
    await ada.post(`/api/v1/statuses/${hello.id}/reblog`);
    await soon('told', async () => {
      const types = (await snac.get('/api/v1/notifications')).map((entry) => entry.type);
      return types.includes('favourite') && types.includes('reblog');
    });
  });
  await step("Ada's post arrives in Sue's home", async () => {
    post = await ada.post('/api/v1/statuses', { status: 'From the staff room', visibility: 'public' });
    seen = await soon('there', () => snac.home('From the staff room'));
  });
  await step("Sue's answer arrives in Ada's notifications and thread", async () => {
    await snac.post('/api/v1/statuses', { status: `@ada@${staffroom.authority} I read it`, in_reply_to_id: seen.id, visibility: 'public' });
    await soon('told', told('mention'));
    await soon('in the thread', async () => (await ada.get(`/api/v1/statuses/${post.id}/context`)).descendants.length === 1);
  });
  await step("Sue's favourite and boost arrive at Ada", async () => {
    await snac.post(`/api/v1/statuses/${seen.id}/favourite`);
    await snac.post(`/api/v1/statuses/${seen.id}/reblog`);
    await soon('favourited', told('favourite'));
    await soon('boosted', told('reblog'));
  });
  await step("Ada's edit arrives at Sue", async () => {
    await ada.call('PUT', `/api/v1/statuses/${post.id}`, { status: 'From the tidy staff room' });
    await soon('there', async () => (await snac.stored(post.uri)).content?.includes('tidy'));
  });
  await step("Sue's edit arrives at Ada", async () => {
    await snac.call('PUT', `/api/v1/statuses/${own.id}`, JSON.stringify({ status: 'Good evening from snac' }));
    await soon('there', () => home('Good evening from snac'));
  });
  await step("Ada's favourite and boost are taken back at Sue", async () => {
    await ada.post(`/api/v1/statuses/${hello.id}/unfavourite`);
    await ada.post(`/api/v1/statuses/${hello.id}/unreblog`);
    await soon('gone', async () => {
      // Of a boost snac 2.75 says so and keeps it in its list.
      const log = await readFile(join(snac.folder, 'log'), 'utf8');
      return (await snac.stored(own.uri)).likes === 0 && log.includes(`Unboost for ${own.uri} 200`);
    });
  });
  await step("Ada's deletion arrives at Sue", async () => {
    await ada.call('DELETE', `/api/v1/statuses/${answer.id}`);
    await soon('gone', async () => !(await snac.stored(answer.uri)).id);
  });
  await step("Sue's deletion arrives at Ada", async () => {
    await snac.act('Delete', own.uri);
    await soon('gone', async () => !(await home('Good evening from snac')));
  });
  await step('Ada no longer follows Sue, and snac forgets her', async () => {
    await ada.post(`/api/v1/accounts/${sue.id}/unfollow`);
    await soon('forgotten', async () => {
      const document = await (await fetch(`${snac.origin}/sue/followers`, { headers: { accept: 'application/activity+json' } })).json();
      return (document.totalItems ?? 0) === 0;
    });
  });
} finally {
  if (failed > 0) console.log((await readFile(join(snac.folder, 'log'), 'utf8')).split('\n').slice(-15).join('\n'));
  if (process.env.KEEP_LOG) await run('cp', [join(snac.folder, 'log'), process.env.KEEP_LOG]);
  await snac.stop();
  await staffroom.destroy();
}
process.exitCode = failed > 0 ? 1 : 0;
