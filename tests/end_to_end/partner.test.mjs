// A vendor whose server is let in as a partner writes to everybody, through two of its accounts:
// what filter 7 stops, and what a colleague from a neighbouring district still can do.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser, Instance, Member, eventually, twoDistricts } from './lib/staffroom.mjs';

let maple, cedar, vendor, ada, eve, carl, sales, support;

before(async () => {
  ({ maple, cedar } = await twoDistricts());
  vendor = await Instance.start();
  await maple.command('peer', 'add', vendor.authority, '--level', 'partner');
  await vendor.command('peer', 'add', maple.authority, '--level', 'member');
  [ada, eve, carl] = [await maple.member('ada'), await maple.member('eve'), await cedar.member('carl')];
  [sales, support] = [await vendor.member('sales'), await vendor.member('helpline')];
  await ada.follow(sales.handle);
});
after(async () => {
  await maple?.destroy();
  await cedar?.destroy();
  await vendor?.destroy();
});

const told = async (member) => (await member.get('/api/v1/notifications?limit=80'))
  .filter((one) => one.type === 'mention' || one.type === 'follow')
  .map((one) => `${one.type} ${one.account.acct}`);
const home = async () => (await ada.get('/api/v1/timelines/home?limit=40')).map((status) => status.content).join('\n');
/** What the vendor sent before is decided when this has arrived: its posts come in order. */
async function settled() {
  const words = `afterwards ${Math.random()}`;
  await sales.post('/api/v1/statuses', { status: words });
  await eventually('what was sent is decided', async () => (await home()).includes(words));
}
const explained = (id) => eventually('the verdict', async () => {
  const why = await maple.command('explain', id);
  return /by partner/.test(why) && why;
});

test('who follows the vendor reads its page, and is answered', async () => {
  await sales.post('/api/v1/statuses', { status: 'Our new globe' });
  await eventually('the post arrives', async () => (await home()).includes('Our new globe'));
  await sales.post('/api/v1/statuses', { status: `@${ada.handle} thank you for following` });
  await eventually('ada is told', async () => (await told(ada)).includes(`mention ${sales.handle}`));
});

test('strangers are neither written to nor followed', async () => {
  const posted = await sales.post('/api/v1/statuses', { status: `@${eve.handle} @${ada.handle} buy now` });
  await settled();
  assert.deepEqual(await told(eve), []);
  assert.match(await explained(posted.uri), /strip by partner/);
  const direct = await support.post('/api/v1/statuses', { status: `@${eve.handle} psst`, visibility: 'direct' });
  assert.match(await explained(direct.uri), /strip by partner/);
  const [found] = (await sales.get(`/api/v2/search?q=@${eve.handle}&resolve=true&type=accounts`)).accounts;
  await sales.post(`/api/v1/accounts/${found.id}/follow`);
  await eventually('the follow is refused', async () =>
    /reject partner-follow/.test(await maple.command('filter', 'list')));
  assert.deepEqual(await told(eve), []);
});

test('a link that tracks reaches no timeline, the same without does', async () => {
  const posted = await sales.post('/api/v1/statuses', { status: 'Sale https://shop.example/?utm_source=school' });
  await settled();
  assert.ok(!(await home()).includes('utm_source'));
  assert.match(await explained(posted.uri), /limit by partner/);
  await sales.post('/api/v1/statuses', { status: 'Sale https://shop.example/globes' });
  await eventually('the clean link arrives', async () => (await home()).includes('shop.example/globes'));
});

test('a colleague of a neighbouring district is not touched', async () => {
  await carl.post('/api/v1/statuses', { status: `@${eve.handle} see https://maps.example/?utm_source=atlas` });
  await eventually('eve is told', async () => (await told(eve)).includes(`mention ${carl.handle}`));
});

test('whom a member writes to may answer', async () => {
  await eve.get(`/api/v2/search?q=@${support.handle}&resolve=true&type=accounts`);
  await eve.post('/api/v1/statuses', { status: `@${support.handle} my globe is broken`, visibility: 'unlisted' });
  const { status: asked } = await eventually('support reads it', async () =>
    (await support.get('/api/v1/notifications')).find((one) => one.type === 'mention'));
  await support.post('/api/v1/statuses', {
    status: `@${eve.handle} we send another`, in_reply_to_id: asked.id, visibility: 'unlisted',
  });
  await eventually('eve is told', async () => (await told(eve)).includes(`mention ${support.handle}`));
});

test('observed, the filter only counts', async () => {
  await maple.command('filter', 'observe', 'partner');
  await sales.post('/api/v1/statuses', { status: 'Again https://shop.example/?utm_source=observed' });
  await eventually('it arrives', async () => (await home()).includes('utm_source=observed'));
  assert.match(await maple.command('filter', 'list'), /limit partner-tracking \(only counted\)/);
});

// From here on a partner that maple carries, seen from cedar.
let jo, dora;
const stop = async (member, at) => (await member.find(at)).commercial?.stopped === true;

async function speaker(name) {
  const printed = await maple.command('partner', 'person', 'add', 'acme', name, '--display-name', 'Jo Rep');
  const oneTime = printed.match(/one-time password\s+(\S+)/)[1];
  const browser = new Browser(maple);
  await browser.signIn(name, oneTime);
  const password = 'green ladders sing aloud';
  await browser.changePassword(oneTime, password);
  const token = await browser.authorise('read write follow');
  return new Member(maple, { name, password, browser, token });
}

test('a district carries an organisation, and people who speak for it', async () => {
  const until = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  await assert.rejects(maple.command('partner', 'add', 'acme', '--name', 'Acme Books', '--until', 'soon'), /wants a date/);
  await maple.command('partner', 'add', 'acme', '--name', 'Acme Books', '--until', until, '--sponsor', 'ada');
  await assert.rejects(
    maple.command('partner', 'add', 'acme2', '--name', 'ACME Books, Inc.', '--until', until), /could be taken for Acme Books/);
  jo = await speaker('jo');
  dora = await cedar.member('dora');
  const seen = await carl.find(jo.handle);
  assert.equal(seen.display_name, '[Commercial partner] Jo Rep');
  assert.equal(seen.fields[0].name, 'Commercial partner');
  assert.match(seen.fields[0].value, /Acme Books\. No educator/);
  assert.deepEqual(seen.commercial, {
    organisation: `${maple.origin}/users/acme`, name: 'Acme Books', stopped: false,
  });
  const own = await jo.call('PATCH', '/api/v1/accounts/update_credentials', { display_name: 'A teacher' });
  assert.equal(own.display_name, '[Commercial partner] A teacher');
  await assert.rejects(maple.command('attest', 'grant', 'jo', '--kind', 'teacher'), /commercial partner/i);
});

test('it looks for nobody, follows nobody and is not the first to write', async () => {
  for (const path of ['directory', 'suggestions', 'timelines/public', 'timelines/tag/maths', 'accounts/search?q=e',
    'streaming/public']) {
    await assert.rejects(jo.get(`/api/v1/${path}`), /40[13]/, path);
  }
  await assert.rejects(jo.get('/api/v2/search?q=eve'), /403/);
  const { id } = await jo.get('/api/v1/accounts/lookup?acct=eve');
  await assert.rejects(jo.post(`/api/v1/accounts/${id}/follow`), /422.*follow nobody/s);
  const write = (status, more = {}) => jo.post('/api/v1/statuses', { status, ...more });
  await assert.rejects(write('@eve buy'), /422.*wrote to them first/s);
  await assert.rejects(write('@eve psst', { visibility: 'direct' }), /422/);
  await assert.rejects(write('https://acme.example/?utm_source=maple'), /422.*utm_source/s);
  assert.ok(!(await told(eve)).includes('mention jo'));
});

test('who follows it reads its label in every post and notification', async () => {
  await carl.follow(jo.handle);
  await jo.post('/api/v1/statuses', { status: 'A globe for every room' });
  const post = await eventually('the post arrives', async () =>
    (await carl.get('/api/v1/timelines/home')).find((one) => one.content.includes('every room')));
  assert.ok(post.content.startsWith('<p>[Commercial partner: Acme Books]</p>'), post.content);
  await dora.find(jo.handle);
  await dora.post('/api/v1/statuses', { status: `@${jo.handle} is it round?`, visibility: 'unlisted' });
  const { status: asked } = await eventually('jo reads it', async () =>
    (await jo.get('/api/v1/notifications')).find((one) => one.type === 'mention'));
  await jo.post('/api/v1/statuses', { status: `@${dora.handle} yes`, in_reply_to_id: asked.id, visibility: 'unlisted' });
  const answer = await eventually('dora is told', async () =>
    (await dora.get('/api/v1/notifications')).find((one) => one.type === 'mention'));
  assert.match(answer.account.display_name, /^\[Commercial partner\] /);
  assert.match(answer.status.content, /\[Commercial partner: Acme Books\]/);
});

test('three members of two districts stop it, by button and by report', async () => {
  const page = await carl.browser.request(`/@${jo.handle}`);
  const action = page.text.match(/action="([^"]*\/not-wanted)"/)[1];
  const said = await carl.browser.submitTo(`/@${jo.handle}`, action, {});
  assert.equal(said.status, 200, said.text);
  const known = await dora.find(jo.handle);
  await dora.post('/api/v1/reports', { account_id: known.id, category: 'spam' });
  await eventually('maple counts both', async () =>
    /acme .* 2 "not wanted"/.test(await maple.command('partner', 'list')));
  await jo.post('/api/v1/statuses', { status: 'Still here' });
  const ours = await eve.find('jo');
  await eve.post('/api/v1/reports', { account_id: ours.id, category: 'spam' });
  assert.match(await maple.command('partner', 'list'), /acme .*STOPPED/);
  await assert.rejects(jo.post('/api/v1/statuses', { status: 'Hello?' }), /422.*Three members/s);
  await eventually('cedar is told', async () => stop(carl, jo.handle));
  assert.match((await carl.find(jo.handle)).display_name, /^\[Stopped commercial partner\] /);
});

test('the owner lets it write again', async () => {
  await maple.command('partner', 'allow', 'acme', '--reason', 'they apologised');
  await eventually('cedar is told', async () => !(await stop(carl, jo.handle)));
  await jo.post('/api/v1/statuses', { status: 'We are sorry' });
  await eventually('carl reads it', async () =>
    (await carl.get('/api/v1/timelines/home')).some((one) => one.content.includes('We are sorry')));
  await maple.command('partner', 'end', 'acme', '--reason', 'contract ended');
  await assert.rejects(jo.get('/api/v1/accounts/verify_credentials'), /401/);
});
