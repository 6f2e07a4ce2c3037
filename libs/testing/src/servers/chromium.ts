import { join } from 'node:path';
import { findPrograms } from '../../jest/programs.js';

/**
 * The path of Chromium: what `TEST_CHROMIUM` names, else `chromium` on the PATH, which is installed where the system lets us.
 *
 * @throws Error that says what is missing and how to give it.
 */
export function findChromium(): string {
  return process.env['TEST_CHROMIUM'] ?? join(findPrograms({ chromium: true }).chromium, 'chromium');
}
