// Pages as people with little sight, a small screen or a dark one meet them: axe-core at WCAG 2.2 AA
// in headless Chromium, in light and dark, and reflow (WCAG 1.4.10, also what 400 % of zoom is).
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * All pages that need nothing prepared, by who looks at them; a branch that makes a page adds its
 * path here. `status` other than 200 is said.
 */
export const pages = [
  { path: '/', who: 'stranger' },
  { path: '/', who: 'owner' },
  { path: '/about', who: 'stranger' },
  { path: '/join', who: 'stranger' },
  { path: '/privacy-policy', who: 'stranger' },
  { path: '/terms-of-service', who: 'stranger', status: 404 },
  { path: '/sign-in', who: 'stranger' },
  { path: '/sign-out', who: 'owner' },
  { path: '/forgotten-password', who: 'stranger' },
  { path: '/reset-password?token=none', who: 'stranger', status: 410 },
  { path: '/confirm-email?token=none', who: 'stranger', status: 410 },
  { path: '/no-such-page', who: 'stranger', status: 404 },
  { path: '/@nobody', who: 'stranger', status: 404 },
  { path: '/@olga', who: 'stranger' },
  { path: '/@olga', who: 'owner' },
  { path: '/authorize_interaction?uri=ada@maple.example', who: 'owner' },
  { path: '/authorize_interaction?uri=nothing', who: 'owner', status: 400 },
  { path: '/transparency', who: 'stranger' },
  { path: '/settings', who: 'owner' },
  { path: '/settings/attestation', who: 'owner' },
  { path: '/settings/password', who: 'owner' },
  { path: '/settings/second-factor', who: 'owner' },
  { path: '/settings/shield', who: 'owner' },
  { path: '/settings/export', who: 'owner' },
  { path: '/settings/import', who: 'owner' },
  { path: '/settings/move', who: 'owner' },
  { path: '/settings/access', who: 'owner' },
  { path: '/admin', who: 'owner' },
  { path: '/admin', who: 'member', status: 404 },
  { path: '/admin/held', who: 'owner' },
  { path: '/admin/accounts', who: 'owner' },
  { path: '/admin/filters', who: 'owner' },
  { path: '/admin/explain?what=nobody.example', who: 'owner' },
  { path: '/admin/approvals', who: 'owner' },
  { path: '/admin/records', who: 'owner' },
  { path: '/admin/records/search?words=a', who: 'owner' },
  { path: '/admin/audit', who: 'owner' },
  { path: '/admin/settings', who: 'owner' },
  { path: '/admin/break-glass', who: 'owner' },
  { path: '/admin/duties', who: 'owner' },
  { path: '/admin/duties/schools', who: 'owner' },
  { path: '/settings/leaving', who: 'owner' },
  { path: '/confirm-private-address?token=none', who: 'stranger', status: 410 },
  { path: '/leaver', who: 'stranger' },
  { path: '/leaver?token=none', who: 'stranger', status: 410 },
  { path: '/admin/leavers', who: 'owner' },
  { path: '/admin/leavers', who: 'member', status: 404 },
  { path: '/admin/invitations', who: 'owner' },
  { path: '/admin/roster', who: 'owner' },
  { path: '/admin/roster/reviews', who: 'owner' },
  { path: '/admin/corrections', who: 'owner' },
  { path: '/admin/roster', who: 'member', status: 404 },
];

export function launch() {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
}

/** Whoever looks at pages: a window of their own, signed in if a Member is given. */
export async function open(browser, instance, member) {
  const context = await browser.newContext({ baseURL: instance.origin, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  if (member) {
    await page.goto('/sign-in');
    await page.fill('#name', member.name);
    await page.fill('#password', member.password);
    await page.click('main form button');
    await page.waitForURL((url) => url.pathname !== '/sign-in');
  }
  return page;
}

let shots = 0;

/** What is wrong with the page as it stands, one line each; empty is good. */
export async function faults(page, name = new URL(page.url()).pathname) {
  const found = [];
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axe); // By the debugger, so the page's policy stays as it is.
    const { violations, incomplete } = await page.evaluate((values) => globalThis.axe.run(document, {
      runOnly: { type: 'tag', values }, resultTypes: ['violations', 'incomplete'],
    }), tags);
    for (const { id, help, nodes } of [...violations, ...incomplete.filter(({ id }) => id === 'color-contrast')])
      for (const { target, failureSummary } of nodes) found.push(`${name}, ${colorScheme}: ${id} (${help}) at ${target}: ${failureSummary}`);
    if (process.env.SCREENSHOTS) {
      const file = `${String(++shots).padStart(3, '0')}${name.replaceAll(/[^a-z0-9]+/gi, '-')}-${colorScheme}.png`;
      await page.screenshot({ path: join(process.env.SCREENSHOTS, file), fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  const usual = page.viewportSize();
  // 1280 pixels at 200 % and at 400 %.
  for (const width of [640, 320]) {
    await page.setViewportSize({ width, height: 640 });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (over > 0) found.push(`${name}, ${width} pixels wide: scrolls sideways by ${over}`);
    if (process.env.SCREENSHOTS && width === 320)
      await page.screenshot({ path: join(process.env.SCREENSHOTS, `${String(shots).padStart(3, '0')}${name.replaceAll(/[^a-z0-9]+/gi, '-')}-narrow.png`), fullPage: true });
  }
  await page.setViewportSize(usual);
  return found;
}
