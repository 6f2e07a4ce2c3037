/** Counts the clicks, and reports what the content security policy blocked. Runs before the page's own scripts. */
export const watchPage = `
  addEventListener('click', (event) => {
    // A key on a button is a click without a pointer.
    if (event.isTrusted && event.detail > 0) void reportClick();
  }, true);
  addEventListener('securitypolicyviolation', (event) =>
    void reportFault('CSP: ' + event.violatedDirective + ' blocked ' + event.blockedURI + ' in ' + event.sourceFile));
`;

/** Ends all transitions at once, so that colours are measured at their end. */
export const endTransitions = `{
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('*, *::before, *::after { transition: none !important; animation: none !important; }');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}`;

/** The elements that are wider than the page when the page scrolls sideways, the innermost ones. */
export const sidewaysOverflow = `(() => {
  const { clientWidth, scrollWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const isTooWide = (element) => element.getBoundingClientRect().right > clientWidth + 1;
  const wide = [...document.querySelectorAll('body *')].filter(isTooWide);
  const innermost = wide.filter((element) => ![...element.children].some(isTooWide)).slice(0, 3);
  return ['scrolls sideways: ' + innermost.map((element) => element.outerHTML.slice(0, 120)).join(' | ')];
})()`;

/**
 * The elements that look the same with and without the focus. A hidden checkbox shows the focus on what is drawn for it, so its
 * neighbours and its label count as well. The keyboard has to have moved the focus before.
 */
export const invisibleFocus = `(() => {
  const properties = ['outline', 'boxShadow', 'borderColor', 'backgroundColor', 'insetBlockStart'];
  const looksOf = (element) => {
    const nearby = [element, element.parentElement, ...element.parentElement.children, ...(element.labels ?? [])];
    return nearby.map((each) => { const style = getComputedStyle(each); return properties.map((name) => style[name]).join(); }).join();
  };
  const scope = [...document.querySelectorAll('[role=dialog]')].at(-1) ?? document;
  const selector = 'a[href], button, input, select, textarea, [tabindex="0"]';
  const isReachable = (element) => element.tabIndex >= 0 && !element.disabled && element.getClientRects().length > 0;
  const before = document.activeElement;
  const invisible = [...scope.querySelectorAll(selector)].filter(isReachable).filter((element) => {
    element.blur();
    const looks = looksOf(element);
    element.focus();
    return document.activeElement === element && looksOf(element) === looks;
  });
  before?.focus();
  return invisible.map((element) => 'the focus is not visible on ' + element.outerHTML.slice(0, 200));
})()`;
