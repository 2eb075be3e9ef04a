// `staffroom doctor` beside a real instance. What it says of each broken thing is tested in
// tests/app/doctor_test.cpp; here: what it finds out by itself.
import assert from 'node:assert/strict';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { freePort, Instance } from './lib/staffroom.mjs';

let instance;

before(async () => {
  const port = await freePort();
  // Reached under a real name: the test switch maps it to our own port.
  instance = await Instance.start({
    host: '127.0.0.1', port, origin: 'https://maple.example', settings: [`testing.hosts=maple.example=127.0.0.1:${port}`],
  });
});
after(() => instance?.destroy());

/** The lines by what they are about, and the exit code. */
async function doctor() {
  const { stdout, code } = await instance.command('doctor').then(
    (text) => ({ stdout: text, code: 0 }),
    (error) => ({ stdout: error.stdout, code: error.code }),
  );
  const lines = [...stdout.matchAll(/^(ok|warning|failed) +(DNS|TLS|WebFinger|media host|[a-z]+) +(.*)$/gm)];
  return { code, stdout, found: Object.fromEntries(lines.map(([, health, subject, meaning]) => [subject, { health, meaning }])) };
}

test('a healthy instance passes', async () => {
  const { code, stdout, found } = await doctor();
  assert.equal(code, 0, stdout);
  for (const subject of ['database', 'DNS', 'TLS', 'WebFinger', 'permissions']) {
    assert.equal(found[subject]?.health, 'ok', stdout);
  }
  assert.match(found.database.meaning, /PostgreSQL \d+/);
  assert.match(found.WebFinger.meaning, /@maple.example@maple.example leads to https:\/\/maple.example\/actor/);
  assert.equal(found['media host'].health, 'warning');
});

test('an open data directory fails, and the exit code says so', async () => {
  await chmod(instance.data, 0o777);
  const { code, found, stdout } = await doctor();
  await chmod(instance.data, 0o711);
  assert.equal(code, 1);
  assert.equal(found.permissions.health, 'failed');
  assert.match(stdout, new RegExp(`-> chmod 0755 ${instance.data}`));
});

test('without its server, the name does not answer, and the database is looked at all the same', async () => {
  await instance.stop();
  const { code, found, stdout } = await doctor();
  assert.equal(code, 1);
  assert.equal(found.TLS.health, 'failed', stdout);
  assert.equal(found.WebFinger.health, 'failed');
  assert.equal(found.database.health, 'ok');
});

test('looking makes no database where there is none', async () => {
  const { data } = instance;
  instance.data = join(data, 'nothing');
  const { found } = await doctor();
  instance.data = data;
  assert.equal(found.database.health, 'failed');
  assert.match(found.database.meaning, /none yet/);
});
