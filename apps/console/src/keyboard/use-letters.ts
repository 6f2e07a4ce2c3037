import { useEffect, useEffectEvent } from 'react';
import { areLettersOn, toKeyPress } from './shortcuts.js';

/**
 * Single keys of a screen. They mean nothing in fields and dialogs, after `g`, and for a person who switched single letters off.
 *
 * ```ts
 * useLetters({ e: edit, '[': goBack });
 * ```
 */
export function useLetters(acts: Readonly<Record<string, () => void>>): void {
  const onKey = useEffectEvent((event: KeyboardEvent): void => {
    const { key, hasModifier, hasAlt, isTyping } = toKeyPress(event);
    const act = Object.hasOwn(acts, key) ? acts[key] : undefined;
    if (act === undefined || event.defaultPrevented || hasModifier || hasAlt || isTyping) return;
    if (!areLettersOn()) return;
    event.preventDefault();
    act();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => onKey(event);
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  }, []);
}
