/** Longer than the page waits between two reads of its own. */
const idleAfterMs = 120_000;
const signs = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchmove', 'focusin'];
let lastSeenAt = Date.now();

function note(): void {
  lastSeenAt = Date.now();
}

/** Notes from now on when somebody does something in this tab. */
export function watchActivity(): void {
  for (const sign of signs) addEventListener(sign, note, { capture: true, passive: true });
}

/** True while nobody touches the page: what it then reads by itself must not keep the session alive. */
export function isUntouched(): boolean {
  return Date.now() - lastSeenAt > idleAfterMs;
}
