// Files through real servers: uploaded, processed in the box, posted, federated, copied, backed up.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { eventually, Instance } from './lib/staffroom.mjs';

const run = promisify(execFile);
const started = [];
let folder, maple, cedar, ada, rex;

const ffmpeg = (...args) => run('ffmpeg', ['-v', 'error', '-y', ...args]);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'staffroom-media-e2e-'));
  const at = (name) => join(folder, name);
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc=size=640x480', '-frames:v', '1', at('a.png'));
  await ffmpeg('-i', at('a.png'), '-metadata', 'comment=a secret', at('a.jpg'));
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=10:duration=1', at('a.gif'));
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=25:duration=2', '-f', 'lavfi', '-i', 'sine=duration=2',
    '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-metadata', 'location=+51.5+007.0/', at('a.mp4'));
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc=size=96x64:rate=5:duration=75', '-f', 'lavfi', '-i', 'sine=duration=75',
    '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac', at('long.mp4'));
  await ffmpeg('-i', at('a.mp4'), '-c:v', 'libvpx', '-c:a', 'libopus', at('a.webm'));
  await ffmpeg('-i', at('a.mp4'), '-vn', '-metadata', 'title=a secret', at('a.mp3'));
  maple = await Instance.start();
  cedar = await Instance.start();
  started.push(maple, cedar);
  await maple.command('peer', 'add', cedar.authority, '--level', 'member');
  await cedar.command('peer', 'add', maple.authority, '--level', 'member');
  ada = await maple.member('ada');
  rex = await cedar.member('rex');
});

after(async () => {
  for (const instance of started) await instance.destroy();
  await rm(folder, { recursive: true, force: true });
});

async function send(member, method, path, fields) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value instanceof Blob) body.append(name, value, 'pupils of class 5.svg');
    else body.append(name, value);
  }
  const response = await fetch(member.instance.url + path, {
    method, body, headers: { authorization: `Bearer ${member.token}` },
  });
  return { status: response.status, body: await response.json() };
}

const file = async (name, type = 'application/octet-stream') => new Blob([await readFile(join(folder, name))], { type });

async function ready(member, id) {
  return eventually(`media ${id} is ready`, async () => {
    const response = await fetch(`${member.instance.url}/api/v1/media/${id}`, { headers: { authorization: `Bearer ${member.token}` } });
    assert.notEqual(response.status, 422, await response.clone().text());
    return response.status === 200 && response.json();
  }, 60_000);
}

test('a picture is taken, shown in two sizes, and loses its metadata', async () => {
  const up = await send(ada, 'POST', '/api/v2/media', {
    file: await file('a.jpg', 'image/jpeg'), description: 'Colour bars', focus: '0.5,-0.25',
  });
  assert.equal(up.status, 200);
  assert.equal(up.body.type, 'image');
  assert.equal(up.body.meta.original.size, '640x480');
  assert.equal(up.body.meta.focus.y, -0.25);
  const seen = await fetch(up.body.url);
  assert.equal(seen.status, 200);
  assert.equal(seen.headers.get('content-type'), 'image/jpeg');
  assert.equal(seen.headers.get('x-content-type-options'), 'nosniff');
  assert.match(seen.headers.get('content-security-policy'), /sandbox/);
  const bytes = Buffer.from(await seen.arrayBuffer());
  assert.ok(!bytes.includes('a secret'));
  assert.equal((await fetch(up.body.preview_url)).status, 200);
  // Not by its id alone.
  assert.equal((await fetch(up.body.url.replace(/\/[0-9a-f]{32}\//, `/${'0'.repeat(32)}/`))).status, 404);
  // Nobody else's hands on it.
  const mary = await maple.member('mary');
  for (const [method, body] of [['GET'], ['PUT', 'description=x'], ['DELETE']]) {
    const answer = await fetch(`${maple.url}/api/v1/media/${up.body.id}`, {
      method, body, headers: { authorization: `Bearer ${mary.token}`, ...(body ? { 'content-type': 'application/x-www-form-urlencoded' } : {}) },
    });
    assert.equal(answer.status, 404, `P13 ${method}`);
  }
});

test('a film of more than a minute is taken whole', async () => {
  const up = await send(ada, 'POST', '/api/v2/media', { file: await file('long.mp4', 'video/mp4') });
  assert.equal(up.status, 202);
  assert.equal(up.body.url, null);
  const film = await ready(ada, up.body.id);
  assert.equal(film.type, 'video');
  assert.ok(film.meta.original.duration > 74 && film.meta.original.duration < 76, film.meta.original.duration);
});

/** A camera's picture: lying on its side, and telling where it was taken. */
function withExif(jpeg) {
  const place = Buffer.from('N 51.4818 E 7.2162, class 5b\0');
  const tiff = Buffer.alloc(8 + 2 + 2 * 12 + 4);
  tiff.write('II*\0', 0, 'latin1');
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(2, 8);
  const entry = (at, tag, type, count, value) => {
    tiff.writeUInt16LE(tag, at);
    tiff.writeUInt16LE(type, at + 2);
    tiff.writeUInt32LE(count, at + 4);
    tiff.writeUInt32LE(value, at + 8);
  };
  entry(10, 0x010e, 2, place.length, tiff.length);
  entry(22, 0x0112, 3, 1, 6);
  const data = Buffer.concat([Buffer.from('Exif\0\0'), tiff, place]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, data, jpeg.subarray(2)]);
}

test('H09: a camera\'s picture stands upright and does not tell where it was taken', async () => {
  const camera = withExif(await readFile(join(folder, 'a.jpg')));
  assert.ok(camera.includes('51.4818'), 'the honest twin has it');
  const up = await send(ada, 'POST', '/api/v2/media', { file: new Blob([camera], { type: 'image/jpeg' }) });
  assert.equal(up.status, 200, JSON.stringify(up.body));
  assert.equal(up.body.meta.original.size, '480x640', 'turned as its EXIF says');
  for (const url of [up.body.url, up.body.preview_url]) {
    const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
    assert.ok(!bytes.includes('51.4818') && !bytes.includes('Exif'), url);
  }
});

test('H06: what is hidden behind a picture does not come out again', async () => {
  const polyglot = Buffer.concat([await readFile(join(folder, 'a.png')), Buffer.from('<script>alert("polyglot")</script>')]);
  const up = await send(ada, 'POST', '/api/v2/media', { file: new Blob([polyglot], { type: 'text/html' }) });
  const media = up.status === 200 ? up.body : await ready(ada, up.body.id);
  const seen = await fetch(media.url);
  assert.equal(seen.headers.get('content-type'), 'image/png');
  assert.ok(!Buffer.from(await seen.arrayBuffer()).includes('polyglot'));
});

test('films and sound are processed by a job, asked for by range, and lose their metadata', async () => {
  for (const [name, type, served] of [['a.mp4', 'video', 'video/mp4'], ['a.webm', 'video', 'video/mp4'],
    ['a.gif', 'gifv', 'video/mp4'], ['a.mp3', 'audio', 'audio/mpeg']]) {
    const up = await send(ada, 'POST', '/api/v2/media', { file: await file(name) });
    assert.equal(up.status, 202, name);
    assert.equal(up.body.url, null);
    const early = await send(ada, 'POST', '/api/v1/statuses', { status: 'too early', 'media_ids[]': up.body.id });
    assert.ok([200, 422].includes(early.status));
    const media = await ready(ada, up.body.id);
    assert.equal(media.type, type, name);
    assert.ok(media.meta.original.duration > 0.9, name);
    const part = await fetch(media.url, { headers: { range: 'bytes=0-99' } });
    assert.equal(part.status, 206);
    assert.equal(part.headers.get('content-type'), served);
    assert.equal((await part.arrayBuffer()).byteLength, 100);
    const whole = Buffer.from(await (await fetch(media.url)).arrayBuffer());
    assert.ok(!whole.includes('+51.5') && !whole.includes('a secret'), `${name} keeps what it should not`);
    if (type !== 'audio') assert.match((await fetch(media.preview_url)).headers.get('content-type'), /^image\//);
  }
});

test('H06: what is no picture is refused in words, whatever it is called', async () => {
  for (const [bytes, word] of [
    ['<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', /SVG/],
    ['<!doctype html><script>alert(1)</script>', /HTML/],
    ['%PDF-1.7', /PDF/],
    ['#EXTM3U\nfile:///etc/passwd', /not what we take/],
  ]) {
    const up = await send(ada, 'POST', '/api/v1/media', { file: new Blob([bytes], { type: 'image/png' }) });
    assert.equal(up.status, 422);
    assert.match(up.body.error, word);
  }
});

test('H10: attachments travel, and the other side serves its own copy until the post is gone', async () => {
  const known = await rex.follow(`@${ada.handle}`);
  const up = await send(ada, 'POST', '/api/v2/media', { file: await file('a.png', 'image/png'), description: 'Bars' });
  const avatar = await send(ada, 'PATCH', '/api/v1/accounts/update_credentials', {
    avatar: await file('a.jpg', 'image/jpeg'), avatar_description: 'Me', header: await file('a.png', 'image/png'),
  });
  assert.equal(avatar.status, 200, JSON.stringify(avatar.body));
  assert.equal(avatar.body.avatar_description, 'Me');
  assert.equal((await fetch(avatar.body.avatar)).headers.get('content-type'), 'image/jpeg');
  const posted = await ada.post('/api/v1/statuses', { status: 'With a picture', media_ids: [up.body.id] });
  assert.equal(posted.media_attachments[0].description, 'Bars');

  const seen = await eventually('the post arrives', async () =>
    (await rex.get('/api/v1/timelines/home')).find((status) => status.uri === posted.uri));
  const [copy] = seen.media_attachments;
  assert.equal(copy.description, 'Bars');
  assert.equal(copy.blurhash, up.body.blurhash);
  assert.equal(copy.remote_url, up.body.url);
  assert.ok(copy.url.startsWith(cedar.origin), 'readers load from their own server alone');
  for (const url of [copy.url, copy.preview_url]) {
    const response = await fetch(url);
    assert.equal(response.status, 200, url);
    assert.equal(response.headers.get('content-type'), 'image/png');
  }
  const account = await eventually('the new avatar arrives', async () => {
    const now = await rex.get(`/api/v1/accounts/${known.id}`);
    return now.avatar.startsWith(`${cedar.origin}/media/accounts/`) && now;
  });
  for (const url of [account.avatar, account.header]) assert.equal((await fetch(url)).status, 200, url);
  const actor = await (await fetch(`${maple.url}/users/ada`, { headers: { accept: 'application/activity+json' } })).json();
  assert.ok(actor.icon === undefined || actor.icon.type === 'Image');

  await ada.call('DELETE', `/api/v1/statuses/${posted.id}`);
  await eventually('the URL died with the post', async () => (await fetch(up.body.url)).status === 404);
  await eventually('so did the copy', async () => (await fetch(copy.url)).status === 404);
});

test('a film travels with its first frame', async () => {
  const up = await send(ada, 'POST', '/api/v2/media', { file: await file('a.mp4', 'video/mp4'), description: 'Bars and a tone' });
  const film = await ready(ada, up.body.id);
  const posted = await ada.post('/api/v1/statuses', { status: 'With a film', media_ids: [film.id] });
  const seen = await eventually('the post arrives', async () =>
    (await rex.get('/api/v1/timelines/home')).find((status) => status.uri === posted.uri));
  const [copy] = seen.media_attachments;
  assert.equal(copy.type, 'video');
  assert.equal(copy.meta.original.duration, film.meta.original.duration);
  const frame = await fetch(copy.preview_url);
  assert.equal(frame.status, 200);
  assert.equal(frame.headers.get('content-type'), 'image/jpeg');
  const part = await fetch(copy.url, { headers: { range: 'bytes=-100' } });
  assert.equal(part.status, 206);
  assert.equal(part.headers.get('content-type'), 'video/mp4');
  assert.equal((await part.arrayBuffer()).byteLength, 100);
});

/** The most memory that the server ever had, in MiB. */
async function peak(instance) {
  const status = await readFile(`/proc/${instance.process.pid}/status`, 'utf8');
  return Number(status.match(/VmHWM:\s+(\d+) kB/)[1]) / 1024;
}

test('a long body goes to disk, and a stranger\'s nowhere', async () => {
  const noise = Buffer.alloc(60 * 1024 * 1024, 'x');
  const before = await peak(maple);
  const up = await send(ada, 'POST', '/api/v2/media', { file: new Blob([noise]) });
  assert.equal(up.status, 202, JSON.stringify(up.body));
  assert.ok((await peak(maple)) - before < 24, 'it was in memory');
  await eventually('it is refused', async () => (await fetch(`${maple.url}/api/v1/media/${up.body.id}`, {
    headers: { authorization: `Bearer ${ada.token}` },
  })).status === 422);
  const without = await fetch(`${maple.url}/api/v2/media`, { method: 'POST', body: noise.subarray(0, 2_000_000) });
  assert.equal(without.status, 413, 'strangers have no such room');
  await eventually('nothing is left of either', async () => (await readdir(join(maple.data, 'media-work'))).length === 0);
});

test('an upload survives kill -9 while it is being processed', async () => {
  const up = await send(ada, 'POST', '/api/v2/media', { file: await file('a.webm') });
  assert.equal(up.status, 202);
  await maple.kill();
  await maple.launch();
  const media = await ready(ada, up.body.id);
  assert.equal(media.type, 'video');
});

test('media are in the backup', async () => {
  const up = await send(ada, 'POST', '/api/v2/media', { file: await file('a.png', 'image/png') });
  const archive = join(folder, 'backup.tar');
  await maple.command('backup', archive);
  await maple.stop();
  await rm(join(maple.data, 'media'), { recursive: true });
  await maple.command('restore', archive, '--replace');
  await maple.launch();
  assert.equal((await fetch(up.body.url)).status, 200);
  assert.equal((await stat(join(maple.data, 'media'))).mode & 0o077, 0);
});

// A08: what is uploaded is under another name than ids, and under that name is nothing else.
test('A08: the media\'s own name answers for media alone', async () => {
  const instance = await Instance.start({ settings: ['server.media_host=media.example'] });
  started.push(instance);
  const eve = await instance.member('eve');
  const up = await send(eve, 'POST', '/api/v2/media', { file: await file('a.png', 'image/png') });
  assert.ok(up.body.url.startsWith('http://media.example/media/'));
  const get = (path, headers) => new Promise((done, fail) => {
    request(new URL(path, instance.url), { headers: { host: 'media.example', ...headers } }, (answer) => {
      answer.resume();
      done(answer);
    }).on('error', fail).end();
  });
  const seen = await get(new URL(up.body.url).pathname, { accept: 'application/activity+json' });
  assert.equal(seen.statusCode, 200);
  assert.equal(seen.headers['content-type'], 'image/png');
  for (const path of ['/', '/api/v2/instance', '/users/eve', '/sign-in', '/.well-known/webfinger?resource=acct:eve'])
    assert.equal((await get(path)).statusCode, 404, path);
});
