// Debian's package python3-mastodon takes its own tour, mastodon_py.py.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { Instance } from './lib/staffroom.mjs';

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC', 'base64');
let maple;

before(async () => (maple = await Instance.start()));
after(() => maple?.destroy());

test('python3-mastodon takes its tour', async () => {
  const [ada, bob] = [await maple.member('ada'), await maple.member('bob')];
  const picture = join(maple.data, 'red.png');
  await writeFile(picture, png);
  const { stdout } = await promisify(execFile)('/usr/bin/python3',
    [join(import.meta.dirname, 'mastodon_py.py'), maple.origin, ada.token, bob.token, picture],
    { env: { ...process.env, NO_PROXY: '*' }, timeout: 120_000 })
    .catch((error) => assert.fail(`${error.stdout}\n${error.stderr}`));
  assert.match(stdout, /stream\n$/);
});
