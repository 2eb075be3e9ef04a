// What the owner of a district does at the desk.
import assert from 'node:assert/strict';
import { Browser } from './staffroom.mjs';

/** Sends the covenant's form as it stands, with these fields changed. */
export async function changeCovenant(owner, change) {
  const { text } = await owner.browser.request('/admin/covenant');
  const form = new URLSearchParams(Browser.hiddenFields(text, '/admin/covenant'));
  for (const [input] of text.matchAll(/<input[^>]*>/g)) {
    const name = input.match(/name="([^"]*)"/)[1];
    const value = input.match(/value="([^"]*)"/)?.[1] ?? '';
    if (/type="checkbox"/.test(input) && / checked/.test(input)) form.append(name, value);
    if (/type="(number|text)"/.test(input)) form.append(name, value);
  }
  form.set('text', text.match(/<textarea id="text"[^>]*>([\s\S]*?)<\/textarea>/)[1]);
  form.set('reason', 'the office asked for it');
  form.set('password', owner.password);
  for (const [name, value] of Object.entries(change)) form.set(name, value);
  const answer = await owner.browser.request('/admin/covenant', { method: 'POST', form });
  assert.equal(answer.status, 303, answer.text);
  return answer.location;
}

/** Lets the day pass after which the only owner may do alone what they asked for, and does it. */
export async function goOnAlone(owner, sql) {
  const early = (await owner.browser.request('/admin/approvals')).text;
  assert.doesNotMatch(early, /\/alone"/, 'not before the day is over');
  await sql(`UPDATE approvals SET alone_at = now() - interval '1 minute' WHERE decision = ''`);
  const { text } = await owner.browser.request('/admin/approvals');
  const [, action] = text.match(/action="(\/admin\/approvals\/\d+\/alone)"/);
  const answer = await owner.browser.request(action, {
    method: 'POST',
    form: { ...Browser.hiddenFields(text, action), password: owner.password },
  });
  assert.equal(answer.status, 303, answer.text);
}
