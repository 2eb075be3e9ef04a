// A backup of a running instance, restored into an empty one: posts, passwords and keys are there.
import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Browser, Instance } from './lib/staffroom.mjs';

const started = [];
after(async () => {
  for (const instance of started) await instance.destroy();
});

test('what was backed up is there again after a restore, keys included', async () => {
  const first = await Instance.start();
  started.push(first);
  const ada = await first.member('ada');
  await ada.post('/api/v1/statuses', { status: 'Before the flood' });
  const key = async (instance) => {
    const actor = await fetch(`${instance.url}/actor`, { headers: { accept: 'application/activity+json' } });
    return (await actor.json()).publicKey.publicKeyPem;
  };
  const before = await key(first);
  const file = join(first.data, '..', `staffroom-backup-${process.pid}.tar`);
  await first.command('backup', file);
  assert.equal((await stat(file)).mode & 0o077, 0, 'others can read the backup');
  await first.stop();

  // The same name on an empty machine.
  const second = await Instance.start({ host: first.host, port: first.port });
  started.push(second);
  await second.stop();
  await assert.rejects(second.command('restore', '/dev/null'), /no backup|reading/);
  assert.match(await second.command('restore', file, '--replace'), /restored/);
  await second.launch();
  assert.equal(await key(second), before);
  const browser = new Browser(second);
  await browser.signIn('ada', ada.password);
  ada.instance = second;
  const [status] = await ada.get('/api/v1/timelines/home');
  assert.match(status.content, /Before the flood/);

  // Over what people wrote since, only with --replace; never under a running server.
  await assert.rejects(second.command('restore', file, '--replace'), /stop the server/);
  await second.stop();
  await assert.rejects(second.command('restore', file), /--replace/);
});
