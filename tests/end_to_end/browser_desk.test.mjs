// The moderators' desk in a real browser: with something in every list axe-core finds nothing, at any
// width and in the dark, and all of it is done with the keyboard alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { faults, launch, open } from './lib/axe.mjs';
import { Instance } from './lib/staffroom.mjs';

let instance, browser, page, teacher, account;

before(async () => {
  instance = await Instance.start({ settings: ['instance.title=Maple County Schools'] });
  const owner = await instance.member('olga', { role: 'owner' });
  teacher = await instance.member('tess');
  browser = await launch();
  page = await open(browser, instance, owner);
  account = (await owner.get('/api/v1/accounts/lookup?acct=tess')).id;
});
after(async () => {
  await browser?.close();
  await instance?.destroy();
});

const clean = async (name) => assert.deepEqual(await faults(page, name), []);

/** Presses Tab until the button is reached, and says whether each stop could be seen. */
async function tabTo(name, most = 120) {
  for (let i = 0; i < most; ++i) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const here = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(here);
      const box = here.getBoundingClientRect();
      return {
        name: (here.getAttribute('aria-label') ?? here.innerText ?? '').trim(),
        seen: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && box.width > 0 && box.height > 0,
        tag: here.tagName,
        what: `${here.type} ${here.name} ${outlineStyle} ${outlineWidth} ${box.width}x${box.height}`,
      };
    });
    if (at.tag === 'BODY') continue;
    assert.ok(at.seen, `the focus is not seen at ${at.tag} "${at.name}" of ${page.url()}: ${at.what}`);
    if (at.name === name) return;
  }
  assert.fail(`Tab never reaches "${name}" on ${page.url()}`);
}

test('a rule is tried and added with the keyboard', async () => {
  await page.goto('/admin/filters');
  await page.focus('#value');
  await page.keyboard.type('gift card');
  await tabTo('Try it on the newest posts');
  await page.keyboard.press('Enter');
  await page.getByText('Nothing was changed.').waitFor();
  await clean('filters-tried');
  await page.focus('#note');
  await tabTo('Put it in force');
  await page.keyboard.press('Enter');
  await page.getByText('word: gift card').waitFor();
  await clean('filters-with-a-rule');
});

test('what the rule holds is released with the keyboard', async () => {
  await assert.rejects(teacher.post('/api/v1/statuses', { status: 'Win a gift card', visibility: 'public' }));
  await assert.rejects(teacher.post('/api/v1/statuses', { status: 'A gift card for two', visibility: 'private' }));
  await page.goto('/admin');
  await clean('desk-with-held');
  await page.getByRole('main').getByRole('link', { name: 'Held items' }).click();
  await page.getByText('Win a gift card').waitFor();
  assert.equal(await page.getByText('A gift card for two').count(), 0, 'written to few');
  await clean('held');
  await page.getByRole('checkbox').first().focus();
  await page.keyboard.press('Space');
  await tabTo('Release what is ticked');
  await page.keyboard.press('Enter');
  await page.getByText('Released: 1.').waitFor();
  await clean('held-released');
});

test('an account is limited, and its deletion asked for', async () => {
  await page.goto('/admin/accounts?name=tess');
  await clean('accounts-found');
  await page.getByRole('link', { name: '@tess' }).click();
  await clean('account');
  await page.check('input[value=suspend]');
  await page.fill('#text', 'sold gift cards');
  await page.getByRole('button', { name: 'Do it' }).click();
  await page.getByText('Lift the suspension').waitFor();
  await clean('account-suspended');
  await page.fill('#reason', 'sold gift cards again and again');
  await page.getByRole('button', { name: 'Ask for the deletion' }).click();
  await page.getByText('it may be done alone from').waitFor();
  await clean('approvals');
  await page.goto(`/admin/accounts/${account}`);
  await clean('account-record');
});

test('a legal hold, a search and a request for an export', async () => {
  await page.goto('/admin/records');
  await page.fill('#hold-name', 'tess');
  await page.fill('#matter', 'Case 7');
  await page.fill('#hold-reason', 'asked for by the court');
  await page.fill('#hold-password', 'wrong');
  await page.getByRole('button', { name: 'Set the hold' }).click();
  await page.getByText('This is not your password.').waitFor();
  await clean('records-refused');
  await page.fill('#official-name', 'olga');
  await page.getByRole('button', { name: 'Mark as official' }).click();
  await page.getByText('@olga, marked by').waitFor();
  await clean('records-marked');
  await page.goto('/admin/records/search');
  await page.fill('#words', 'bus');
  await page.getByRole('button', { name: 'Search' }).click();
  await clean('records-search');
});

test('the record is searched and checked', async () => {
  await page.goto('/admin/audit?act=account.*');
  await page.getByText('account.suspend').first().waitFor();
  await clean('record');
  await page.getByRole('button', { name: 'Check every line now' }).click();
  await page.getByText('each as it was written').waitFor();
  await clean('record-checked');
});

test('every page of the desk can be walked through with Tab, from the first link to the last', async () => {
  await page.goto('/admin');
  const paths = await page.locator('nav[aria-label=Desk] a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  assert.ok(paths.length >= 12, paths.join(' '));
  for (const path of paths) {
    await page.goto(path);
    assert.equal(await page.locator('nav[aria-label=Desk] a[aria-current=page]').count(), 1, path);
    await tabTo('Source code', 300);
  }
});
