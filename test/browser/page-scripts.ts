/**
 * Counts the clicks, reports what the content security policy blocked, and lets Tab not go on from the element that it is to reach. Runs
 * before the page's own scripts.
 */
export const watchPage = `
  globalThis.tabStop = null;
  addEventListener('keydown', (event) => {
    if (event.key !== 'Tab' || document.activeElement !== tabStop) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  addEventListener('click', (event) => {
    // A key on a button is a click without a pointer.
    if (event.isTrusted && event.detail > 0) void reportClick();
  }, true);
  addEventListener('securitypolicyviolation', (event) =>
    void reportFault('CSP: ' + event.violatedDirective + ' blocked ' + event.blockedURI + ' in ' + event.sourceFile));
`;

/**
 * Draws without transitions, else each element starts one of each property that changes; and without what `hideAround` marks. Runs before
 * the page's own scripts.
 */
export const addTestStyles = `{
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    '*, *::before, *::after { transition: none !important; animation: none !important; } ' +
    '[data-around] { display: none !important; }'
  );
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}`;

/** Leaves only a part of the page on the screen, so that axe and the browser look at nothing else. `showAround` undoes it. */
export const hideAround = (part: string): string => `
  for (let inner = document.querySelector('${part}'); inner !== document.body; inner = inner.parentElement)
    for (const each of inner.parentElement.children) if (each !== inner) each.dataset.around = '';
`;
export const showAround = `
  for (const each of document.querySelectorAll('[data-around]')) delete each.dataset.around;
`;

/** The elements that are wider than the page when the page scrolls sideways, the innermost ones. */
export const sidewaysOverflow = `(() => {
  const { clientWidth, scrollWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const isTooWide = (element) => element.getBoundingClientRect().right > clientWidth + 1;
  const wide = [...document.querySelectorAll('body *')].filter(isTooWide);
  const innermost = wide.filter((element) => ![...element.children].some(isTooWide)).slice(0, 3);
  return ['scrolls sideways: ' + innermost.map((element) => element.outerHTML.slice(0, 120)).join(' | ')];
})()`;

/** The dialogs that scroll sideways. */
export const dialogOverflow = `[...document.querySelectorAll('[role=dialog]')]
  .filter(({ clientWidth, scrollWidth }) => scrollWidth > clientWidth)
  .map((element) => 'scrolls sideways: ' + element.outerHTML.slice(0, 200))`;

/**
 * The elements of a part that look the same with and without the focus. A hidden checkbox shows the focus on what is drawn for it, so
 * its neighbours and its label count as well. The keyboard has to have moved the focus before. Nothing has it afterwards.
 */
export const findInvisibleFocus = (part: string): string => `(() => {
  const properties = ['outline', 'boxShadow', 'borderColor', 'backgroundColor', 'insetBlockStart'];
  const looksOf = (element) => {
    const nearby = [element, element.parentElement, ...element.parentElement.children, ...(element.labels ?? [])];
    return nearby.map((each) => { const style = getComputedStyle(each); return properties.map((name) => style[name]).join(); }).join();
  };
  const scope = [...document.querySelectorAll('[role=dialog]')].at(-1) ?? document.querySelector('${part}');
  const selector = 'a[href], button, input, select, textarea, [tabindex="0"]';
  const isReachable = (element) => element.tabIndex >= 0 && !element.disabled && element.getClientRects().length > 0;
  // All at once, and then with the focus one by one: each look after a change calculates the styles again.
  document.activeElement?.blur();
  const reachable = [...scope.querySelectorAll(selector)].filter(isReachable).map((element) => [element, looksOf(element)]);
  const invisible = reachable.filter(([element, looks]) => {
    element.focus();
    return document.activeElement === element && looksOf(element) === looks;
  });
  // A tooltip of what has the focus is outside of every landmark.
  document.activeElement?.blur();
  return invisible.map(([element]) => 'the focus is not visible on ' + element.outerHTML.slice(0, 200));
})()`;

/** What axe finds in a part of the page in a theme, and whether the page scrolls sideways. The pages of the service's own have no theme. */
export const findFaults = (part: string, scheme: string, options: object): string => `(async () => {
  const selector = 'html:is([data-mantine-color-scheme=${scheme}], :not([data-mantine-color-scheme]))';
  // The page takes a theme on a moment after the browser has it.
  do await new Promise(requestAnimationFrame); while (!document.documentElement.matches(selector));
  const { violations } = await axe.run('${part}', ${JSON.stringify(options)});
  const toFault = (id) => ({ html, failureSummary = '' }) => id + ' ' + html.slice(0, 200) + ' ' + failureSummary;
  return [...violations.flatMap(({ id, nodes }) => nodes.map(toFault(id))), ...${sidewaysOverflow}];
})()`;

/** What a screen shows and what its pictures are called, without the times, which are those of the reader's zone. */
export const readFigures = `{
  const copy = document.querySelector('#main').cloneNode(true);
  for (const each of copy.querySelectorAll('time[datetime*=T], style')) each.remove();
  const names = [...copy.querySelectorAll('[role=img]')].map((image) => image.getAttribute('aria-label'));
  [copy.textContent, ...names].join(' ');
}`;
