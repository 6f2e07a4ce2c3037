import { type Browser, chromium } from 'playwright-core';
import { findChromium } from '#testing';

/** Starts Chromium; it has no sandbox for root. */
export function launchBrowser(): Promise<Browser> {
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: findChromium(), args });
}
