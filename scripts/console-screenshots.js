/** Makes the pictures of the guide again, from the demo: `npm run console:screenshots`. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from '../libs/testing/jest/programs.js';

const root = join(import.meta.dirname, '..');
const executablePath = findChromium();

/** Starts the demo on a free port. Resolves to the link that signs in. */
async function startDemo(folder) {
  const demo = spawn(process.execPath, [join(root, 'dist/apps/api/src/main.js')], {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: String(await freePort()), DATA_DIR: folder, ATTUNE_DEMO: 'true' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const link = new Promise((resolve, reject) => {
    let output = '';
    demo.stdout.on('data', (chunk) => {
      output += chunk;
      const found = /\S+\/#code=\S+/.exec(output)?.[0];
      if (found) resolve(found);
    });
    demo.once('exit', () => reject(new Error(`The demo ended:\n${output}`)));
  });
  return { demo, link: await link };
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** The change of a temperature, before it is saved. */
async function openReview(page, origin) {
  await page.goto(`${origin}/tenants/acme-law/configuration`);
  await page.getByLabel('Temperature', { exact: true }).fill('0.9');
  await page.getByRole('button', { name: 'Review and save' }).click();
  await page.getByRole('dialog').getByLabel('Reason', { exact: true }).fill('Livelier answers');
  await page
    .getByRole('button', { name: /^Save as version \d+$/ })
    .and(page.locator(':enabled'))
    .waitFor();
}

async function openReplicas(page, origin) {
  await page.goto(`${origin}/replicas`);
  await page.getByRole('heading', { name: 'How far behind' }).waitFor();
}

const pictures = { 'console-review': openReview, 'console-replicas': openReplicas };

const folder = await mkdtemp(join(tmpdir(), 'attune-screenshots-'));
const { demo, link } = await startDemo(folder);
const browser = await chromium.launch({
  executablePath,
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  const { origin } = new URL(link);
  await page.goto(link);
  await page.getByRole('heading', { name: 'Tenants' }).waitFor();
  for (const [name, open] of Object.entries(pictures)) {
    await open(page, origin);
    await page.screenshot({ path: join(root, `docs/images/${name}.png`), animations: 'disabled' });
  }
} finally {
  await browser.close();
  demo.removeAllListeners('exit');
  demo.kill();
  await new Promise((resolve) => demo.once('exit', resolve));
  await rm(folder, { recursive: true });
}
