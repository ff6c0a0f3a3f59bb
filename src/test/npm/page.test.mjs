// The page at / in a browser: a question, a stream, a stop, at both widths, light and dark, by the keyboard alone.
// Pictures go to the folder in MLA_PICTURES, where it is set.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { idle, serve } from './served.mjs';

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = BROWSERS.find(existsSync);
const skip = executablePath ? false : 'there is no Chromium in ' + BROWSERS.join(', ');
const LOOKS = [390, 1280].flatMap(width => ['light', 'dark'].map(colorScheme => ({ width, colorScheme })));

let server;
let browser;

before(async () => {
  if (skip) return;
  server = await serve();
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
});

after(async () => {
  if (skip) return;
  await browser.close();
  await server.stop();
});

/** A page, and what went wrong on it: messages of its console, and requests that leave the server. */
async function open({ width, colorScheme }) {
  const context = await browser.newContext({ viewport: { width, height: width < 800 ? 844 : 800 }, colorScheme, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const wrong = [];
  page.on('console', message => message.type() === 'error' && wrong.push(message.text()));
  page.on('pageerror', problem => wrong.push(problem.message));
  page.on('request', request => request.url().startsWith(server.url) || request.url().startsWith('data:') || wrong.push(request.url()));
  await page.goto(server.url + '/');
  await page.waitForFunction(() => document.getElementById('model').textContent.startsWith('kjv on '));
  return { context, page, wrong };
}

async function picture(page, name) {
  if (process.env.MLA_PICTURES) {
    await page.screenshot({ path: join(process.env.MLA_PICTURES, name + '.png') });
  }
}

/** Goes on by Tab until an element has the focus, and sees that the focus can be seen. */
async function tabTo(page, id) {
  for (let steps = 0; steps < 30; steps++) {
    const [focused, outline] = await page.evaluate(() => [document.activeElement.id, getComputedStyle(document.activeElement).outlineStyle]);
    if (focused === id) {
      assert.notEqual(outline, 'none', id + ' does not show that it has the focus');
      return;
    }
    await page.keyboard.press('Tab');
  }
  assert.fail('Tab never comes to ' + id);
}

async function assertFits(page) {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(content <= window, 'the page is ' + content + ' wide in a window of ' + window);
  for (const id of ['question', 'reset']) {
    const box = await page.locator('#' + id).boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= window && box.height >= 40, id + ' is at ' + JSON.stringify(box));
  }
}

/** Light text on a light ground would be nothing to read: the ratio of WCAG, at least 4.5. */
async function assertContrast(page) {
  const ratios = await page.evaluate(() => {
    const light = colour => colour.match(/[\d.]+/g).slice(0, 3).map(Number)
      .map(v => v / 255).map(v => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    const luminance = colour => { const [r, g, b] = light(colour); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
    const ground = item => {
      for (let at = item; at; at = at.parentElement) {
        const colour = getComputedStyle(at).backgroundColor;
        if (!/, 0\)$/.test(colour)) return colour;
      }
      return 'rgb(255, 255, 255)';
    };
    return [...document.querySelectorAll('h1, .model, .turn, .speed, button, textarea, input, label, .legend, summary')]
      .filter(item => item.getClientRects().length > 0).map(item => {
        const [a, b] = [luminance(getComputedStyle(item).color), luminance(ground(item))].sort((x, y) => y - x);
        const hint = luminance(getComputedStyle(item, '::placeholder').color);
        const [c, d] = [hint, luminance(ground(item))].sort((x, y) => y - x);
        return [item.id || item.className || item.tagName, Math.min((a + 0.05) / (b + 0.05), (c + 0.05) / (d + 0.05))];
      });
  });
  for (const [what, ratio] of ratios) {
    assert.ok(ratio >= 4.5, what + ' has a contrast of ' + ratio.toFixed(2));
  }
}

for (const look of LOOKS) {
  test(`a question and its stream at ${look.width} pixels, ${look.colorScheme}`, { skip }, async () => {
    const { context, page, wrong } = await open(look);
    await assertFits(page);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'question', 'one can write at once');
    await setTokens(page, 60);
    await tabTo(page, 'question');
    await page.keyboard.type('Who made the heavens?');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('And the earth?');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.turn.assistant .speed', { timeout: 60_000 });
    assert.equal(await page.locator('.turn.user').textContent(), 'Who made the heavens?\nAnd the earth?');
    assert.match(await page.locator('.speed').textContent(), /^60 tokens, [\d.]+ tokens\/s$/);
    assert.ok((await page.locator('.turn.assistant').textContent()).length > 100);
    await page.keyboard.type('And the sea?');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelectorAll('.speed').length === 2, null, { timeout: 60_000 });
    await page.waitForFunction(() => /[1-9]\d* of them by earlier texts/.test(document.getElementById('legend').textContent));
    await assertFits(page);
    await assertContrast(page);
    if (look.width < 800) {
      await page.locator('#panel > summary').focus();
      await page.keyboard.press('Enter');
      await page.locator('#question').focus();
    }
    await picture(page, `page-${look.width}-${look.colorScheme}`);
    await tabTo(page, 'reset');
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('.turn').count(), 0, 'a new chat is empty');
    assert.deepEqual(wrong, []);
    await context.close();
  });
}

/** Sets how many tokens an answer may have, by the keyboard. */
async function setTokens(page, tokens) {
  if (!(await page.locator('#panel').getAttribute('open') !== null)) {
    await page.locator('#panel > summary').focus();
    await page.keyboard.press('Enter');
  }
  await tabTo(page, 'max_tokens');
  await page.keyboard.press('Control+A');
  await page.keyboard.type(String(tokens));
}

for (const [way, stop] of [['Escape', page => page.keyboard.press('Escape')],
  ['the button', async page => { await tabTo(page, 'stop'); await page.keyboard.press('Enter'); }]]) {
  test(`${way} stops an answer while it comes`, { skip }, async () => {
    const { context, page, wrong } = await open(LOOKS[2]);
    await setTokens(page, 900);
    // A line so slow that the answer is still coming when it is stopped.
    const line = await context.newCDPSession(page);
    await line.send('Network.enable');
    await line.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: 4000, uploadThroughput: -1 });
    await tabTo(page, 'question');
    await page.keyboard.type('Tell all of it.');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelector('.turn.assistant')?.textContent.length > 20, null, { timeout: 60_000 });
    await stop(page);
    await page.waitForSelector('.speed');
    assert.equal(await page.locator('.speed').textContent(), 'stopped');
    await idle(server.url);
    assert.ok(await page.locator('#send').isVisible(), 'one can ask again');
    assert.deepEqual(wrong, []);
    await context.close();
  });
}

test('a refusal is shown, and the question is not lost', { skip }, async () => {
  const { context, page } = await open(LOOKS[0]);
  await setTokens(page, 900_000);
  await page.locator('#question').fill('Who?');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.turn.error');
  assert.match(await page.locator('.turn.error').textContent(), /900000/);
  assert.equal(await page.locator('#question').inputValue(), 'Who?');
  await assertContrast(page);
  await context.close();
});
