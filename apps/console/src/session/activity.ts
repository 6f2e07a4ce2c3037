/** Longer than the page waits between two reads of its own. */
const idleAfterMs = 120_000;
const signs = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchmove', 'focusin'];
let lastSeenAt = Date.now();

function note(): void {
  lastSeenAt = Date.now();
}

/** Starts to record when the page was last used. */
export function watchActivity(): void {
  for (const sign of signs) addEventListener(sign, note, { capture: true, passive: true });
}

/** True if nobody has used the page for two minutes. What the page then reads by itself does not extend the session. */
export function isUntouched(): boolean {
  return Date.now() - lastSeenAt > idleAfterMs;
}
