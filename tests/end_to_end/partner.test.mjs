// A vendor whose server is let in as a partner writes to everybody, through two of its accounts:
// what filter 7 stops, and what a colleague from a neighbouring district still can do.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Instance, eventually, twoDistricts } from './lib/staffroom.mjs';

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
