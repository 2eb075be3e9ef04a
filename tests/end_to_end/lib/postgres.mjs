// A throwaway PostgreSQL for tests that look at rows, and psql to look with.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
// Not the wrapper in /usr/bin, which is a Perl program and takes longer to start than the query.
const psql = readdirSync('/usr/lib/postgresql').map((version) => `/usr/lib/postgresql/${version}/bin/psql`).filter(existsSync).at(-1) ?? 'psql';
const script = resolve(import.meta.dirname, '../../support/postgres.sh');

export class Postgres {
  static async start() {
    const postgres = new Postgres();
    postgres.folder = await mkdtemp(join(tmpdir(), 'staffroom-pg-'));
    execFileSync(script, ['start', postgres.folder], { stdio: 'ignore' });
    return postgres;
  }

  url(database) {
    return `host=${this.folder} user=staffroom dbname=${database}`;
  }

  async sql(database, text) {
    const { stdout } = await run(psql, ['-h', this.folder, '-U', 'staffroom', '-d', database, '-qAtX', '-v', 'ON_ERROR_STOP=1', '-c', text],
      { maxBuffer: 64 * 1024 * 1024 });
    return stdout.trim();
  }

  /** The rows of a query as objects. */
  async rows(database, query) {
    return JSON.parse(await this.sql(database, `SELECT coalesce(json_agg(q), '[]') FROM (${query}) q`));
  }

  async create(database, template) {
    await this.sql('postgres', `CREATE DATABASE ${database}${template ? ` TEMPLATE ${template}` : ''}`);
  }

  async drop(database) {
    await this.sql('postgres', `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  }

  async stop() {
    execFileSync(script, ['stop', this.folder], { stdio: 'ignore' });
    await rm(this.folder, { recursive: true, force: true });
  }
}
