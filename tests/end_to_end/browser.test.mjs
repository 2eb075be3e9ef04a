// A page that is served from another origin, in a real browser: it signs in, reads, posts with a
// picture and sees what comes by the stream. So CORS is as a browser wants it, not as we think.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { after, before, test } from 'node:test';
import { launch } from './lib/axe.mjs';
import { Instance } from './lib/staffroom.mjs';

const here = import.meta.dirname;
const types = { '.html': 'text/html', '.mjs': 'text/javascript', '.js': 'text/javascript' };
let maple, ada, bob, server, origin, browser, page;
const complaints = [];

before(async () => {
  maple = await Instance.start();
  ada = await maple.member('ada');
  bob = await maple.member('bob');
  server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://page');
    if (pathname === '/favicon.ico') return response.writeHead(204).end();
    const path = normalize(pathname === '/' ? '/index.html' : pathname);
    const file = path.startsWith('/modules/') ? join(here, 'node_modules', path.slice(9)) : join(here, 'page', path);
    try {
      const body = await readFile(file);
      response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await launch();
  page = await browser.newPage();
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
  page.on('pageerror', (error) => complaints.push(String(error)));
});
after(async () => {
  await browser?.close();
  server?.close();
  await maple?.destroy();
});

const shot = (name) => process.env.SCREENSHOTS && page.screenshot({ path: join(process.env.SCREENSHOTS, `${name}.png`), fullPage: true });
const seen = (text) => page.locator('#home li', { hasText: text }).first().waitFor({ timeout: 20_000 });

test('a page elsewhere signs a member in', async () => {
  const follow = await ada.post(`/api/v1/accounts/${(await bob.get('/api/v1/accounts/verify_credentials')).id}/follow`);
  assert.equal(follow.following, true);
  await bob.post('/api/v1/statuses', { status: 'was here before' });
  await page.goto(`${origin}/?instance=${encodeURIComponent(maple.origin)}`);
  await page.click('#sign-in');
  await page.waitForURL((url) => url.origin === maple.origin);
  await shot('sign-in');
  await page.fill('#name', 'ada');
  await page.fill('input[type="password"]', ada.password);
  await page.click('main form button');
  await page.waitForURL((url) => url.pathname === '/oauth/authorize');
  await shot('authorise');
  await page.getByRole('button', { name: 'Allow', exact: true }).first().click();
  await page.waitForURL((url) => url.origin === origin);
  await page.locator('#who', { hasText: 'signed in as ada' }).waitFor({ timeout: 20_000 });
  await seen('was here before');
});

test('it posts with a picture', async () => {
  // One red pixel.
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC', 'base64');
  await page.fill('textarea', 'with a picture');
  await page.setInputFiles('input[type="file"]', { name: 'red.png', mimeType: 'image/png', buffer: png });
  await page.click('#compose button');
  await seen('with a picture'); // It comes back by the stream.
  const picture = page.locator('#home li', { hasText: 'with a picture' }).first().locator('img');
  await picture.waitFor();
  await page.waitForFunction((image) => image.complete && image.naturalWidth > 0, await picture.elementHandle());
});

test('what others post comes by the stream', async () => {
  await bob.post('/api/v1/statuses', { status: 'while you watch' });
  await seen('while you watch');
  await shot('client');
  assert.deepEqual(complaints, []);
  assert.equal(await page.textContent('#errors'), '');
});

test('an answer that says no can be read by the page', async () => {
  const answer = await page.evaluate(async (base) => {
    const response = await fetch(`${base}/api/v1/timelines/home`);
    return { status: response.status, body: await response.json() };
  }, maple.origin);
  assert.equal(answer.status, 401);
  assert.ok(answer.body.error);
});
