// The record of two districts: each keeps checkpoints of the other's audit log, and `audit verify`
// finds what somebody changed who owns the database.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { eventually, Instance } from './lib/staffroom.mjs';

let maple, cedar;

/** As somebody who owns the database. */
async function sql(instance, statements) {
  const pid = await readFile(join(instance.data, 'postgres/postmaster.pid'), 'utf8');
  await promisify(execFile)('psql', ['-h', pid.split('\n')[4], '-U', 'staffroom', '-d', 'staffroom', '-qc', statements]);
}

before(async () => {
  [maple, cedar] = await Promise.all([Instance.start(), Instance.start()]);
  await maple.command('peer', 'add', cedar.authority, '--level', 'member');
  await cedar.command('peer', 'add', maple.authority, '--level', 'member');
});
after(() => Promise.all([maple?.destroy(), cedar?.destroy()]));

test('a checkpoint of the log is kept by the other district, and finds a log that was made anew', async () => {
  // They know each other's server actors after the first signed requests.
  const ada = await maple.member('ada');
  const sue = await cedar.member('sue');
  const [found] = (await ada.get(`/api/v2/search?resolve=true&q=${encodeURIComponent(`@sue@${cedar.authority}`)}`)).accounts;
  const [back] = (await sue.get(`/api/v2/search?resolve=true&q=${encodeURIComponent(`@ada@${maple.authority}`)}`)).accounts;
  assert.ok(found && back);
  await maple.command('account', 'suspend', 'ada');

  const signed = await maple.command('audit', 'checkpoint');
  const document = signed.split('\n').find((line) => line.startsWith('{'));
  assert.match(signed, /1 servers get it to keep/);
  const kept = await eventually('cedar keeps it', async () => {
    const text = await cedar.command('audit', 'checkpoints', '--of', maple.authority);
    return text.trim() || undefined;
  });
  assert.deepEqual(JSON.parse(kept.split('\n')[0]), JSON.parse(document));
  const file = join(maple.data, 'kept.json');
  await writeFile(file, kept.split('\n')[0]);

  assert.match(await maple.command('audit', 'verify', '--checkpoint', file), /each as it was written; 2 checkpoints agree/);
  assert.match(await maple.command('audit', 'list', '--act', 'account.*'), /account\.suspend/);

  // One line changed.
  await sql(maple, "ALTER TABLE audit_log DISABLE TRIGGER audit_log_kept; UPDATE audit_log SET subject = 'nobody' WHERE act = 'account.suspend'");
  await assert.rejects(maple.command('audit', 'verify'), /is not what was written/);

  // The chain made anew over it, and our own checkpoints removed: only the other district's knows.
  await sql(maple, 'UPDATE audit_log SET line = NULL, hash = NULL; DELETE FROM audit_checkpoints');
  await eventually('chained again', async () => /^\s*\d+ /.test(await maple.command('audit', 'list', '--limit', '1')), 40_000);
  assert.match(await maple.command('audit', 'verify'), /each as it was written/);
  await maple.command('audit', 'export', join(maple.data, 'log.jsonl'));
  await assert.rejects(maple.command('audit', 'verify', '--checkpoint', file), /written anew|was removed/);

  // Somebody else's document is no checkpoint of ours.
  await writeFile(file, JSON.stringify({ ...JSON.parse(document), auditLine: 1 }));
  await assert.rejects(maple.command('audit', 'verify', '--checkpoint', file), /not signed by a key of this server/);
});
