import type { Page } from 'playwright-core';

/** What was seen while a list was scrolled from its begin to its end. */
export interface Scroll {
  /** Time between frames, in milliseconds. */
  readonly frames: readonly number[];
  /** Tasks of more than 50 ms. */
  readonly longTasks: readonly number[];
  readonly maxRows: number;
}

const row = '[role=grid] [data-row]';
/** As fast as a held Page Down key, 30 pages of 500 pixels a second: six rows a frame. */
const pixelsPerSecond = 15_000;
/** One movement; the list is as long as ten of them. */
const pixelsPerGesture = 44_000;
const searches = 40;
const emptyHeight = 88_000;

/** Opens the screen anew. The clock is the browser's: from the start of the navigation until rows are painted. */
export async function firstRowsMs(page: Page): Promise<number> {
  await page.goto('/tenants');
  await page.locator(row).nth(0).waitFor();
  // The next frame after the rows were put in has painted them.
  return page.evaluate<number>(
    `new Promise((painted) => requestAnimationFrame(() => painted(performance.now())))`,
  );
}

/** Searches for numbers of tenants; each time from the last key until the list shows only what was searched for. */
export async function searchMs(page: Page, tenants: number): Promise<number[]> {
  await page.goto('/tenants');
  await page.locator(row).nth(0).waitFor();
  const times: number[] = [];
  for (let search = 0; search < searches; search += 1) {
    const id = `customer-${String(1 + ((search * 997) % tenants)).padStart(6, '0')}`;
    await page.getByRole('textbox', { name: 'Search' }).fill('');
    await page.locator(row).nth(5).waitFor();
    times.push(await page.evaluate<number>(typeAndWait(id)));
  }
  return times;
}

const typeAndWait = (text: string): string => `new Promise((found) => {
  const input = document.querySelector('[role=search] input');
  const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
  const begin = performance.now();
  setValue.call(input, ${JSON.stringify(text)});
  input.dispatchEvent(new Event('input', { bubbles: true }));
  const look = () => {
    const rows = document.querySelectorAll(${JSON.stringify(row)});
    if (rows.length === 1 && rows[0].textContent.includes(${JSON.stringify(text)})) found(performance.now() - begin);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})`;

/** Scrolls through all tenants, as a wheel does; the pages of the list are loaded on the way. */
export async function scrollTenants(page: Page, tenants: number): Promise<Scroll> {
  await page.goto('/tenants');
  await page.locator(row).nth(0).waitFor();
  // Its header is the first row.
  return scrollUntil(
    page,
    '[role=grid]',
    `document.querySelector('[aria-rowindex="${tenants + 1}"]') !== null`,
  );
}

/** The same movement over a page without content: what the browser and the machine need by themselves. */
export async function scrollEmptyPage(page: Page): Promise<Scroll> {
  await page.goto('/tenants');
  // By the style of each element: the page's content security policy refuses styles in markup.
  await page.evaluate(`(() => {
    document.body.innerHTML = '<div id="empty"><div></div></div>';
    const viewport = document.getElementById('empty');
    Object.assign(viewport.style, { height: '500px', overflow: 'auto' });
    viewport.firstChild.style.height = '${emptyHeight}px';
  })()`);
  const isAtEnd = `(() => { const { scrollTop, clientHeight } = document.getElementById('empty');
    return scrollTop + clientHeight >= ${emptyHeight} - 1; })()`;
  return scrollUntil(page, '#empty', isAtEnd);
}

/** Real input of the browser, so that the page neither moves itself nor is measured while it is asked for its layout. */
async function scrollUntil(page: Page, selector: string, isAtEnd: string): Promise<Scroll> {
  const { x, y, width, height } = (await page.locator(selector).boundingBox())!;
  const browser = await page.context().newCDPSession(page);
  await page.evaluate(watchFrames);
  while (!(await page.evaluate<boolean>(isAtEnd)))
    await browser.send('Input.synthesizeScrollGesture', {
      x: x + width / 2,
      y: y + height / 2,
      yDistance: -pixelsPerGesture,
      speed: pixelsPerSecond,
      gestureSourceType: 'mouse',
    });
  return page.evaluate<Scroll>('window.seenFrames');
}

const watchFrames = `(() => {
  const seen = window.seenFrames = { frames: [], longTasks: [], maxRows: 0 };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.longTasks.push(duration);
  }).observe({ entryTypes: ['longtask'] });
  let last = performance.now();
  const step = (now) => {
    seen.frames.push(now - last);
    last = now;
    seen.maxRows = Math.max(seen.maxRows, document.querySelectorAll(${JSON.stringify(row)}).length);
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})()`;
