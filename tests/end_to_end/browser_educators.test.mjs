// How educators come in, with a real browser and a mail server: the owner imports a faulty roster by
// page, a teacher claims the account by mail and bears the badge, a guest comes by invitation. Every
// page on the way is checked as lib/axe.mjs does.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { faults, launch, open } from './lib/axe.mjs';
import { MailServer } from './lib/smtp.mjs';
import { Instance } from './lib/staffroom.mjs';

const run = promisify(execFile);
const packages = process.env.ROSTER_PACKAGES ?? resolve(import.meta.dirname, '../data/oneroster');
const password = 'green ladders sing';
let folder, mail, instance, browser, owner, teacher;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'staffroom-rosters-'));
  const terms = join(folder, 'terms.html');
  await writeFile(terms, `<h2>Be kind</h2>${'<p>Colleagues are not adversaries, and students are nobody\'s content.</p>'.repeat(12)}`);
  mail = await MailServer.start();
  instance = await Instance.start({
    settings: [...mail.settings, 'instance.title=Cedar Fork', `instance.terms_of_service=${terms}`,
      'roster.student_domains=student.cedarfork.example', 'district.region=US-CA'],
  });
  browser = await launch();
  owner = await open(browser, instance, await instance.member('olga', { role: 'owner' }));
  teacher = await open(browser, instance);
});
after(async () => {
  await browser?.close();
  await instance?.destroy();
  await mail?.stop();
  if (folder) await rm(folder, { recursive: true });
});

const check = async (page, name) => assert.deepEqual(await faults(page, name), []);
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

/** The package as the ZIP that a district would upload. */
async function zipped(name) {
  const from = join(packages, name);
  const files = (await readdir(from)).filter((file) => file !== 'expected.csv').map((file) => join(from, file));
  const zip = join(folder, `${name.replaceAll('/', '-')}.zip`);
  await run('python3', ['-m', 'zipfile', '-c', zip, ...files]);
  return zip;
}

async function upload(name) {
  await owner.goto('/admin/roster');
  await owner.setInputFiles('#package', await zipped(name));
  await press(owner, 'Look at it');
  await owner.waitForURL(/\/admin\/roster\/imports\/\d+$/);
  return owner.locator('main');
}

test('a package that cannot be used is refused with the place and the remedy', async () => {
  const main = await upload('invalid/newline-in-field');
  assert.match(await main.innerText(), /Why the package is refused\s+users\.csv, line 2: has a line break inside a field[^]*close all quotes/);
  assert.equal(await owner.getByRole('button', { name: 'Apply it' }).count(), 0);
  await check(owner, 'roster-refused');
});

test('a package with faults is shown, changes nothing, and is applied by a button', async () => {
  const main = await upload('v1p1-bulk');
  const text = await main.innerText();
  assert.match(text, /users\.csv, line 23, column role: is no role of this version/);
  assert.match(text, /María Álvarez \(u01\) becomes an educator/);
  assert.match(await instance.command('roster', 'list'), /^0 educators/m);
  await check(owner, 'roster-shown');
  await press(owner, 'Apply it');
  await main.getByText(': applied').waitFor();
  await check(owner, 'roster-applied');
  assert.match(await instance.command('roster', 'list'), /^17 educators/m);
  await owner.goto('/admin/roster/reviews');
  await check(owner, 'reviews');
  await press(owner, 'Accept Pat Holloway');
  await owner.getByText('Pat Holloway').waitFor({ state: 'detached' });
  assert.match(await instance.command('roster', 'list'), /^18 educators/m);
  await owner.goto('/admin/roster');
  await check(owner, 'roster-with-imports');
});

async function joinAs(page, username, email) {
  await check(page, 'join');
  await page.fill('#username', username);
  await page.fill('#email', email);
  await page.fill('#password', password);
  await page.locator('summary', { hasText: 'Terms and rules' }).click();
  await page.getByText('Colleagues are not adversaries').first().waitFor();
  await check(page, 'join-terms');
  await page.check('#agreement');
  await press(page, 'Join');
  await page.getByRole('heading', { name: 'Look into your mailbox' }).waitFor();
  await check(page, 'join-mail');
  const letter = await mail.letterTo(email, /confirm your address at Cedar Fork/);
  await page.goto(letter.text.match(/^http\S+$/m)[0]);
  await check(page, 'confirm');
  await page.locator('main form button').click();
  await page.getByText('Your address is confirmed. Welcome!').waitFor();
  await check(page, 'welcome');
  await page.goto('/sign-in');
  await page.fill('#name', username);
  await page.fill('#password', password);
  await page.click('main form button');
  await page.waitForURL((url) => url.pathname !== '/sign-in');
}

test('a teacher claims the account by the address of the roster, and bears the badge', async () => {
  await teacher.goto('/join');
  await joinAs(teacher, 'felipe', 'F.Diaz@cedarfork.example');
  await teacher.goto('/settings');
  assert.equal(await teacher.getByRole('link', { name: 'Roster' }).count(), 0);
  await check(teacher, 'settings');
  for (const page of [teacher, owner]) {
    await page.goto('/@felipe');
    const badge = page.locator('.attested');
    assert.match(await badge.innerText(), /Educator|Teacher/i);
    await check(page, 'badge');
  }
});

test('a teacher sees what is said of her, asks for a correction, and is answered', async () => {
  await teacher.goto('/settings/attestation');
  const main = teacher.locator('main');
  assert.match(await main.innerText(), /your district lists you in its staff roster[^]*f\.diaz@cedarfork\.example/i);
  await check(teacher, 'attestation');
  await teacher.fill('#text', 'I teach at two schools.');
  await press(teacher, 'Ask for a correction');
  await main.getByText('It waits for a roster officer.').waitFor();
  await check(teacher, 'correction-waits');
  await owner.goto('/admin/corrections');
  await owner.getByText('I teach at two schools.').waitFor();
  await check(owner, 'corrections');
  await owner.getByLabel('Your answer; @felipe reads it').fill('The school adds it this week.');
  await press(owner, 'Answer @felipe');
  await owner.getByText('Nobody.').waitFor();
  await teacher.goto('/settings/attestation');
  assert.match(await main.innerText(), /by @olga: The school adds it this week\./);
  await check(teacher, 'correction-answered');
});

test('who was invited is let in once, and bears none', async () => {
  await owner.goto('/settings');
  await owner.getByRole('link', { name: 'Invitations' }).click();
  await owner.fill('#note', 'Retired: Ann');
  await press(owner, 'Make an invitation');
  const link = await owner.locator('.copy').innerText();
  await check(owner, 'invitation');
  const guest = await open(browser, instance);
  await guest.goto(link);
  await joinAs(guest, 'ann', 'ann@mail.example');
  await owner.goto('/@ann');
  assert.equal(await owner.locator('.attested').count(), 0);
  await check(owner, 'no-badge');
  const late = await open(browser, instance);
  await late.goto(link);
  assert.match(await late.locator('main').innerText(), /used up, or is over/);
  await check(late, 'invitation-over');
});

test('what holds here can be read at any time', async () => {
  const page = await open(browser, instance);
  await page.goto('/about');
  await page.getByRole('link', { name: 'Terms and rules' }).click();
  assert.match(await page.locator('main').innerText(), /Version [0-9a-f]{12}/);
  await check(page, 'terms');
  await page.goto('/privacy-policy');
  await check(page, 'privacy');
});
