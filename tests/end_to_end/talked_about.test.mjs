// What takes a while to come about: a link that is talked about, with the picture of its page, and a
// member's year.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { eventually, Instance } from './lib/staffroom.mjs';

const square = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==', 'base64');
let maple, people, page, link;

before(async () => {
  page = createServer((request, response) => {
    if (request.url === '/picture.png') {
      response.setHeader('content-type', 'image/png');
      response.end(square);
      return;
    }
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end('<title>Fractions</title><meta property="og:image" content="/picture.png">'
      + '<meta property="og:image:alt" content="A square">');
  });
  await new Promise((done) => page.listen(0, '127.77.251.1', done));
  link = `http://127.77.251.1:${page.address().port}/fractions`;
  maple = await Instance.start();
  people = [];
  for (const name of ['ada', 'bob', 'cleo']) {
    const member = await maple.member(name);
    await member.call('PATCH', '/api/v1/accounts/update_credentials', { discoverable: true });
    people.push(member);
  }
});
after(async () => {
  await maple?.destroy();
  page?.closeAllConnections();
  page?.close();
});

test('a link that three people post has a card, is talked about once allowed, and has a timeline', async () => {
  const [ada] = people;
  const posts = [];
  for (const member of people) posts.unshift(await member.post('/api/v1/statuses', { status: `read ${link}` }));
  for (const post of posts) {
    await eventually('the card', async () => (await ada.get(`/api/v1/statuses/${post.id}`)).card);
  }
  const { card } = await ada.get(`/api/v1/statuses/${posts[0].id}`);
  assert.equal(card.title, 'Fractions');
  assert.equal(card.image_description, 'A square');
  assert.equal(card.width, 1);
  assert.ok(card.blurhash);
  assert.ok(card.image.startsWith(`${maple.origin}/media/cards/`), 'readers ask their own server alone');
  const picture = await fetch(card.image);
  assert.equal(picture.status, 200);
  assert.equal(picture.headers.get('content-type'), 'image/png');
  assert.equal((await fetch(`${card.image}AA`)).status, 404);

  const timeline = `/api/v1/timelines/link?url=${encodeURIComponent(link)}`;
  await ada.get(timeline, { status: 404 });
  await maple.command('trends', 'on');
  assert.match(await maple.command('trends', 'list'), new RegExp(`undecided\\s+link\\s+\\S+\\s+${link}`));
  assert.deepEqual(await ada.get('/api/v1/trends/links'), []);
  await maple.command('trends', 'allow', 'link', link);
  const [shown] = await ada.get('/api/v1/trends/links');
  assert.equal(shown.url, link);
  assert.equal(shown.image, card.image);
  assert.equal(shown.history[0].accounts, '3');
  assert.deepEqual((await ada.get(timeline)).map((post) => post.id), posts.map((post) => post.id));

  const anonymous = async () => (await fetch(`${maple.url}/api/v1/trends/links`)).json();
  assert.deepEqual(await anonymous(), []);
  await maple.command('trends', 'links-for', 'everybody');
  assert.equal((await anonymous())[0].url, link);
  assert.equal((await fetch(`${maple.url}${timeline}`)).status, 401);
});

test('a member\'s year is made in the background, by an async refresh', async () => {
  const [ada, bob] = people;
  const year = new Date().getUTCFullYear();
  const at = `/api/v1/annual_reports/${year}`;
  assert.equal((await ada.get(`${at}/state`)).state, 'eligible');
  const begun = await fetch(`${maple.url}${at}/generate`, {
    method: 'POST', headers: { authorization: `Bearer ${ada.token}` },
  });
  assert.equal(begun.status, 202);
  const [, id] = begun.headers.get('mastodon-async-refresh').match(/^id="([^"]+)", retry=\d+$/);
  await eventually('the report', async () =>
    (await ada.get(`/api/v1_alpha/async_refreshes/${id}`)).async_refresh.status === 'finished');
  await bob.get(`/api/v1_alpha/async_refreshes/${id}`, { status: 404 });
  assert.equal((await ada.get(`${at}/state`)).state, 'available');
  const { annual_reports: [report] } = await ada.get(at);
  assert.equal(report.year, year);
  assert.equal(report.data.time_series.reduce((sum, month) => sum + month.statuses, 0), 1);
  await bob.get(at, { status: 404 });
  await ada.post(`${at}/read`);
  assert.deepEqual((await ada.get('/api/v1/annual_reports')).annual_reports, []);
});

test('the house\'s own emoji is added, used, and taken away', async () => {
  const [ada] = people;
  const { writeFile, rm } = await import('node:fs/promises');
  const file = `${maple.data}/apple.png`;
  await writeFile(file, square);
  assert.match(await maple.command('emoji', 'add', 'apple', file, '--category', 'Fruit'), /:apple: can be used/);
  await rm(file);
  const [offered] = await (await fetch(`${maple.url}/api/v1/custom_emojis`)).json();
  assert.equal(offered.shortcode, 'apple');
  assert.equal(offered.category, 'Fruit');
  assert.equal((await fetch(offered.url)).headers.get('content-type'), 'image/png');
  const post = await ada.post('/api/v1/statuses', { status: 'an :apple: a day' });
  assert.equal(post.emojis[0].url, offered.url);
  assert.match(await maple.command('emoji', 'list'), /:apple:\s+Fruit/);
  await maple.command('emoji', 'remove', 'apple');
  assert.deepEqual(await (await fetch(`${maple.url}/api/v1/custom_emojis`)).json(), []);
  assert.equal((await fetch(offered.url)).status, 404);
});
