import { browserText } from './browser-text.js';

const chromium = 'AppleWebKit/537.36 (KHTML, like Gecko)';

it.each([
  [`Mozilla/5.0 (X11; Linux x86_64) ${chromium} HeadlessChrome/142.0.0.0 Safari/537.36`, 'Chrome 142, Linux'],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64) ${chromium} Chrome/142.0.0.0 Safari/537.36 Edg/142.0`,
    'Edge 142, Windows',
  ],
  ['Mozilla/5.0 (Android 15; Mobile; rv:144.0) Gecko/144.0 Firefox/144.0', 'Firefox 144, Android'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile/15E148 Safari/604.1',
    'Safari 18, iPhone',
  ],
  ['curl/8.14.1', 'curl/8.14.1'],
  [null, 'unknown'],
])('the agent %p is shown as %p', (agent, text) => expect(browserText(agent)).toBe(text));
