// deploy/quickstart.sh, as a newcomer runs it: what it promises is there, a second run goes on where
// the first one was, and --stop stops it. The program is the one that the tests built.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { Browser, freePort, program } from './lib/staffroom.mjs';

const run = promisify(execFile);
const script = resolve(import.meta.dirname, '../../deploy/quickstart.sh');
let data;

before(async () => {
  data = await mkdtemp(join(tmpdir(), 'staffroom-quickstart-'));
  // As root, PostgreSQL runs as another user, who must be able to pass.
  await chmod(data, 0o755);
});
after(async () => {
  await quickstart('--stop', '--data-dir', join(data, 'single')).catch(() => {});
  await quickstart('--demo', '--stop', '--data-dir', join(data, 'two')).catch(() => {});
  await rm(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

async function quickstart(...options) {
  const { stdout } = await run(script, ['--program', program, ...options], { timeout: 600_000 });
  return stdout;
}

const ready = (origin) => fetch(`${origin}/health/ready`).then(({ ok }) => ok, () => false);

test('an instance with an owner who can sign in, and again the same one', async () => {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const options = ['--port', String(port), '--data-dir', join(data, 'single')];
  const first = await quickstart(...options);
  assert.ok(await ready(origin));
  assert.match(first, new RegExp(`${origin}/sign-in`));
  const oneTime = first.match(/one-time password\s+(\S+)/)[1];
  const browser = new Browser({ origin, url: origin });
  await browser.signIn('principal', oneTime);
  await browser.changePassword(oneTime, 'a password of my own');

  const again = await quickstart(...options);
  assert.match(again, /runs already/);
  assert.doesNotMatch(again, /one-time password/);
  assert.equal((await browser.request('/settings')).status, 200, 'the session is gone');
  await assert.rejects(
    quickstart('--port', String(port), '--data-dir', join(data, 'other')),
    ({ stderr }) => /Another server answers/.test(stderr),
  );

  assert.match(await quickstart('--stop', ...options), /stopped/);
  assert.ok(!(await ready(origin)));
  await quickstart(...options);
  assert.equal((await browser.request('/settings')).status, 200, 'the data are gone');
  assert.match(await quickstart('--stop', ...options), /stopped/);
});

/** The rows "name password @handle" of what the demo prints. */
const people = (printed) =>
  [...printed.matchAll(/^ +(\w+) +(\S+) +@\1@(\S+)$/gm)].map(([, name, password, host]) => ({ name, password, host }));

test('two districts whose people follow and answer each other', async () => {
  const port = 20_000 + (process.pid % 20_000);
  const options = ['--demo', '--port', String(port), '--data-dir', join(data, 'two')];
  const first = await quickstart(...options);
  const shown = people(first);
  assert.equal(shown.length, 6, first);
  const hosts = [...new Set(shown.map(({ host }) => host))];
  assert.equal(hosts.length, 2);
  for (const { name, password, host } of shown) {
    const origin = `http://${host}`;
    await new Browser({ origin, url: origin }).signIn(name, password);
  }

  const rivera = shown.find(({ name }) => name === 'rivera');
  const origin = `http://${rivera.host}`;
  const browser = new Browser({ origin, url: origin });
  await browser.signIn('rivera', rivera.password);
  const token = await browser.authorise('read');
  const read = async (path) => (await fetch(origin + path, { headers: { authorization: `Bearer ${token}` } })).json();
  const elsewhere = (account) => account.acct === `lindqvist@${hosts.find((host) => host !== rivera.host)}`;
  const home = await read('/api/v1/timelines/home');
  assert.ok(home.some(({ account, content }) => elsewhere(account) && content.includes('grade group work')));
  const told = await read('/api/v1/notifications');
  for (const type of ['follow', 'mention', 'favourite', 'reblog']) {
    assert.ok(told.some((entry) => entry.type === type && elsewhere(entry.account)), `no ${type}`);
  }

  const passwords = join(data, 'two/demo/maple/demo-passwords.json');
  assert.equal((await stat(passwords)).mode & 0o077, 0, 'others can read the passwords');
  assert.equal(JSON.parse(await readFile(passwords, 'utf8')).rivera, rivera.password);

  const again = await quickstart(...options);
  assert.match(again, /nothing was added/);
  assert.deepEqual(people(again), shown);
  assert.equal((await read('/api/v1/timelines/home')).length, home.length);

  assert.equal((await quickstart('--stop', ...options)).match(/stopped/g)?.length, 2);
  for (const host of hosts) assert.ok(!(await ready(`http://${host}`)));
});

test('wrong usage is told, with what is right', async () => {
  await assert.rejects(quickstart('--dmeo'), ({ code, stdout }) => code === 2 && /--demo/.test(stdout));
  await assert.rejects(quickstart('--port'), ({ code }) => code === 2);
  assert.match(await quickstart('--help'), /--domain/);
});
