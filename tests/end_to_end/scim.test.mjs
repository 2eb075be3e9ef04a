// The district's directory over SCIM 2.0: create, change, deactivate, come back.
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, Instance } from './lib/staffroom.mjs';

const roster = resolve(import.meta.dirname, '../data/oneroster/v1p1-bulk');
const clock = ['--taken-at', '2026-10-01T00:00:00Z', '--as-of', '2026-11-03T00:00:00Z'];
const user = 'urn:ietf:params:scim:schemas:core:2.0:User';
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

let instance, token, teachers;

before(async () => {
  instance = await Instance.start();
  await instance.command('roster', 'import', roster, ...clock);
  const listed = (await instance.command('roster', 'list', '--csv')).trim().split('\n').slice(1);
  teachers = listed.map((line) => line.split(',')[0].replaceAll('"', ''));
  token = (await instance.command('scim', 'token', 'make', '--note', 'test')).match(/token\s+(\S+)/)[1];
});
after(() => instance?.destroy());

async function scim(method, path, body, { bearer = token, type = 'application/scim+json' } = {}) {
  const response = await fetch(`${instance.url}/scim/v2/${path}`, {
    method,
    headers: { ...(bearer ? { authorization: `Bearer ${bearer}` } : {}), ...(body ? { 'content-type': type } : {}) },
    body: typeof body === 'string' ? body : body && JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
}
const patch = (id, Operations) => scim('PATCH', `Users/${id}`, { schemas: [patchOp], Operations });
const create = (fields) => scim('POST', 'Users', { schemas: [user], active: true, ...fields });

test('only a token of ours opens it', async () => {
  const member = await instance.member('mona');
  for (const bearer of ['', 'x', member.token, `${token}x`]) {
    const refused = await scim('GET', 'Users', undefined, { bearer });
    assert.equal(refused.status, 401);
    assert.deepEqual(refused.body.schemas, ['urn:ietf:params:scim:api:messages:2.0:Error']);
  }
  const config = await scim('GET', 'ServiceProviderConfig');
  assert.equal(config.status, 200);
  assert.match(config.headers.get('content-type'), /^application\/scim\+json/);
  assert.equal(config.body.patch.supported, true);
  assert.equal((await scim('GET', 'ResourceTypes')).body.Resources[0].endpoint, '/Users');
  assert.equal((await scim('GET', `Schemas/${user}`)).body.id, user);
});

test('users are created, found, changed and refused as the RFC says', async () => {
  const made = await create({ userName: 'Ida@cedarfork.example', externalId: 'x1', name: { givenName: 'Ida' }, userType: 'Teacher' });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const { id } = made.body;
  assert.equal(made.headers.get('location'), `${instance.origin}/scim/v2/Users/${id}`);
  assert.equal((await scim('GET', `Users/${id}`)).body.name.givenName, 'Ida');
  const find = async (filter, more = '') =>
    (await scim('GET', `Users?filter=${encodeURIComponent(filter)}${more}`)).body;
  assert.equal((await find('userName eq "ida@CEDARFORK.example"')).Resources[0].id, id);
  assert.equal((await find('externalId eq "x1"')).totalResults, 1);
  assert.equal((await find('userName eq "nobody"')).totalResults, 0);
  assert.equal((await find('name.givenName co "I"')).scimType, 'invalidFilter');
  const twice = await create({ userName: 'ida@cedarfork.example' });
  assert.deepEqual([twice.status, twice.body.scimType], [409, 'uniqueness']);
  const changed = await scim('PUT', `Users/${id}`, { schemas: [user], userName: 'ida', externalId: 'x1', active: 'True' });
  assert.deepEqual([changed.status, changed.body.userName, changed.body.userType], [200, 'ida', undefined]);
  assert.equal((await patch(id, [{ op: 'Add', value: { 'name.familyName': 'Wells', emails: [] } }])).body.name.familyName, 'Wells');
  for (const [operation, type] of [
    [{ op: 'remove' }, 'noTarget'],
    [{ op: 'replace', path: 'active', value: 'perhaps' }, 'invalidValue'],
    [{ op: 'replace', path: '][', value: 1 }, 'invalidPath'],
    [{ op: 'move', path: 'active' }, 'invalidSyntax'],
    [{ op: 'replace', path: 'id', value: '1' }, 'mutability'],
  ]) {
    const refused = await patch(id, [operation]);
    assert.deepEqual([refused.status, refused.body.scimType], [400, type], JSON.stringify(operation));
  }
  assert.equal((await scim('POST', 'Users', '{', {})).body.scimType, 'invalidSyntax');
  assert.equal((await scim('POST', 'Users', 'a=b', { type: 'text/plain' })).status, 415);
  assert.equal((await scim('GET', 'Users?startIndex=2&count=1')).body.startIndex, 2);
  assert.equal((await scim('DELETE', `Users/${id}`)).status, 204);
  assert.equal((await scim('GET', `Users/${id}`)).status, 404);
  assert.equal((await create({ userName: 'ida', externalId: 'x1' })).body.id, id, 'it comes back');
});

test('a directory that pushes groups is told so, and its users go on', async () => {
  const group = 'urn:ietf:params:scim:schemas:core:2.0:Group';
  const list = await scim('GET', `Groups?filter=${encodeURIComponent('displayName eq "Staff"')}&count=1`);
  assert.deepEqual([list.status, list.body.totalResults, list.body.Resources], [200, 0, []]);
  const pushed = await scim('POST', 'Groups', { schemas: [group], displayName: 'Staff', members: [{ value: '1' }] });
  assert.deepEqual([pushed.status, pushed.body.status, pushed.body.schemas],
    [501, '501', ['urn:ietf:params:scim:api:messages:2.0:Error']]);
  assert.match(pushed.body.detail, /only users/);
  for (const method of ['GET', 'PUT', 'PATCH', 'DELETE'])
    assert.equal((await scim(method, 'Groups/77')).status, 404, method);
  assert.equal((await scim('POST', 'Bulk', { Operations: [] })).status, 501);
  assert.equal((await scim('GET', 'Me')).status, 501);
  assert.equal((await scim('GET', 'Groups', undefined, { bearer: 'x' })).status, 401);
  const types = (await scim('GET', 'ResourceTypes')).body.Resources.map((type) => type.name);
  assert.deepEqual(types, ['User'], 'what is not served is not announced');
  assert.equal((await create({ userName: 'after-groups' })).status, 201);
});

/** Every way in that directories have been seen to switch somebody off by. */
const offs = {
  'a Boolean with a path': (id) => patch(id, [{ op: 'replace', path: 'active', value: false }]),
  'a text, as Entra writes it': (id) => patch(id, [{ op: 'Replace', path: 'active', value: 'False' }]),
  'no path': (id) => patch(id, [{ op: 'replace', value: { active: false } }]),
  'a whole path': (id) => patch(id, [{ op: 'replace', path: `${user}:active`, value: false }]),
};

test('a deactivated teacher is out at once, and comes back', async () => {
  const sourcedId = teachers.shift();
  const ada = await instance.member('ada');
  await instance.command('roster', 'bind', sourcedId, 'ada');
  assert.match(await instance.command('attest', 'show', 'ada'), /^standing\s+attested/m);
  const { id } = (await create({ userName: 'ada', externalId: sourcedId })).body;
  for (const [name, off] of Object.entries(offs)) {
    const stream = await fetch(`${instance.url}/api/v1/streaming/user`, { headers: { authorization: `Bearer ${ada.token}` } });
    assert.equal(stream.status, 200, name);
    let closed = false;
    (async () => { for await (const chunk of stream.body) void chunk; })().catch(() => {}).finally(() => (closed = true));
    const answer = await off(id);
    assert.deepEqual([answer.status, answer.body.active], [200, false], name);
    await ada.get('/api/v1/accounts/verify_credentials', { status: 401 });
    assert.equal((await ada.browser.request('/settings')).status, 303);
    await eventually(`the stream ends: ${name}`, () => closed);
    await assert.rejects(ada.browser.signIn('ada', ada.password), /sign-in: 401/);
    assert.match(await instance.command('account', 'list'), /^ada\s+member\s+left/m);
    assert.doesNotMatch(await instance.command('attest', 'show', 'ada'), /^standing\s+attested/m);

    await patch(id, [{ op: 'replace', path: 'active', value: true }]);
    await ada.browser.signIn('ada', ada.password);
    ada.token = await ada.browser.authorise('read write');
    await ada.get('/api/v1/accounts/verify_credentials');
    assert.match(await instance.command('attest', 'show', 'ada'), /^standing\s+attested/m, name);
  }
  assert.equal((await scim('DELETE', `Users/${id}`)).status, 204);
  await ada.get('/api/v1/accounts/verify_credentials', { status: 401 });
});

test('who was shut out by a person is not let in by the directory', async () => {
  const sourcedId = teachers.shift();
  const bob = await instance.member('bob');
  await instance.command('roster', 'bind', sourcedId, 'bob');
  const { id } = (await create({ userName: 'bob', externalId: sourcedId })).body;
  await instance.command('account', 'suspend', 'bob');
  await patch(id, [{ op: 'replace', path: 'active', value: false }]);
  await patch(id, [{ op: 'replace', path: 'active', value: true }]);
  await assert.rejects(bob.browser.signIn('bob', bob.password), /sign-in: 401/);
});

test('who is inactive when the account is bound has left', async () => {
  const sourcedId = teachers.shift();
  await instance.member('carl');
  await create({ userName: 'carl', externalId: sourcedId, active: false });
  await instance.command('roster', 'bind', sourcedId, 'carl');
  assert.match(await instance.command('account', 'list'), /^carl\s+member\s+left/m);
});

test('a revoked token opens nothing', async () => {
  const id = (await instance.command('scim', 'token', 'list')).match(/^(\d+)/)[1];
  await instance.command('scim', 'token', 'revoke', id);
  assert.equal((await scim('GET', 'Users')).status, 401);
});
