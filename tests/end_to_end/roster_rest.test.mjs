// A district's roster by its OneRoster service, 1.1 and 1.2, over real HTTP: the same outcomes as by
// files; what is cut off, wrong or endless changes nothing; what is busy is asked again.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { RosterService } from './lib/oneroster.mjs';
import { Instance, eventually } from './lib/staffroom.mjs';

const packages = process.env.ROSTER_PACKAGES ?? resolve(import.meta.dirname, '../data/oneroster');
// What is asked for later was taken later: a snapshot that is older than the last one is refused.
let day = '2026-11-03';
const tomorrow = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const asOf = () => ['--as-of', `${day}T00:00:00Z`];
const secret = { STAFFROOM_ROSTER_REST_CLIENT_SECRET: 'a secret' };
let instance;
const services = {};

before(async () => {
  for (const version of ['1.1', '1.2'])
    services[version] = await RosterService.start(join(packages, `v${version.replace('.', 'p')}-bulk`), version);
  instance = await Instance.start({
    settings: [...services['1.2'].settings, 'roster.student_domains=student.cedarfork.example'],
    environment: secret,
  });
});
after(async () => {
  await instance?.destroy();
  for (const service of Object.values(services)) await service.stop();
});

async function expected(version) {
  const text = await readFile(join(packages, `v${version.replace('.', 'p')}-bulk`, 'expected.csv'), 'utf8');
  return Object.fromEntries(text.trim().split('\n').slice(1).map((line) => line.split(',').slice(0, 2)));
}
const outcomes = (text) => Object.fromEntries(text.trim().split('\n').slice(1).map((line) => line.split(',')));
// A command of the same data with other settings; later ones win.
const pull = (service, ...rest) =>
  instance.command(...service.settings.flatMap((setting) => ['--set', setting]), 'roster', 'pull', ...rest, ...asOf());
const withStudents = ['--set', 'roster.rest_students=true'];
const pullAll = (service, ...rest) =>
  instance.command(...service.settings.flatMap((setting) => ['--set', setting]), ...withStudents, 'roster', 'pull', ...rest, ...asOf());

// The page of what the service sent and nobody has decided about.
const waiting = async (owner) => (await owner.browser.request('/admin/roster')).text
  .match(/href="([^"]+)">127\.77[^<]*<time[^>]*>[^<]*<\/time><\/a><\/h3>\s*<p class="hint">From the roster service; waits for you/)?.[1];

for (const version of ['1.1', '1.2']) {
  test(`with students, ${version} gives the outcomes of the files`, async () => {
    const service = services[version];
    const report = await pullAll(service, '--dry-run', '--outcomes');
    assert.deepEqual(outcomes(report), await expected(version));
    assert.match(await pullAll(service, '--dry-run'), /(users|roles), u22, column role: "teacher " is no role/);
  });

  test(`without students, ${version} is asked for staff only`, async () => {
    const service = services[version];
    service.requests.length = 0;
    const found = outcomes(await pull(service, '--dry-run', '--outcomes'));
    const wanted = await expected(version);
    for (const [id, outcome] of Object.entries(found)) assert.equal(outcome, wanted[id], id);
    for (const [id, outcome] of Object.entries(wanted))
      if (['educator', 'disabled', 'review'].includes(outcome)) assert.equal(found[id], outcome, id);
    const [token, ...asked] = service.requests;
    assert.match(token.query.get('scope'), /roster-core\.readonly$/);
    assert.ok(asked.every(({ path, query }) => path !== '/users' || /role='\w+'/.test(query.get('filter'))));
    assert.ok(asked.every(({ query }) => !/phone|identifier,.*role|agents|birth|sex/.test(query.get('fields'))));
    assert.ok(!asked.some(({ path }) => /demographics|students/.test(path)));
    assert.ok(asked.some(({ path, query }) => path === '/teachers' && query.get('offset') === '10'));
  });
}

test('a token that ran out is taken anew, and who is busy is waited for', async () => {
  const service = services['1.2'];
  const told = new Set();
  service.meddle = ({ path, query }, response, send) => {
    const once = (what) => !told.has(what) && told.add(what);
    if (path === '/teachers' && once('token')) {
      service.tokens.clear();
      return send(401, {}) || true;
    }
    if (query.get('filter') === "roles.role='aide'" && once('busy')) return send(429, {}, { 'retry-after': '1' }) || true;
    if (path === '/orgs' && once('away')) return response.destroy() || true;
    return false;
  };
  const found = outcomes(await pull(service, '--dry-run', '--outcomes'));
  service.meddle = () => false;
  assert.equal(told.size, 3);
  assert.equal(found.u01, 'educator');
});

test('what is not whole is refused whole', async () => {
  const service = services['1.2'];
  const second = ({ path, query }) => path === '/teachers' && query.get('offset') === '10';
  const cases = {
    'a page that is cut off': { meddle: (request, response) => {
      if (!second(request)) return false;
      response.writeHead(200, { 'content-type': 'application/json', 'x-total-count': 15, connection: 'close' });
      return response.end('{"users": [{"sourcedId": "u01"');
    }, told: /not OneRoster/ },
    'half a list': { bend: (list, { path, query }) => (path === '/teachers' && query.get('offset') >= 10 ? list.slice(0, query.get('offset') % 2 ? 0 : 1) : list), told: /other rows than it announced/ },
    'a wrong total': { bend: (list, request, headers) => {
      if (request.path === '/orgs') headers['x-total-count'] = 4;
      return list;
    }, told: /other rows than it announced/ },
    'a service that always sends the first page': { meddle: ({ query }) => query.set('offset', '0') ?? false, told: /other rows than it announced/ },
    'a redirect to another host': { meddle: (request, response) =>
      second(request) && response.writeHead(302, { location: 'http://127.77.251.250:9/users' }).end(), told: /another host/ },
    'a client that it does not know': { environment: { STAFFROOM_ROSTER_REST_CLIENT_SECRET: 'wrong' }, told: /did not let us in/ },
  };
  for (const [name, { meddle = () => false, bend = (list) => list, environment = secret, told }] of Object.entries(cases)) {
    Object.assign(service, { meddle, bend });
    instance.environment = environment;
    const failed = await pull(service).then(() => assert.fail(name), (error) => error);
    assert.match(failed.stdout, told, name);
    assert.match(failed.stderr, /refused as a whole/, name);
  }
  Object.assign(service, { meddle: () => false, bend: (list) => list });
  instance.environment = secret;
  assert.match(await instance.command('roster', 'list'), /^0 educators/m);
});

test('a scope with demographics is refused before anybody is asked', async () => {
  const failed = await instance.command('--set', 'roster.rest_scope=https://sis.example/roster-demographics.readonly',
    'roster', 'pull').then(() => assert.fail(), (error) => error);
  assert.match(failed.stderr, /birth dates, sex and descent are never read/);
});

test('the secret may lie in a file', async () => {
  const file = join(instance.data, 'secret');
  await writeFile(file, 'a secret\n');
  instance.environment = {};
  const found = await instance.command('--set', `roster.rest_client_secret_file=${file}`, 'roster', 'pull', '--dry-run', ...asOf());
  instance.environment = secret;
  assert.match(found, /educator +19/);
});

test('the owner asks by a button, sees what would change, and applies it', async () => {
  const owner = await instance.member('olga', { role: 'owner' });
  const before = await owner.browser.request('/admin/roster');
  assert.match(before.text, /Student checks are not fed/);
  const asked = await owner.browser.submitTo('/admin/roster', '/admin/roster/pull', {});
  assert.equal(asked.status, 303, asked.text);
  const link = await eventually('the outcome among the imports', () => waiting(owner));
  const page = await owner.browser.request(link);
  assert.match(page.text, /waits for you/);
  assert.match(page.text, /(users|roles), u\d\d[,:]/, 'staff is named by the id that the service knows');
  assert.match(await instance.command('roster', 'list'), /^0 educators/m);
  assert.equal((await owner.browser.submitTo(link, `${link}/apply`, {})).status, 303);
  assert.match(await instance.command('roster', 'list'), /^19 educators/m);
});

test('a service that hangs does not hold up the end of the server', async () => {
  const service = services['1.2'];
  let isAsked = false;
  service.meddle = () => (isAsked = true); // And never an answer.
  const owner = await instance.member('otto', { role: 'owner' });
  await owner.browser.submitTo('/admin/roster', '/admin/roster/pull', {});
  await eventually('the service is asked', () => isAsked);
  const begun = Date.now();
  const end = await instance.stop();
  assert.equal(end.code, 0);
  assert.ok(Date.now() - begun < 10_000);
  service.meddle = () => false;
  await instance.launch();
  // The job outlived the end.
  await eventually('the outcome', () => waiting(owner), 30_000);
});

test('who is not in the answer any more leaves, and too many wait for a person', async () => {
  const service = services['1.2'];
  const all = service.users;
  day = tomorrow(1);
  service.users = all.filter(({ sourcedId }) => sourcedId !== 'u01');
  await pull(service);
  assert.match(await instance.command('roster', 'list', '--state', 'removed'), /u01/);
  service.users = all.slice(0, 12);
  assert.match(await pull(service), /It would remove \d+ of 18 educators, so it waits/);
  service.users = all;
  assert.match(await pull(service, '--accept-shrink'), /1 people changed/);
});

test('what students a package brought stays when only staff is asked for', async () => {
  await instance.command('roster', 'import', join(packages, 'v1p2-bulk'), '--taken-at', `${tomorrow(2)}T00:00:00Z`, '--as-of', `${tomorrow(2)}T00:00:00Z`);
  const hashes = (text) => text.match(/Hashes of .*/)[0];
  const held = hashes(await instance.command('roster', 'list'));
  assert.doesNotMatch(held, /of 0 students/);
  await instance.command('roster', 'pull', '--as-of', `${tomorrow(3)}T00:00:00Z`);
  assert.equal(hashes(await instance.command('roster', 'list')), held);
});
