/** Notices are over the screen. The styles keep this height free at the bottom of a screen, of its bar and of a dialog. */
const heightVariable = '--notices-height';

/**
 * Keeps what the notices would cover above them, for as long as they are there, and the element that has the focus in sight (WCAG 2.4.11).
 *
 * @returns stops it
 */
export function makeRoomFor(notices: HTMLElement): () => void {
  const observer = new ResizeObserver(() => {
    document.documentElement.style.setProperty(heightVariable, `${notices.offsetHeight}px`);
    showFocused(notices);
  });
  observer.observe(notices);
  return () => observer.disconnect();
}

function showFocused(notices: HTMLElement): void {
  const focused = document.activeElement;
  if (focused === null || notices.contains(focused) || focused.matches('body, main, [role="dialog"]')) return;
  if (areOver(notices, focused)) focused.scrollIntoView({ block: 'nearest' });
}

function areOver(notices: Element, element: Element): boolean {
  const above = notices.getBoundingClientRect();
  const below = element.getBoundingClientRect();
  const meets = below.bottom > above.top && below.top < above.bottom;
  return meets && below.right > above.left && below.left < above.right;
}
