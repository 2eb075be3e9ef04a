// Every page of lib/axe.mjs, and those that need something prepared, in a real browser: axe-core
// finds nothing at WCAG 2.2 AA, in light and dark, and nothing scrolls sideways on a small screen.
import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { faults, launch, open, pages } from './lib/axe.mjs';
import { MailServer } from './lib/smtp.mjs';
import { Instance } from './lib/staffroom.mjs';

const packages = process.env.ROSTER_PACKAGES ?? resolve(import.meta.dirname, '../data/oneroster');
const clock = ['--taken-at', '2026-10-01T00:00:00Z', '--as-of', '2026-11-03T00:00:00Z'];

let mail, instance, browser, owner;
const windows = {};

before(async () => {
  mail = await MailServer.start();
  instance = await Instance.start({
    settings: [...mail.settings, 'instance.title=Maple County Schools', 'registration.mode=approval', 'registration.min_age=18',
      'roster.rest_url=http://127.77.250.1:9/ims', 'roster.rest_token_url=http://127.77.250.1:9/token',
      'roster.rest_client_id=staffroom', 'roster.rest_client_secret=secret', 'roster.rest_hours=0'],
  });
  owner = await instance.member('olga', { role: 'owner' });
  const member = await instance.member('milo');
  browser = await launch();
  windows.stranger = await open(browser, instance);
  windows.owner = await open(browser, instance, owner);
  windows.member = await open(browser, instance, member);
});
after(async () => {
  await browser?.close();
  await instance?.destroy();
  await mail?.stop();
});

async function check(page, path, status = 200) {
  const answer = await page.goto(path);
  assert.equal(answer.status(), status, path);
  assert.deepEqual(await faults(page, path), []);
}

for (const { path, who, status } of pages)
  test(`${path} for a ${who}`, () => check(windows[who], path, status));

test('posts, with a warning, a poll, code and long words', async () => {
  const posts = [
    { status: 'A plain post about fractions, with a link https://maple.example/a/very/long/path/that/does/not/end/soon/index.html' },
    { status: 'Hidden at first', spoiler_text: 'Grades' },
    { status: 'Which day?', poll: { options: ['Monday', 'Tuesday'], expires_in: 3600 } },
    { status: 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(3) },
  ];
  for (const post of posts) {
    const { url } = await owner.post('/api/v1/statuses', { ...post, visibility: 'public' });
    await check(windows.stranger, new URL(url).pathname);
    await check(windows.owner, new URL(url).pathname);
  }
});

test('an app asks for leave, and gets a code to copy', async () => {
  const app = await (await fetch(`${instance.url}/api/v1/apps`, {
    method: 'POST',
    body: new URLSearchParams({ client_name: 'Tide', redirect_uris: 'urn:ietf:wg:oauth:2.0:oob', scopes: 'read write' }),
  })).json();
  const query = new URLSearchParams({
    response_type: 'code', client_id: app.client_id, redirect_uri: 'urn:ietf:wg:oauth:2.0:oob', scope: 'read write',
  });
  const page = windows.owner;
  await check(page, `/oauth/authorize?${query}`);
  await page.getByRole('button', { name: 'Allow', exact: true }).first().click();
  await page.locator('code').first().waitFor();
  assert.deepEqual(await faults(page, 'code'), []);
});

test('a second factor is set up', async () => {
  const page = windows.member;
  await page.goto('/settings/second-factor');
  await page.fill('#password', 'not the password');
  await page.getByRole('button', { name: 'Set it up' }).click();
  assert.deepEqual(await faults(page, 'second-factor-refused'), []);
});

test('an invitation is made', async () => {
  const page = windows.owner;
  await page.goto('/admin/invitations');
  await page.fill('#note', 'Retired colleagues of the Willow Bend Elementary');
  await page.getByRole('button', { name: 'Make an invitation' }).click();
  await page.locator('.copy').waitFor();
  assert.deepEqual(await faults(page, 'invitation-made'), []);
});

test('what is wrong with a form is said where people find it', async () => {
  const page = windows.stranger;
  await page.goto('/sign-in');
  await page.fill('#name', 'olga');
  await page.fill('#password', 'wrong password');
  await page.click('main form button');
  assert.deepEqual(await faults(page, 'sign-in-refused'), []);
  await page.goto('/join');
  await page.fill('#username', 'olga');
  await page.fill('#email', 'somebody@maple.example');
  await page.fill('#password', 'a few words in a row');
  await page.fill('#date_of_birth', '1980-02-03');
  await page.fill('#reason', 'I teach');
  await page.check('#agreement');
  await page.getByRole('button', { name: 'Join' }).click();
  await page.locator('.problem').waitFor();
  assert.deepEqual(await faults(page, 'join-refused'), []);
});

test("the leaver's page, and a request to stay", async () => {
  const lea = await instance.member('lea');
  const code = (await instance.command('account', 'leaver-code', 'lea')).match(/code\s+(\S+)/)[1];
  await instance.command('roster', 'import', join(packages, 'v1p1-bulk'), ...clock);
  await instance.command('roster', 'bind', 'u18', lea.name);
  await instance.command('roster', 'import', join(packages, 'v1p1-delta'), ...clock);
  const page = await open(browser, instance);
  await page.goto('/leaver');
  await page.fill('#name', 'lea');
  await page.fill('#code', code);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('heading', { name: 'After leaving' }).waitFor();
  await page.locator('#target').waitFor();
  assert.deepEqual(await faults(page, 'leaver'), []);
  await page.fill('#text', 'After forty years');
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  await page.locator('[role=status]').waitFor();
  assert.deepEqual(await faults(page, 'leaver-asked'), []);
  await check(windows.owner, '/admin/leavers');
  assert.match(await windows.owner.locator('main').innerText(), /After forty years/);
});
