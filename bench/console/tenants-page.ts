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
/** Rows pass at this speed: about twenty a frame. */
const pixelsPerFrame = 880;
const searches = 40;
const emptyHeight = 200_000;

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

/** Scrolls through all tenants; the pages of the list are loaded on the way. */
export async function scrollTenants(page: Page, tenants: number): Promise<Scroll> {
  await page.goto('/tenants');
  await page.locator(row).nth(0).waitFor();
  return page.evaluate<Scroll>(scrollToEnd('[role=grid]', tenants * 44));
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
  return page.evaluate<Scroll>(scrollToEnd('#empty', emptyHeight));
}

const scrollToEnd = (selector: string, height: number): string => `new Promise((done) => {
  const viewport = document.querySelector(${JSON.stringify(selector)});
  const seen = { frames: [], longTasks: [], maxRows: 0 };
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.longTasks.push(duration);
  });
  observer.observe({ entryTypes: ['longtask'] });
  let last = performance.now();
  const step = (now) => {
    seen.frames.push(now - last);
    last = now;
    seen.maxRows = Math.max(seen.maxRows, document.querySelectorAll(${JSON.stringify(row)}).length);
    viewport.scrollTop += ${pixelsPerFrame};
    const isAtEnd = viewport.scrollTop + viewport.clientHeight >= ${height};
    if (!isAtEnd) return requestAnimationFrame(step);
    observer.disconnect();
    done(seen);
  };
  requestAnimationFrame(step);
})`;
