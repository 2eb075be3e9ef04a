// A district's roster: imported by command, an account claimed by its address through real pages and
// a mail server, and ended by the next import.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { MailServer } from './lib/smtp.mjs';
import { Browser, Instance } from './lib/staffroom.mjs';

const packages = process.env.ROSTER_PACKAGES ?? resolve(import.meta.dirname, '../data/oneroster');
const clock = ['--taken-at', '2026-10-01T00:00:00Z', '--as-of', '2026-11-03T00:00:00Z'];

let mail;
let instance;

before(async () => {
  mail = await MailServer.start();
  instance = await Instance.start({
    settings: [...mail.settings, 'instance.title=Maple', 'roster.student_domains=student.cedarfork.example'],
  });
});
after(async () => {
  await instance?.destroy();
  await mail?.stop();
});

const linkIn = (letter) => new URL(letter.text.match(/^http\S+$/m)[0]);

async function expected(name) {
  const text = await readFile(join(packages, name, 'expected.csv'), 'utf8');
  return text.trim().split('\n').slice(1).map((line) => line.split(',').slice(0, 2).join(',')).sort();
}

test('a dry run tells what an import would do, and changes nothing', async () => {
  const path = join(packages, 'v1p1-bulk');
  const report = await instance.command('roster', 'import', path, '--dry-run', ...clock);
  assert.match(report, /users\.csv, line 23, column role: "teacher " is no role/);
  assert.match(report, /This was a dry run: nothing changed/);
  assert.match(await instance.command('roster', 'list'), /^0 educators/m);
  const outcomes = await instance.command('roster', 'import', path, '--dry-run', '--outcomes', ...clock);
  assert.deepEqual(outcomes.trim().split('\n').slice(1).sort(), await expected('v1p1-bulk'));
});

test('every invalid package is refused whole', async () => {
  for (const name of await readdir(join(packages, 'invalid'))) {
    if (name === 'shrink') continue;
    await assert.rejects(instance.command('roster', 'import', join(packages, 'invalid', name)), /refused as a whole/, name);
  }
});

test('a teacher claims the account by mail, is attested, and leaves with the next import', async () => {
  await instance.command('roster', 'import', join(packages, 'v1p1-bulk'), ...clock);
  const browser = new Browser(instance);
  const page = await browser.request('/join');
  assert.equal(page.status, 200, page.text);
  const joined = await browser.request('/join', {
    method: 'POST',
    form: {
      ...Browser.hiddenFields(page.text, '/join'),
      username: 'felipe', email: 'F.Diaz@cedarfork.example', password: 'green ladders sing', agreement: 'true',
    },
  });
  assert.match(joined.text, /Look into your mailbox/);
  const link = linkIn(await mail.letterTo('F.Diaz@cedarfork.example', /confirm your address at Maple/));
  const asked = await browser.request(link.pathname + link.search);
  const confirmed = await browser.request(link.pathname, {
    method: 'POST', form: Browser.hiddenFields(asked.text, link.pathname),
  });
  assert.match(confirmed.text, /Welcome/);
  await browser.signIn('felipe', 'green ladders sing');
  assert.equal((await browser.request('/settings')).status, 200);
  assert.match(await instance.command('roster', 'list'), /1 have an account/);

  await instance.command('roster', 'import', join(packages, 'v1p1-delta'), ...clock);
  assert.equal((await browser.request('/settings')).status, 303);
  assert.match(await instance.command('roster', 'list', '--state', 'removed'), /u18/);
});

test('a snapshot that loses most waits until somebody approves it', async () => {
  const report = await instance.command('roster', 'import', join(packages, 'invalid', 'shrink'), ...clock.slice(2));
  const id = report.match(/roster approve (\d+)/)[1];
  assert.match(await instance.command('roster', 'list'), /^18 educators/m);
  await instance.command('roster', 'approve', id);
  assert.match(await instance.command('roster', 'list'), /^3 educators|^4 educators/m);
});
