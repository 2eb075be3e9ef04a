// A second look at the client API, with as many posts stored as a term brings (bench/fill.sql):
//   TEST_PROGRAM=build/dev/staffroom node bench/api_check.mjs [--statuses 100000] [--check FOLDER [its options]]
// Reads every list three times and prints what took longest; with the folder of mastodon-api-check
// runs that, too. Last come the statements that PostgreSQL took more than 100 ms for.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Instance } from '../tests/end_to_end/lib/staffroom.mjs';

const words = process.argv.slice(2);
const option = (name) => (words.includes(name) ? words.splice(words.indexOf(name), 2)[1] : undefined);
const statuses = option('--statuses') ?? '100000';
const check = option('--check');
const psql = readdirSync('/usr/lib/postgresql').map((version) => `/usr/lib/postgresql/${version}/bin/psql`).filter(existsSync).at(-1);

// People may join where the program knows how; nobody listens as relay, and no letter is needed.
const papers = mkdtempSync(join(tmpdir(), 'staffroom-papers-'));
writeFileSync(join(papers, 'terms.html'), '<p>Be kind.</p>');
const instance = await Instance.start({
  settings: [`instance.terms_of_service=${join(papers, 'terms.html')}`, 'registration.mode=approval', 'mail.relay=127.0.0.1', 'mail.port=9', 'mail.security=none'],
});
try {
  const scopes = 'read write follow push profile';
  const alice = await instance.member('alice', { scopes });
  const bob = await instance.member('bob', { scopes });
  const chief = await instance.member('chief', { role: 'owner', scopes: `${scopes} admin:read admin:write` });
  await instance.command('announcement', 'add', 'Hello all');

  const socket = readFileSync(join(instance.data, 'postgres/postmaster.pid'), 'utf8').split('\n')[4];
  const sql = (...rest) => execFileSync(psql, ['-h', socket, '-U', 'staffroom', '-d', 'staffroom', '-qX', ...rest], { encoding: 'utf8' });
  const begun = Date.now();
  console.log(sql('-v', `statuses=${statuses}`, '-f', resolve(import.meta.dirname, 'fill.sql')));
  console.log(`filled in ${((Date.now() - begun) / 1000).toFixed(0)} s`);
  sql('-c', 'ALTER DATABASE staffroom SET log_min_duration_statement = 100');
  await instance.stop(); // Its connections were made before.
  await instance.launch();

  await readEverything({ alice, chief }, instance);
  if (check) {
    const run = spawnSync(process.execPath, ['check.mjs', '--base', instance.url, '--token', alice.token, '--token2', bob.token, '--admin-token', chief.token, ...words],
      { cwd: check, encoding: 'utf8', maxBuffer: 1 << 28 });
    console.log(run.stdout, run.stderr);
  }
  const slow = new Map();
  for (const [, ms, text] of allLogs(instance.data).matchAll(/duration: ([\d.]+) ms  (?:execute [^:]*|statement): ([\s\S]*?)(?=\n\d{4}-|$)/g)) {
    const key = text.replace(/\s+/g, ' ').slice(0, 160);
    const one = slow.get(key) ?? { times: 0, most: 0 };
    slow.set(key, { times: one.times + 1, most: Math.max(one.most, Number(ms)) });
  }
  console.log('\nstatements of more than 100 ms:');
  for (const [text, { times, most }] of [...slow].sort((a, b) => b[1].most - a[1].most))
    console.log(`${most.toFixed(0).padStart(6)} ms ${String(times).padStart(4)} times  ${text}`);
} finally {
  await instance.destroy();
  rmSync(papers, { recursive: true });
}

function allLogs(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && file.name.endsWith('.log'))
    .map((file) => readFileSync(join(file.parentPath ?? file.path, file.name), 'utf8')).join('\n');
}

async function readEverything({ alice, chief }, { url }) {
  const me = await alice.get('/api/v1/accounts/verify_credentials');
  const home = await alice.get('/api/v1/timelines/home');
  const busy = (await alice.get('/api/v1/timelines/public?limit=40')).map((post) => post.account.id)[0];
  const thread = home.find((post) => post.in_reply_to_id) ?? home[0];
  const middle = (await alice.get('/api/v1/timelines/home?limit=40&max_id=' + home.at(-1).id)).at(-1).id;
  const list = await alice.post('/api/v1/lists', { title: 'All' });
  const followed = (await alice.get(`/api/v1/accounts/${me.id}/following?limit=80`)).map((account) => account.id);
  await alice.post(`/api/v1/lists/${list.id}/accounts`, { account_ids: followed });
  const paths = [
    '/api/v1/timelines/home', `/api/v1/timelines/home?max_id=${middle}`, `/api/v1/timelines/home?since_id=${home[0].id}`,
    `/api/v1/timelines/home?min_id=1`, '/api/v1/timelines/public', '/api/v1/timelines/public?local=true',
    '/api/v1/timelines/public?remote=true&only_media=true', '/api/v1/timelines/public?min_id=1', '/api/v1/timelines/tag/topic1',
    '/api/v1/timelines/tag/topic400', '/api/v1/timelines/tag/topic1?all[]=topic2', `/api/v1/timelines/list/${list.id}`,
    '/api/v1/timelines/direct', '/api/v1/conversations', '/api/v1/favourites', '/api/v1/bookmarks',
    '/api/v1/notifications', '/api/v1/notifications?types[]=mention', '/api/v2/notifications', '/api/v1/notifications/unread_count',
    '/api/v2/notifications/unread_count', '/api/v1/notifications/requests', '/api/v1/notifications/policy',
    `/api/v1/accounts/${me.id}`, `/api/v1/accounts/${busy}/statuses`, `/api/v1/accounts/${busy}/statuses?only_media=true`,
    `/api/v1/accounts/${busy}/statuses?exclude_replies=true&exclude_reblogs=true`, `/api/v1/accounts/${busy}/statuses?tagged=topic3`,
    `/api/v1/accounts/${me.id}/followers`, `/api/v1/accounts/${me.id}/following`, `/api/v1/accounts/relationships?id[]=${busy}`,
    `/api/v1/accounts/familiar_followers?id[]=${busy}`, '/api/v1/accounts/search?q=teacher1', '/api/v1/accounts/lookup?acct=bob',
    `/api/v1/statuses/${thread.id}`, `/api/v1/statuses/${thread.id}/context`, `/api/v1/statuses/${thread.id}/favourited_by`,
    `/api/v1/statuses/${thread.id}/reblogged_by`, `/api/v1/statuses/${thread.id}/history`, `/api/v1/statuses/${thread.id}/quotes`,
    '/api/v2/search?q=fractions&type=statuses', '/api/v2/search?q=school%20lesson&type=statuses', '/api/v2/search?q=zebra&type=statuses',
    `/api/v2/search?q=in:library%20school&type=statuses`, '/api/v2/search?q=from:me%20school&type=statuses', '/api/v2/search?q=has:media&type=statuses',
    '/api/v2/search?q=-school&type=statuses', '/api/v2/search?q=top&type=hashtags', '/api/v2/search?q=t', '/api/v1/tags/topic1', '/api/v1/followed_tags',
    '/api/v1/directory?order=active', '/api/v1/directory?order=new&local=true', '/api/v2/suggestions', '/api/v1/endorsements',
    '/api/v1/featured_tags/suggestions', '/api/v1/trends/tags', '/api/v1/trends/statuses', '/api/v1/blocks', '/api/v1/mutes',
    '/api/v1/instance', '/api/v2/instance', '/api/v1/instance/activity', '/api/v1/instance/peers', '/nodeinfo/2.1',
  ];
  const measures = ['active_users', 'new_users', 'interactions', 'opened_reports', 'resolved_reports', 'instance_accounts', 'instance_media_attachments',
    'instance_reports', 'instance_statuses', 'instance_follows', 'instance_followers', 'tag_accounts', 'tag_uses', 'tag_servers'];
  const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  const asked = [
    ...paths.map((path) => [alice, 'GET', path]),
    ...['/api/v2/admin/accounts', '/api/v2/admin/accounts?origin=remote&username=teacher', '/api/v1/admin/reports', '/api/v1/admin/trends/tags',
      '/api/v1/admin/trends/statuses', '/api/v1/admin/trends/links'].map((path) => [chief, 'GET', path]),
    ...measures.map((key) => [chief, 'POST', '/api/v1/admin/measures', { keys: [key], start_at: day(30), end_at: day(0), [key]: { domain: 'district-1.example', id: '1' } }]),
    ...['languages', 'sources', 'servers', 'space_usage', 'software_versions', 'tag_servers', 'tag_languages', 'instance_accounts', 'instance_languages']
      .map((key) => [chief, 'POST', '/api/v1/admin/dimensions', { keys: [key], start_at: day(30), end_at: day(0), limit: 10, [key]: { domain: 'district-1.example', id: '1' } }]),
    [chief, 'POST', '/api/v1/admin/retention', { start_at: day(60), end_at: day(0), frequency: 'month' }],
  ];
  const rows = [];
  for (const [who, method, path, body] of asked) {
    const took = [];
    let status, bytes;
    for (let i = 0; i < 3; i += 1) {
      const start = performance.now();
      const answer = await fetch(url + path, {
        method, headers: { authorization: `Bearer ${who.token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
        body: body && JSON.stringify(body),
      });
      bytes = (await answer.text()).length;
      status = answer.status;
      took.push(performance.now() - start);
    }
    rows.push({ path: `${method} ${path}${body ? ` ${body.keys ?? ''}` : ''}`, status, bytes, least: Math.min(...took), most: Math.max(...took) });
  }
  for (const row of rows.filter(({ status }) => status !== 200)) console.log(`! ${row.status} ${row.path}`);
  console.log('slowest answers (least and most of three):');
  for (const row of rows.sort((a, b) => b.least - a.least).slice(0, 25))
    console.log(`${row.least.toFixed(0).padStart(6)} ${row.most.toFixed(0).padStart(6)} ms ${String(row.bytes).padStart(7)} bytes  ${row.path}`);
}
