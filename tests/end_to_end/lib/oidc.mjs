// A real OpenID provider (npm oidc-provider) on loopback, and what a browser does there. People and
// their claims are what the test says; so is what happens to the ID token on its way.
import { createHmac, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import { Browser, freePort } from './staffroom.mjs';

const client = { client_id: 'staffroom', client_secret: randomBytes(24).toString('hex') };
const claimNames = [
  'sub', 'groups', 'sourced_id', 'user_type', 'district_id', 'UserId', 'TenantId', 'Role', 'SourcedId', 'hd', 'oid',
  'tid', 'roles', 'email', 'email_verified',
];

function makeKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomBytes(4).toString('hex'), use: 'sig', alg: 'RS256', privateKey };
}

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part) => JSON.parse(Buffer.from(part, 'base64url'));

export class OpenIdProvider {
  static async start(redirectUri) {
    const idp = new OpenIdProvider();
    idp.redirectUri = redirectUri;
    idp.host = `127.77.${process.pid % 250}.200`;
    idp.port = await freePort(idp.host);
    idp.issuer = `http://${idp.host}:${idp.port}`;
    idp.secret = client.client_secret;
    /** By login: the claims that the provider has of a person. */
    idp.people = {};
    /** Changes the payload of ID tokens, or makes another token of it. */
    idp.change = undefined;
    idp.rotate();
    idp.server = createServer((request, response) => idp.answer(request, response));
    await new Promise((done) => idp.server.listen(idp.port, idp.host, done));
    return idp;
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(done));
  }

  /** A new key, and with it a new set; what it knows of sign-ons under way goes on. */
  rotate({ onlyUserinfo = false } = {}) {
    this.key = makeKey();
    const { privateKey, ...jwk } = this.key;
    const provider = new Provider(this.issuer, {
      clients: [{ ...client, redirect_uris: [this.redirectUri], response_types: ['code'], grant_types: ['authorization_code'] }],
      jwks: { keys: [jwk] },
      cookies: { keys: ['test'] },
      claims: { openid: claimNames },
      conformIdTokenClaims: onlyUserinfo,
      scopes: ['openid', 'profile', 'oneroster'],
      pkce: { required: () => true },
      features: { devInteractions: { enabled: true } },
      findAccount: (ctx, login) => ({ accountId: login, claims: () => ({ sub: login, ...this.people[login] }) }),
      loadExistingGrant: async (ctx) => {
        const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
        grant.addOIDCScope('openid profile oneroster');
        grant.addOIDCClaims(claimNames);
        await grant.save();
        return grant;
      },
    });
    provider.use(async (ctx, next) => {
      await next();
      if (ctx.path !== '/token' || !ctx.body?.id_token) return;
      this.lastToken = ctx.body.id_token;
      if (this.change) ctx.body.id_token = this.change(decode(ctx.body.id_token.split('.')[1]));
    });
    this.answer = provider.callback();
  }

  /** A token with the present key, or whatever else `header` says. */
  sign(payload, header = {}) {
    const whole = { alg: 'RS256', kid: this.key.kid, ...header };
    const input = `${encode(whole)}.${encode(payload)}`;
    if (whole.alg === 'none') return `${input}.`;
    if (whole.alg === 'HS256') {
      const pem = createPublicKey(this.key.privateKey).export({ type: 'spki', format: 'pem' });
      return `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`;
    }
    return `${input}.${sign('sha256', Buffer.from(input), this.key.privateKey).toString('base64url')}`;
  }

  /**
   * What a person does at the provider: follows `url`, signs in, and comes back. Returns the address that
   * the browser is sent to in the end, which is ours.
   */
  async visit(url, login) {
    const cookies = new Map();
    let form;
    for (let step = 0; step < 20; ++step) {
      const response = await fetch(url, {
        method: form ? 'POST' : 'GET', body: form && new URLSearchParams(form), redirect: 'manual',
        headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      });
      form = undefined;
      for (const line of response.headers.getSetCookie()) {
        const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
        cookies.set(name, value);
      }
      const location = response.headers.get('location');
      if (location) {
        url = new URL(location, url).href;
        if (!url.startsWith(this.issuer)) return url;
      } else {
        const page = await response.text();
        if (!page.includes('name="login"')) throw new Error(`${url}: ${response.status} ${page.slice(0, 500)}`);
        form = { prompt: 'login', login, password: 'any' };
      }
    }
    throw new Error('the provider goes round and round');
  }

  /** The settings of a server that signs on here. */
  settings(preset, more = {}) {
    const all = { preset, issuer: this.issuer, client_id: client.client_id, client_secret: client.client_secret, ...more };
    return Object.entries(all).map(([name, value]) => `sign_on.${name}=${value}`);
  }
}

/** Signs on in a browser; returns the answer to the way back. */
export async function signOn(idp, browser, login, from = '/sign-on') {
  const sent = await browser.request(from);
  if (sent.status !== 303) throw new Error(`${from}: ${sent.status} ${sent.text.slice(0, 400)}`);
  const back = new URL(await idp.visit(sent.location, login));
  return browser.request(back.pathname + back.search);
}

/** Chooses a name on the page that a newcomer is shown. */
export function join(browser, page, username) {
  return browser.request('/sign-on/join', {
    method: 'POST', form: { ...Browser.hiddenFields(page.text, '/sign-on/join'), username, agreement: 'true' },
  });
}
