// How educators come in, with a real browser and a mail server: the owner imports a faulty roster by
// page, a teacher claims the account by mail and bears the badge, a guest comes by invitation, others
// by the school's sign-on. Every page on the way is checked as lib/axe.mjs does.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { faults, launch, open } from './lib/axe.mjs';
import { OpenIdProvider } from './lib/oidc.mjs';
import { MailServer } from './lib/smtp.mjs';
import { freePort, Instance } from './lib/staffroom.mjs';

const run = promisify(execFile);
const packages = process.env.ROSTER_PACKAGES ?? resolve(import.meta.dirname, '../data/oneroster');
const password = 'green ladders sing';
let folder, mail, idp, instance, browser, owner, teacher;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'staffroom-rosters-'));
  const terms = join(folder, 'terms.html');
  await writeFile(terms, `<h2>Be kind</h2>${'<p>Colleagues are not adversaries, and students are nobody\'s content.</p>'.repeat(12)}`);
  mail = await MailServer.start();
  const host = `127.77.${process.pid % 250}.202`;
  const port = await freePort(host);
  idp = await OpenIdProvider.start(`http://${host}:${port}/sign-on/return`);
  const sources = { role_claim: 'groups', staff_values: 'staff', student_values: 'student', person_claim: 'sourced_id' };
  instance = await Instance.start({
    host, port,
    settings: [...mail.settings, ...idp.settings('generic', sources), 'instance.title=Cedar Fork', `instance.terms_of_service=${terms}`,
      'roster.student_domains=student.cedarfork.example', 'district.region=US-CA'],
  });
  browser = await launch();
  owner = await open(browser, instance, await instance.member('olga', { role: 'owner' }));
  teacher = await open(browser, instance);
});
after(async () => {
  await browser?.close();
  await instance?.destroy();
  await idp?.stop();
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
  await owner.goto('/admin');
  await owner.getByRole('link', { name: 'Invitations' }).first().click();
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

/** A window of somebody who signs in at the provider, from the button to wherever it leads back to. */
async function signOn(login, page) {
  page ??= await open(browser, instance);
  await page.context().route((url) => !url.hostname.startsWith('127.'), (route) => route.abort());
  if (page.url() === 'about:blank') {
    await page.goto('/');
    await page.locator('header').getByRole('link', { name: 'Sign in' }).click();
    await check(page, 'sign-in-with-sign-on');
    await page.getByRole('link', { name: 'Sign in with your school' }).click();
  }
  await page.waitForURL((url) => url.href.startsWith(idp.issuer));
  await page.fill('[name=login]', login);
  await page.fill('[name=password]', 'any');
  await page.click('[type=submit]');
  await page.waitForURL((url) => url.origin === instance.origin);
  return page;
}

test('a teacher of the roster comes in by the sign-on, and again', async () => {
  idp.people.sofia = { groups: ['staff'], sourced_id: 'u02' };
  const page = await signOn('sofia');
  assert.equal(await page.locator('h1').innerText(), 'Choose your name');
  await check(page, 'sign-on-join');
  await page.fill('#username', 'moderator');
  await page.check('#agreement');
  await press(page, 'Join');
  await page.getByRole('alert').waitFor();
  await check(page, 'sign-on-join-refused');
  await page.fill('#username', 'sofia');
  await page.check('#agreement');
  await press(page, 'Join');
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-on'));
  await page.goto('/@sofia');
  assert.match(await page.locator('.attested').innerText(), /Educator|Teacher/i);
  const again = await signOn('sofia');
  assert.doesNotMatch(again.url(), /sign-on/);
  await again.goto('/settings');
  assert.match(await again.locator('main').innerText(), /@sofia@/);
});

test('a student, and whom nobody here knows, are told so plainly', async () => {
  idp.people.pupil = { groups: ['student'], sourced_id: 'u02' };
  const pupil = await signOn('pupil');
  await check(pupil, 'sign-on-student');
  assert.equal(await pupil.locator('[name=username]').count(), 0);
  assert.equal(await pupil.getByRole('heading', { level: 1 }).count(), 1);
  await pupil.goto('/settings');
  assert.match(pupil.url(), /sign-in/, 'a student is not signed in');

  idp.people.nobody = { groups: ['staff'], sourced_id: 'not-in-the-roster' };
  const nobody = await signOn('nobody');
  assert.equal(await nobody.locator('h1').innerText(), 'No account yet');
  await check(nobody, 'sign-on-unknown');
});

test('who has an account links it with the school account, and signs in by that', async () => {
  await teacher.goto('/settings');
  await teacher.getByRole('link', { name: 'School account' }).click();
  await check(teacher, 'sign-on-link');
  await teacher.fill('#password', password);
  await teacher.locator('main form button').click();
  await teacher.getByRole('link', { name: 'Continue with' }).waitFor();
  await check(teacher, 'sign-on-continue');
  await teacher.getByRole('link', { name: 'Continue with' }).click();
  idp.people.felipe = { groups: ['staff'], sourced_id: 'x' };
  await signOn('felipe', teacher);
  await teacher.goto('/settings/sign-on');
  assert.match(await teacher.locator('main').innerText(), /Linked, so that you can sign in with it/);
  await check(teacher, 'sign-on-linked');
  const again = await signOn('felipe');
  await again.goto('/settings');
  assert.match(await again.locator('main').innerText(), /@felipe@/);
});

test('who lost the role is told on coming back, and is out', async () => {
  idp.people.sofia.groups = ['student'];
  const page = await signOn('sofia');
  await check(page, 'sign-on-role-lost');
  await page.goto('/settings');
  assert.match(page.url(), /sign-in/);
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
