// Every document of ../data/fixtures, sent signed to a live instance or served to its fetcher.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { play } from './fixtures.mjs';

test('every fixture has the effect that its index says', async () => {
  const { passed, failed } = await play(join(import.meta.dirname, '../data/fixtures'));
  assert.deepEqual(failed, []);
  assert.equal(passed, 169);
});
