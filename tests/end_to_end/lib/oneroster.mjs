// A OneRoster REST service (1.1 or 1.2) over real HTTP, with the people of a sample package. Tokens
// by client credentials, pages of at most ten rows, filters by role, only the fields asked for.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';

let nextHost = 1;

/** RFC 4180, without line breaks in fields: objects by the header's names. */
function rows(text) {
  const [header, ...lines] = text.replace(/^\uFEFF/, '').split(/\r?\n/).filter((line) => line !== '').map((line) =>
    [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain));
  return lines.map((cells) => Object.fromEntries(header.map((name, at) => [name, cells[at] ?? ''])));
}

const reference = (sourcedId, type) => ({ href: `http://sis.example/${type}s/${sourcedId}`, sourcedId, type });
const only = (object, names) => Object.fromEntries(names.filter((name) => object[name]).map((name) => [name, object[name]]));
const active = (row) => ({ status: row.status || 'active', dateLastModified: '2026-09-01T00:00:00.000Z' });

export class RosterService {
  /** Every request that came: {path, query}. */
  requests = [];
  /** Asked first, for every request but for tokens: (request, response, query) => true when it answered. */
  meddle = () => false;
  /** Looks at every list on its way out: (list, query, headers) => list. */
  bend = (list) => list;
  tokens = new Set();
  /** On one page, whatever is asked for. */
  mostRows = 10;

  static async start(folder, version) {
    const service = new RosterService();
    service.version = version;
    await service.load(folder);
    service.server = createServer((request, response) => service.#answer(request, response));
    const host = `127.77.251.${nextHost++}`;
    await new Promise((done, fail) => service.server.listen(0, host, done).on('error', fail));
    service.origin = `http://${host}:${service.server.address().port}`;
    service.base = `${service.origin}/ims/oneroster/${version === '1.1' ? 'v1p1' : 'rostering/v1p2'}`;
    return service;
  }

  get settings() {
    return [`roster.rest_url=${this.base}`, `roster.rest_version=${this.version}`, `roster.rest_token_url=${this.origin}/token`,
      'roster.rest_client_id=staffroom', 'roster.rest_hours=0'];
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  async load(folder) {
    const read = async (name) => rows(await readFile(join(folder, `${name}.csv`), 'utf8'));
    this.orgs = (await read('orgs')).map((row) => ({
      ...only(row, ['sourcedId', 'name', 'type', 'identifier']), ...active(row),
      ...(row.parentSourcedId ? { parent: reference(row.parentSourcedId, 'org') } : {}),
    }));
    const roles = new Map();
    for (const role of this.version === '1.1' ? [] : await read('roles')) {
      if (role.status === 'tobedeleted') continue;
      if (!roles.has(role.userSourcedId)) roles.set(role.userSourcedId, []);
      roles.get(role.userSourcedId).push(role);
    }
    this.users = (await read('users')).map((row) => ({
      ...only(row, ['sourcedId', 'username', 'givenName', 'familyName', 'middleName', 'identifier', 'email', 'phone']), ...active(row),
      enabledUser: row.enabledUser, grades: row.grades ? row.grades.split(',') : [], agents: [],
      ...(this.version === '1.1'
        ? { role: row.role, orgs: row.orgSourcedIds.split(',').filter(Boolean).map((id) => reference(id, 'org')) }
        : {
            ...(row.preferredGivenName ? { preferredFirstName: row.preferredGivenName } : {}),
            ...(row.preferredFamilyName ? { preferredLastName: row.preferredFamilyName } : {}),
            roles: (roles.get(row.sourcedId) ?? []).map((role) => ({
              ...only(role, ['roleType', 'role', 'beginDate', 'endDate']), org: reference(role.orgSourcedId, 'org'),
            })),
          }),
    }));
  }

  #rolesOf(user) {
    return this.version === '1.1' ? [user.role] : user.roles.map(({ role }) => role);
  }

  #select(path, filter) {
    if (path === '/orgs') return this.orgs;
    if (path === '/teachers') return this.users.filter((user) => this.#rolesOf(user).includes('teacher'));
    if (path !== '/users') return undefined;
    if (!filter) return this.users;
    const [, property, role] = filter.match(/^(role|roles\.role)='(\w+)'$/);
    if ((property === 'role') !== (this.version === '1.1')) throw new Error(`no such property: ${property}`);
    return this.users.filter((user) => this.#rolesOf(user).includes(role));
  }

  async #answer(request, response) {
    const send = (status, body, headers = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    try {
      const url = new URL(request.url, this.origin);
      if (url.pathname === '/token') {
        const chunks = [];
        for await (const chunk of request) chunks.push(chunk);
        const body = new URLSearchParams(Buffer.concat(chunks).toString());
        this.requests.push({ path: 'token', query: body });
        const basic = Buffer.from(request.headers.authorization?.replace(/^Basic /, '') ?? '', 'base64').toString();
        if (request.method !== 'POST' || basic !== 'staffroom:a%20secret') return send(401, { error: 'invalid_client' });
        const token = randomBytes(16).toString('base64url');
        this.tokens.add(token);
        return send(200, { access_token: token, token_type: 'bearer', expires_in: 3600, scope: body.get('scope') });
      }
      const path = url.pathname.replace(new URL(this.base).pathname, '');
      const query = url.searchParams;
      this.requests.push({ path, query });
      if (!this.tokens.has(request.headers.authorization?.replace(/^Bearer /, ''))) return send(401, { imsx_codeMajor: 'failure' });
      if (await this.meddle({ path, query }, response, send)) return undefined;
      const all = this.#select(path, query.get('filter'));
      if (!all) return send(404, { imsx_codeMajor: 'failure' });
      const offset = Number(query.get('offset'));
      const end = Math.min(all.length, offset + Math.min(this.mostRows, Number(query.get('limit'))));
      const fields = query.get('fields').split(',');
      const headers = { 'x-total-count': all.length };
      if (end < all.length) headers.link = `<${this.base}${path}?limit=${this.mostRows}&offset=${end}>; rel="next"`;
      const list = this.bend(all.slice(offset, end).map((row) => only(row, fields)), { path, query }, headers);
      return send(200, { [path === '/orgs' ? 'orgs' : 'users']: list }, headers);
    } catch (error) {
      return send(500, { imsx_description: String(error) });
    }
  }
}
