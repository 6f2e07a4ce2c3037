import { useEffect, useEffectEvent, useRef } from 'react';
import { type Shortcut, areLettersOn, shortcutOf } from './shortcuts.js';

const prefixMs = 1_500;

/** Listens to the keys of every screen. A dialog that is open keeps its keys to itself, the palette's aside. */
export function useShortcuts(act: (shortcut: Exclude<Shortcut, { kind: 'prefix' }>) => void): void {
  const prefixAt = useRef(-Infinity);
  const onKey = useEffectEvent((event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    const shortcut = shortcutOf(
      toKeyPress(event),
      event.timeStamp - prefixAt.current < prefixMs,
      areLettersOn(),
    );
    prefixAt.current = shortcut?.kind === 'prefix' ? event.timeStamp : -Infinity;
    if (shortcut === null || shortcut.kind === 'prefix') return;
    event.preventDefault();
    act(shortcut);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => onKey(event);
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  }, []);
}

function toKeyPress(event: KeyboardEvent) {
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
