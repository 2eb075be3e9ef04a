// Media in an S3-compatible store: a small one, which verifies every signature.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { eventually, Instance } from './lib/staffroom.mjs';

const run = promisify(execFile);
const key = { id: 'KEYID', secret: 'a secret of tests', region: 'eu-test-1' };
const sha256 = (data) => createHash('sha256').update(data).digest('hex');
const hmac = (secret, text) => createHmac('sha256', secret).update(text).digest();

/** As the documentation says, from what arrived alone. */
function signatureOf(request, body) {
  const [path, query = ''] = request.url.split('?');
  const headers = request.headers;
  const [, credential, names] = headers.authorization.match(/Credential=([^,]+),SignedHeaders=([^,]+),/);
  const [, day, region] = credential.split('/');
  assert.equal(headers['x-amz-content-sha256'], sha256(body));
  const lines = names.split(';').map((name) => `${name}:${headers[name]}\n`).join('');
  const canonical = [request.method, path, query, lines, names, sha256(body)].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  let signing = `AWS4${key.secret}`;
  for (const part of [day, region, 's3', 'aws4_request']) signing = hmac(signing, part);
  return createHmac('sha256', signing).update(text).digest('hex');
}

class Store {
  objects = new Map();
  uploads = new Map();
  refused = 0;
  isAway = false;

  async start() {
    this.server = createServer((request, response) => this.answer(request, response));
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    this.port = this.server.address().port;
  }

  async answer(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const say = (status, text = '', headers = {}) => response.writeHead(status, headers).end(text);
    if (this.isAway) return say(503);
    if (!request.headers.authorization?.endsWith(`Signature=${signatureOf(request, body)}`)) {
      this.refused += 1;
      return say(403);
    }
    const url = new URL(request.url, 'http://s3');
    const name = url.pathname;
    if (!name.startsWith('/school/')) return say(404);
    const upload = url.searchParams.get('uploadId');
    if (request.method === 'POST' && url.searchParams.has('uploads')) {
      this.uploads.set('up/load+1', []);
      return say(200, '<InitiateMultipartUploadResult><UploadId>up/load+1</UploadId></InitiateMultipartUploadResult>');
    }
    if (request.method === 'PUT' && upload) {
      assert.ok(body.length <= 8 * 1024 * 1024);
      this.uploads.get(upload)[url.searchParams.get('partNumber') - 1] = body;
      return say(200, '', { etag: `"${sha256(body)}"` });
    }
    if (request.method === 'POST' && upload) {
      const tags = [...body.toString().matchAll(/<ETag>&quot;([0-9a-f]+)&quot;<\/ETag>/g)].map(([, tag]) => tag);
      assert.deepEqual(tags, this.uploads.get(upload).map(sha256));
      this.objects.set(name, Buffer.concat(this.uploads.get(upload)));
      return say(200, '<CompleteMultipartUploadResult/>');
    }
    if (request.method === 'PUT') return this.objects.set(name, body), say(200);
    if (request.method === 'DELETE') return this.objects.delete(name), say(204);
    const object = this.objects.get(name);
    if (!object) return say(404);
    const [, first, last] = request.headers.range.match(/bytes=(\d+)-(\d+)/);
    if (Number(first) >= object.length) return say(416);
    return say(206, object.subarray(Number(first), Number(last) + 1));
  }
}

let folder, store, maple, ada;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'staffroom-s3-e2e-'));
  store = new Store();
  await store.start();
  maple = await Instance.start({
    settings: [
      'media.s3_endpoint=https://s3.example', 'media.s3_bucket=school', `media.s3_region=${key.region}`,
      `testing.hosts=s3.example=127.0.0.1:${store.port}`,
    ],
    environment: { STAFFROOM_MEDIA_S3_ACCESS_KEY: key.id, STAFFROOM_MEDIA_S3_SECRET_KEY: key.secret },
  });
  ada = await maple.member('ada');
});

after(async () => {
  await maple?.destroy();
  store.server.close();
  await rm(folder, { recursive: true, force: true });
});

async function upload(path) {
  const body = new FormData();
  body.append('file', new Blob([await readFile(path)], { type: 'image/png' }), 'x.png');
  const response = await fetch(`${maple.url}/api/v2/media`, {
    method: 'POST', body, headers: { authorization: `Bearer ${ada.token}` },
  });
  return { status: response.status, body: await response.json() };
}

test('files go to the store, come back from it, and leave it', async () => {
  const picture = join(folder, 'a.png');
  await run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc=size=320x240', '-frames:v', '1', picture]);
  const up = await upload(picture);
  assert.equal(up.status, 200, JSON.stringify(up.body));
  assert.equal(store.refused, 0);
  assert.equal(store.objects.size, 2, 'the picture and its small one');
  const bytes = Buffer.from(await (await fetch(up.body.url)).arrayBuffer());
  assert.ok([...store.objects.values()].some((object) => object.equals(bytes)));

  // Another machine, or this one without its copies.
  await rm(join(maple.data, 'media-copies'), { recursive: true });
  const again = Buffer.from(await (await fetch(up.body.url)).arrayBuffer());
  assert.ok(again.equals(bytes));

  await ada.call('DELETE', `/api/v1/media/${up.body.id}`);
  assert.equal((await fetch(up.body.url)).status, 404);
});

test('a long file is sent and read in pieces', async () => {
  const picture = join(folder, 'noise.png');
  // Noise does not compress: more than one piece.
  await run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i',
    'nullsrc=size=2600x1500,geq=random(1)*255:random(2)*255:random(3)*255', '-frames:v', '1', picture]);
  const up = await upload(picture);
  assert.equal(up.status, 200, JSON.stringify(up.body));
  assert.equal(store.uploads.size, 1);
  await rm(join(maple.data, 'media-copies'), { recursive: true });
  const bytes = Buffer.from(await (await fetch(up.body.url)).arrayBuffer());
  assert.ok(bytes.length > 8 * 1024 * 1024);
  assert.ok([...store.objects.values()].some((object) => object.equals(bytes)));
});

test('while the store is away nothing is taken, and all is well when it is back', async () => {
  store.isAway = true;
  const up = await upload(join(folder, 'a.png'));
  assert.equal(up.status, 503);
  store.isAway = false;
  await eventually('the store is used again', async () => (await upload(join(folder, 'a.png'))).status === 200);
});
