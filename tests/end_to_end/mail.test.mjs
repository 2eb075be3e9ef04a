// People join, forget passwords and hear from moderators: through real pages, the client API and a
// mail server.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MailServer } from './lib/smtp.mjs';
import { Browser, Instance } from './lib/staffroom.mjs';

let mail;
let instance;
let owner;

before(async () => {
  mail = await MailServer.start();
  instance = await Instance.start({ settings: [...mail.settings, 'registration.mode=approval', 'instance.title=Maple'] });
  owner = await instance.member('chief', { role: 'owner', scopes: 'read write admin:read admin:write' });
});
after(async () => {
  await instance?.destroy();
  await mail?.stop();
});

async function call(method, path, token, body) {
  const response = await fetch(instance.url + path, {
    method,
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: body && JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

async function appToken() {
  const { body: app } = await call('POST', '/api/v1/apps', null, {
    client_name: 'Tide', redirect_uris: 'urn:ietf:wg:oauth:2.0:oob', scopes: 'read write',
  });
  const { body } = await call('POST', '/oauth/token', null, {
    grant_type: 'client_credentials', client_id: app.client_id, client_secret: app.client_secret, scope: 'read write',
  });
  return body.access_token;
}

const linkIn = (letter) => new URL(letter.text.match(/^http\S+$/m)[0]);

/** Opens a mailed link and sends the form that it shows. */
async function follow(browser, link, values = {}) {
  const page = await browser.request(link.pathname + link.search);
  assert.equal(page.status, 200, page.text);
  return browser.request(link.pathname, { method: 'POST', form: { ...Browser.hiddenFields(page.text, link.pathname), ...values } });
}

test('somebody joins, confirms, is let in, is warned and forgets the password', async () => {
  const joined = await call('POST', '/api/v1/accounts', await appToken(), {
    username: 'ada', email: 'ada@mail.test', password: 'green ladders sing', agreement: true, locale: 'en', reason: 'I teach.',
  });
  assert.equal(joined.status, 200, JSON.stringify(joined.body));
  const token = joined.body.access_token;
  const verify = () => call('GET', '/api/v1/accounts/verify_credentials', token);
  assert.equal((await verify()).status, 403);
  assert.equal((await fetch(`${instance.url}/.well-known/webfinger?resource=acct:ada@${instance.authority}`)).status, 404);

  const letter = await mail.letterTo('ada@mail.test', /confirm your address at Maple/);
  assert.equal(letter.headers['auto-submitted'], 'auto-generated');
  const browser = new Browser(instance);
  assert.match((await follow(browser, linkIn(letter))).text, /A moderator reads what you wrote/);
  assert.match((await verify()).body.error, /pending approval/);

  const { body: pending } = await call('GET', '/api/v2/admin/accounts?status=pending', owner.token);
  assert.equal(pending.length, 1);
  assert.equal(pending[0].invite_request, 'I teach.');
  const { body: approved } = await call('POST', `/api/v1/admin/accounts/${pending[0].id}/approve`, owner.token);
  assert.equal(approved.approved, true);
  assert.equal((await verify()).status, 200);
  await mail.letterTo('ada@mail.test', /Welcome to Maple/);

  const warned = await call('POST', `/api/v1/admin/accounts/${pending[0].id}/action`, owner.token, { type: 'none', text: 'Please be kind.' });
  assert.equal(warned.status, 200);
  assert.match((await mail.letterTo('ada@mail.test', /message from the moderators/)).text, /Please be kind\./);

  const page = await browser.request('/forgotten-password');
  await browser.request('/forgotten-password', {
    method: 'POST', form: { ...Browser.hiddenFields(page.text, '/forgotten-password'), email: 'ada@mail.test' },
  });
  const reset = linkIn(await mail.letterTo('ada@mail.test', /Choose a new password/));
  const changed = await follow(browser, reset, { wanted: 'blue ladders sing', repeated: 'blue ladders sing' });
  assert.match(changed.text, /Your password is changed/);
  assert.equal((await verify()).status, 401, 'the old token has ended');
  const signedIn = new Browser(instance);
  await signedIn.signIn('ada', 'blue ladders sing');
  assert.equal((await signedIn.request('/settings')).status, 200);
});

test('a letter that the relay does not take now is sent later, once', async () => {
  mail.refusals.push('451 later, please');
  const wanted = await call('POST', '/api/v1/accounts', await appToken(), {
    username: 'bob', email: 'bob@mail.test', password: 'green ladders sing', agreement: true, locale: 'en', reason: 'I teach.',
  });
  assert.equal(wanted.status, 200, JSON.stringify(wanted.body));
  const letter = await mail.letterTo('bob@mail.test', /confirm your address/, 40_000);
  assert.equal(mail.letters.filter((other) => other.headers['message-id'] === letter.headers['message-id']).length, 1);
});

test('letters can be read beforehand, and the relay is looked at', async () => {
  const text = await instance.command('mail', 'preview', 'reset_password', 'ada');
  assert.match(text, /^To: ada@mail\.test$/m);
  assert.match(text, /\/reset-password\?token=/);
  await instance.command('mail', 'test', 'chief@mail.test');
  await mail.letterTo('chief@mail.test', /Test from/);
  const report = await instance.command('doctor').catch((error) => error.stdout);
  assert.match(report, /^ok +mail +127\.0\.0\.1 takes our mail$/m);

  // A relay that offers no encryption gets nothing where encryption is demanded.
  const before = mail.commands.length;
  const insecure = await instance.command('--set', 'mail.security=starttls', 'doctor').catch((error) => error.stdout);
  assert.match(insecure, /^failed +mail +127\.0\.0\.1 does not take our mail/m);
  assert.ok(!mail.commands.slice(before).some((line) => line.startsWith('MAIL')));
});
