const storageKey = 'attune-single-letters';

/** What a key press means: a named act, a letter after `g`, or nothing. */
export type Shortcut =
  | { readonly kind: 'palette' }
  | { readonly kind: 'help' }
  | { readonly kind: 'search' }
  | { readonly kind: 'go'; readonly letter: string }
  | { readonly kind: 'prefix' };

/** The parts of a keyboard event that count. */
export interface KeyPress {
  readonly key: string;
  readonly hasModifier: boolean;
  readonly hasAlt: boolean;
  /** True where letters are text: fields and editors. */
  readonly isTyping: boolean;
}

/**
 * What a key press does. Single letters can be switched off (WCAG 2.1.4); Ctrl K always works.
 *
 * @param isAfterG true while the key before was `g`.
 */
export function shortcutOf(press: KeyPress, isAfterG: boolean, isOn: boolean): Shortcut | null {
  if (press.hasModifier) return press.key.toLowerCase() === 'k' && !press.hasAlt ? { kind: 'palette' } : null;
  return press.hasAlt || !isOn ? null : shortcutOfLetter(press, isAfterG);
}

function shortcutOfLetter({ key, isTyping }: KeyPress, isAfterG: boolean): Shortcut | null {
  // A field that got the focus after the g does not get the letter.
  if (isAfterG && key.length === 1) return { kind: 'go', letter: key };
  if (isTyping) return null;
  if (key === '?') return { kind: 'help' };
  if (key === '/') return { kind: 'search' };
  return key === 'g' ? { kind: 'prefix' } : null;
}

/** What a key press means, from the event. A dialog that is open keeps its keys to itself. */
export function toKeyPress(event: KeyboardEvent): KeyPress {
  const target = event.target instanceof HTMLElement ? event.target : null;
  return {
    key: event.key,
    hasModifier: event.ctrlKey || event.metaKey,
    hasAlt: event.altKey,
    isTyping:
      target?.closest('input, textarea, select, [contenteditable="true"], [role="dialog"]') !== null &&
      target !== null,
  };
}

/** True unless the person switched single letters off in this browser. */
export function areLettersOn(): boolean {
  return localStorage.getItem(storageKey) !== 'off';
}

/** Switches single letters on or off for every screen in this browser. */
export function switchLetters(isOn: boolean): void {
  if (isOn) localStorage.removeItem(storageKey);
  else localStorage.setItem(storageKey, 'off');
}
