// Web Push to a real endpoint: a small push service takes the messages, checks who signed them, and
// decrypts them with the keys that the app keeps.
import assert from 'node:assert/strict';
import { createDecipheriv, createECDH, createHmac, createPublicKey, randomBytes, verify } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before, beforeEach, test } from 'node:test';
import { eventually, Instance } from './lib/staffroom.mjs';

const base64url = (bytes) => Buffer.from(bytes).toString('base64url');
const hmac = (key, ...parts) => parts.reduce((mac, part) => mac.update(part), createHmac('sha256', key)).digest();
const derive = (salt, secret, info, size) => hmac(hmac(salt, secret), info, Buffer.from([1])).subarray(0, size);

/** The app's side of a subscription: RFC 8291, and the draft that older clients speak. */
class Receiver {
  constructor(path, { standard = true } = {}) {
    this.ecdh = createECDH('prime256v1');
    this.ecdh.generateKeys();
    this.auth = randomBytes(16);
    this.endpoint = `https://push.example${path}`;
    this.path = path;
    this.standard = standard;
  }

  get subscription() {
    return {
      endpoint: this.endpoint,
      keys: { p256dh: this.ecdh.getPublicKey('base64url'), auth: base64url(this.auth) },
      ...(this.standard ? { standard: true } : {}),
    };
  }

  decipher(key, nonce, bytes) {
    const decipher = createDecipheriv('aes-128-gcm', key, nonce);
    decipher.setAuthTag(bytes.subarray(-16));
    return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]);
  }

  open({ headers, body }) {
    return JSON.parse(this.standard ? this.openStandard(body) : this.openLegacy(headers, body));
  }

  openStandard(body) {
    const [salt, point] = [body.subarray(0, 16), body.subarray(21, 21 + body[20])];
    assert.equal(body.readUInt32BE(16), 4096);
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), this.ecdh.getPublicKey(), point]);
    const secret = derive(this.auth, this.ecdh.computeSecret(point), info, 32);
    const text = this.decipher(
      derive(salt, secret, 'Content-Encoding: aes128gcm\0', 16),
      derive(salt, secret, 'Content-Encoding: nonce\0', 12), body.subarray(21 + body[20]));
    assert.equal(text.at(-1), 2);
    return text.subarray(0, -1);
  }

  openLegacy(headers, body) {
    const salt = Buffer.from(headers.encryption.match(/salt=([^;,]+)/)[1], 'base64url');
    const point = Buffer.from(headers['crypto-key'].match(/dh=([^;,]+)/)[1], 'base64url');
    const size = Buffer.from([0, 65]);
    const context = Buffer.concat([Buffer.from('P-256\0'), size, this.ecdh.getPublicKey(), size, point]);
    const secret = derive(this.auth, this.ecdh.computeSecret(point), 'Content-Encoding: auth\0', 32);
    const text = this.decipher(
      derive(salt, secret, Buffer.concat([Buffer.from('Content-Encoding: aesgcm\0'), context]), 16),
      derive(salt, secret, Buffer.concat([Buffer.from('Content-Encoding: nonce\0'), context]), 12), body);
    assert.equal(text.readUInt16BE(0), 0);
    return text.subarray(2);
  }
}

/** RFC 8292: that the operator of the key signed it for this service, and for not too long. */
function checkVapid(token, serverKey) {
  const [header, claims, signature] = token.split('.');
  const point = Buffer.from(serverKey, 'base64url');
  const key = createPublicKey({
    format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: base64url(point.subarray(1, 33)), y: base64url(point.subarray(33)) },
  });
  assert.ok(verify('sha256', Buffer.from(`${header}.${claims}`), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url')));
  const { aud, exp, sub } = JSON.parse(Buffer.from(claims, 'base64url'));
  assert.equal(aud, 'https://push.example');
  assert.ok(exp > Date.now() / 1000 && exp < Date.now() / 1000 + 24 * 3600);
  assert.match(sub, /^(mailto:|https?:)/);
}

const received = [];
let answers = []; // What the service says next; 201 when empty.
let service, maple, ada, bob, serverKey;

before(async () => {
  service = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    received.push({ path: request.url, method: request.method, headers: request.headers, body: Buffer.concat(parts) });
    const [status, headers] = answers.shift() ?? [201];
    response.writeHead(status, headers).end();
  });
  await new Promise((done) => service.listen(0, '127.0.0.1', done));
  maple = await Instance.start({ settings: [`testing.hosts=push.example=127.0.0.1:${service.address().port}`] });
  [ada, bob] = [await maple.member('ada'), await maple.member('bob')];
  serverKey = (await (await fetch(`${maple.url}/api/v2/instance`)).json()).configuration.vapid.public_key;
});
after(async () => {
  await maple?.destroy();
  service?.close();
});
beforeEach(() => {
  received.length = 0;
  answers = [];
});

const call = async (member, method, body, status = 200) => {
  const answer = await fetch(`${maple.url}/api/v1/push/subscription`, {
    method, headers: { authorization: `Bearer ${member.token}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  assert.equal(answer.status, status, `${method}: ${answer.status}`);
  return answer.json();
};
const post = async (member, body) => (await fetch(`${maple.url}/api/v1/statuses`, {
  method: 'POST', headers: { authorization: `Bearer ${member.token}`, 'content-type': 'application/json' },
  body: JSON.stringify(body),
})).json();
const arrived = (receiver, count = 1) =>
  eventually(`${count} at ${receiver.path}`, () => {
    const mine = received.filter((one) => one.path === receiver.path);
    return mine.length >= count && mine;
  });

test('a mention reaches the app, readable by it alone', async () => {
  const receiver = new Receiver('/standard');
  const made = await call(ada, 'POST', { subscription: receiver.subscription, data: { alerts: { mention: true }, policy: 'all' } });
  assert.equal(made.server_key, serverKey);
  assert.equal(made.standard, true);
  assert.equal(made.alerts.mention, true);
  assert.equal(made.alerts.follow, false);
  const status = await post(bob, { status: '@ada did you see the <b>timetable</b>?', visibility: 'unlisted' });
  const [message] = await arrived(receiver);
  assert.equal(message.method, 'POST');
  assert.equal(message.headers['content-encoding'], 'aes128gcm');
  assert.ok(Number(message.headers.ttl) > 0);
  const [, token, key] = message.headers.authorization.match(/^vapid t=([^,]+), ?k=(.+)$/);
  assert.equal(key, serverKey);
  checkVapid(token, key);
  const payload = receiver.open(message);
  assert.equal(payload.access_token, ada.token);
  assert.equal(payload.notification_type, 'mention');
  assert.equal(payload.title, 'You were mentioned by bob');
  assert.match(payload.body, /did you see the <b>timetable<\/b>\?/);
  assert.match(payload.icon, /^http/);
  assert.equal(payload.preferred_locale, 'en');
  const notification = await (await fetch(`${maple.url}/api/v1/notifications`, { headers: { authorization: `Bearer ${ada.token}` } })).json();
  assert.equal(notification[0].status.id, status.id);
  // The id is a number of 63 bits, so its text is looked at.
  const text = receiver.openStandard(message.body).toString();
  assert.ok(text.includes(`"notification_id":${notification[0].id}`), text);
  // P18: the service reads nothing, and the log holds no token.
  assert.ok(!message.body.includes('timetable'));
  assert.ok(!(await maple.log()).includes(ada.token));
});

test('clients of the draft get what they understand', async () => {
  const receiver = new Receiver('/legacy', { standard: false });
  await call(ada, 'POST', { subscription: receiver.subscription, data: { alerts: { mention: true } } });
  await post(bob, { status: '@ada once more' });
  const [message] = await arrived(receiver);
  assert.equal(message.headers['content-encoding'], 'aesgcm');
  checkVapid(message.headers.authorization.replace(/^WebPush /, ''), message.headers['crypto-key'].match(/p256ecdsa=([^;,]+)/)[1]);
  assert.match(receiver.open(message).body, /once more/);
});

test('alerts and policy decide', async () => {
  const receiver = new Receiver('/choice');
  const choose = (alerts, policy) => call(ada, 'PUT', { data: { alerts, policy } });
  await call(ada, 'POST', { subscription: receiver.subscription, data: { alerts: { mention: true } } });
  const table = [
    { alerts: { follow: true }, policy: 'all', comes: false },
    { alerts: { mention: true }, policy: 'none', comes: false },
    { alerts: { mention: true }, policy: 'followed', comes: false },
    { alerts: { mention: true }, policy: 'follower', comes: false },
    { alerts: { mention: true }, policy: 'all', comes: true },
  ];
  for (const row of table) {
    received.length = 0;
    const changed = await choose(row.alerts, row.policy);
    assert.equal(changed.policy, row.policy);
    await post(bob, { status: `@ada ${row.policy} ${randomBytes(4).toString('hex')}` });
    if (row.comes) {
      await arrived(receiver);
    } else {
      // Jobs of one subscription come in order: what follows is heard, and this was not.
      await choose({ mention: true }, 'all');
      await post(bob, { status: `@ada marker ${randomBytes(4).toString('hex')}` });
      const [only, ...more] = await arrived(receiver);
      assert.match(receiver.open(only).body, /marker/, JSON.stringify(row));
      assert.equal(more.length, 0);
    }
  }
  const account = await (await fetch(`${maple.url}/api/v1/accounts/lookup?acct=bob`, { headers: { authorization: `Bearer ${ada.token}` } })).json();
  await fetch(`${maple.url}/api/v1/accounts/${account.id}/follow`, { method: 'POST', headers: { authorization: `Bearer ${ada.token}` } });
  await choose({ mention: true }, 'followed');
  received.length = 0;
  await post(bob, { status: '@ada from somebody you follow' });
  await arrived(receiver);
});

test('a service that is busy is asked again; one that knows the app no more is forgotten', async () => {
  const receiver = new Receiver('/busy');
  await call(ada, 'POST', { subscription: receiver.subscription, data: { alerts: { mention: true }, policy: 'all' } });
  answers = [[429, { 'Retry-After': '1' }], [201]];
  await post(bob, { status: '@ada be patient' });
  const [, second] = await arrived(receiver, 2);
  assert.match(receiver.open(second).body, /be patient/);

  for (const status of [404, 410]) {
    await call(ada, 'POST', { subscription: receiver.subscription, data: { alerts: { mention: true }, policy: 'all' } });
    answers = [[status]];
    await post(bob, { status: `@ada ${status}` });
    await eventually('no subscription', async () => (await fetch(`${maple.url}/api/v1/push/subscription`, { headers: { authorization: `Bearer ${ada.token}` } })).status === 404);
  }
});

test('a subscription ends with its token, and by DELETE', async () => {
  const receiver = new Receiver('/ends');
  const body = { subscription: receiver.subscription, data: { alerts: { mention: true }, policy: 'all' } };
  const other = { token: await ada.browser.authorise('read push') };
  const { client_id, client_secret } = ada.browser.app;
  await call(other, 'POST', body);
  await post(bob, { status: '@ada first' });
  await arrived(receiver);
  await fetch(`${maple.url}/oauth/revoke`, { method: 'POST', body: new URLSearchParams({ token: other.token, client_id, client_secret }) });
  const last = new Receiver('/last');
  await call(ada, 'POST', { ...body, subscription: last.subscription });
  await post(bob, { status: '@ada second' });
  await arrived(last);
  assert.equal(received.filter((one) => one.path === '/ends').length, 1);
  await call(ada, 'DELETE');
  await call(ada, 'GET', undefined, 404);
  await call(ada, 'PUT', { data: { alerts: {} } }, 404);
});

test('O14: what cannot be an endpoint or a key is refused, and no scope means no subscription', async () => {
  const honest = new Receiver('/honest').subscription;
  await call(ada, 'POST', { subscription: honest, data: { alerts: {} } });
  for (const endpoint of ['http://push.example/x', 'https://user:secret@push.example/', 'ftp://push.example/', 'push.example', '', 'https://', `https://push.example/${'a'.repeat(3000)}`])
    await call(ada, 'POST', { subscription: { ...honest, endpoint } }, 422);
  for (const keys of [{}, { ...honest.keys, p256dh: 'AAAA' }, { ...honest.keys, auth: 'AAAA' }, { ...honest.keys, p256dh: base64url(Buffer.alloc(65, 4)) }])
    await call(ada, 'POST', { subscription: { ...honest, keys } }, 422);
  await call(ada, 'POST', { subscription: honest, data: { policy: 'everything' } }, 422);
  await call({ token: await ada.browser.authorise('read write') }, 'POST', { subscription: honest }, 403);

  // A private address is refused when something is to be sent there, and the subscription goes.
  await call(ada, 'POST', { subscription: { ...honest, endpoint: 'https://10.0.0.1/push' }, data: { alerts: { mention: true } } });
  await post(bob, { status: '@ada inside' });
  await eventually('no subscription', async () => (await fetch(`${maple.url}/api/v1/push/subscription`, { headers: { authorization: `Bearer ${ada.token}` } })).status === 404);
});
