// Debian's command-line client `toot`: signs in out of band, posts, follows, reads. Nothing in it is
// ours, so what it needs is what real clients need.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { eventually, twoDistricts } from './lib/staffroom.mjs';

const run = promisify(execFile);
let maple, cedar, ada, bob, home;

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'staffroom-toot-'));
  ({ maple, cedar } = await twoDistricts());
  ada = await maple.member('ada');
  bob = await cedar.member('bob');
});
after(async () => {
  await maple?.destroy();
  await cedar?.destroy();
  if (home) await rm(home, { recursive: true, force: true });
});

const environment = () => ({
  ...process.env, HOME: home, XDG_CONFIG_HOME: home, NO_PROXY: '*', PYTHONUNBUFFERED: '1', LC_ALL: 'C.UTF-8',
});

/** Runs `toot …` and returns what it printed. */
async function toot(...words) {
  const { stdout, stderr } = await run('toot', [...words, '--no-color'], { env: environment() });
  return stdout + stderr;
}

/** `toot login` prints an address, and wants the code that the browser shows there. */
async function signIn() {
  const child = spawn('toot', ['login', '--disable-https', '--instance', maple.authority], { env: environment() });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk));
  const ended = new Promise((done) => child.once('exit', done));
  try {
    const [address] = await eventually('toot prints where to go', () => printed.match(/http:\S+oauth\/authorize\S+/));
    child.stdin.write('n\n'); // "Open link in default browser?"
    await eventually('toot asks for the code', () => printed.includes('Authorization code:'));
    child.stdin.write(`${await ada.browser.allow(address)}\n`);
    child.stdin.end();
    assert.equal(await ended, 0, printed);
  } finally {
    child.kill();
  }
  return printed;
}

test('toot signs in out of band', async () => {
  assert.match(await signIn(), /Successfully logged in/);
  assert.match(await toot('auth'), new RegExp(`ada@${maple.authority}\\s+ACTIVE`));
  assert.match(await toot('whoami'), /@ada/);
  assert.match(await toot('instance', '--disable-https', maple.authority), /Staffroom/);
});

test('toot posts, and the post is there', async () => {
  assert.match(await toot('post', 'Written on the command line #terminal'), /Toot posted: http/);
  const [status] = await ada.get('/api/v1/timelines/home');
  assert.match(status.content, /Written on the command line/);
  assert.equal(status.visibility, 'public');
  assert.equal(status.application?.name ?? 'toot - a Mastodon CLI client', 'toot - a Mastodon CLI client');
  assert.match(await toot('timeline', '--once'), /Written on the command line/);
});

test('toot follows somebody in the other district and reads what they write', async () => {
  assert.match(await toot('search', bob.handle, '--resolve'), /@bob/);
  assert.match(await toot('follow', bob.handle), /now following/);
  await eventually('the follow is accepted', async () => /@bob/.test(await toot('following', 'ada')));
  assert.match(await toot('whois', bob.handle), /@bob/);

  await bob.post('/api/v1/statuses', { status: 'Chalk is back in fashion' });
  await eventually('the post is in the timeline', async () => /Chalk is back/.test(await toot('timeline', '--once')));
  const status = (await ada.get('/api/v1/timelines/home')).find(({ content }) => content.includes('Chalk'));
  assert.match(await toot('favourite', status.id), /favourited/);
  assert.match(await toot('reblog', status.id), /reblogged/);
  assert.match(await toot('post', '--reply-to', status.id, `@${bob.handle} And sponges?`), /Toot posted/);
  await eventually('bob is told', async () => {
    const types = (await bob.get('/api/v1/notifications')).map(({ type }) => type);
    return ['favourite', 'reblog', 'mention', 'follow'].every((type) => types.includes(type));
  });
  assert.match(await toot('thread', status.id), /And sponges\?/);

  await bob.follow(ada.handle);
  await eventually('toot shows it', async () => /bob.*now follows you/.test(await toot('notifications')));
  assert.match(await toot('unfollow', bob.handle), /no longer following/);
});

test('toot deletes, and a wrong code signs nobody in', async () => {
  const [status] = await ada.get('/api/v1/accounts/verify_credentials').then(({ id }) => ada.get(`/api/v1/accounts/${id}/statuses`));
  assert.match(await toot('delete', status.id), /deleted/);
  await ada.get(`/api/v1/statuses/${status.id}`, { status: 404 });

  const browser = ada.browser;
  ada.browser = { allow: async () => 'not-a-code' };
  await assert.rejects(signIn());
  ada.browser = browser;
});
