// A small web client, as others write them: everything it does crosses origins.
import { createRestAPIClient, createStreamingAPIClient } from 'masto';

const instance = new URLSearchParams(location.search).get('instance') ?? sessionStorage.getItem('instance');
sessionStorage.setItem('instance', instance);
const redirectUri = `${location.origin}/`;
const show = (id, text) => (document.getElementById(id).textContent = text);
const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
const failed = (error) => show('errors', `${error.stack ?? error}`);
addEventListener('unhandledrejection', (event) => failed(event.reason));

async function signIn() {
  const server = await (await fetch(`${instance}/.well-known/oauth-authorization-server`)).json();
  if (!server.code_challenge_methods_supported.includes('S256')) throw new Error('no PKCE');
  const app = await createRestAPIClient({ url: instance }).v1.apps.create({
    clientName: 'Page', redirectUris: redirectUri, scopes: 'read write follow',
  });
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const state = base64url(crypto.getRandomValues(new Uint8Array(16)));
  sessionStorage.setItem('app', JSON.stringify({ ...app, verifier, state, token: server.token_endpoint }));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  location.href = `${server.authorization_endpoint}?${new URLSearchParams({
    response_type: 'code', client_id: app.clientId, redirect_uri: redirectUri, scope: 'read write follow',
    state, code_challenge: base64url(new Uint8Array(digest)), code_challenge_method: 'S256',
  })}`;
}

async function redeem(code, state) {
  const app = JSON.parse(sessionStorage.getItem('app'));
  if (state !== app.state) throw new Error('another state came back');
  const answer = await fetch(app.token, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      grant_type: 'authorization_code', code, client_id: app.clientId, client_secret: app.clientSecret,
      redirect_uri: redirectUri, code_verifier: app.verifier,
    }),
  });
  const token = await answer.json();
  if (!answer.ok) throw new Error(token.error_description);
  history.replaceState(null, '', '/');
  return token.access_token;
}

function add(status) {
  const line = document.createElement('li');
  line.innerHTML = status.content;
  for (const media of status.mediaAttachments) {
    const picture = document.createElement('img');
    picture.src = media.previewUrl;
    picture.alt = media.description ?? '';
    line.append(picture);
  }
  document.getElementById('home').prepend(line);
}

async function start(accessToken) {
  const client = createRestAPIClient({ url: instance, accessToken });
  const me = await client.v1.accounts.verifyCredentials();
  for (const status of (await client.v1.timelines.home.list()).reverse()) add(status);
  const { configuration } = await client.v2.instance.fetch();
  const streams = createStreamingAPIClient({
    streamingApiUrl: configuration.urls.streaming, accessToken, implementation: WebSocket,
  });
  document.getElementById('compose').addEventListener('submit', async (event) => {
    event.preventDefault();
    const { text, picture } = event.target.elements;
    const mediaIds = [];
    if (picture.files.length > 0) {
      const media = await client.v2.media.create({ file: picture.files[0], description: 'what is to be seen' });
      mediaIds.push(media.id);
    }
    await client.v1.statuses.create({ status: text.value, mediaIds });
  });
  show('who', `signed in as ${me.acct}`);
  const subscription = streams.user.subscribe();
  show('stream', 'subscribed');
  for await (const event of subscription) {
    show('stream', `event ${event.event}`);
    if (event.event === 'update') add(event.payload);
  }
}

document.getElementById('sign-in').addEventListener('click', () => signIn().catch(failed));
const { searchParams } = new URL(location.href);
if (searchParams.has('code')) {
  redeem(searchParams.get('code'), searchParams.get('state')).then(start).catch(failed);
}
