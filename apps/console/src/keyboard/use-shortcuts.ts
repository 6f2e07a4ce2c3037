import { useEffect, useEffectEvent, useRef } from 'react';
import { type Shortcut, areLettersOn, shortcutOf, toKeyPress } from './shortcuts.js';

const prefixMs = 1_500;

/** Listens to the keys of every screen. A dialog that is open keeps its keys to itself, the palette's aside. */
export function useShortcuts(act: (shortcut: Exclude<Shortcut, { kind: 'prefix' }>) => void): void {
  const prefixAt = useRef(-Infinity);
  const onKey = useEffectEvent((event: KeyboardEvent): void => {
    // "g !" has Shift between its keys.
    if (event.defaultPrevented || event.isComposing || event.key === 'Shift') return;
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
    // Before the screen's own letters: the u of "g u" is not the u that undoes.
    addEventListener('keydown', listener, true);
    // Who clicks into a field means to write.
    const forgetPrefix = (): void => void (prefixAt.current = -Infinity);
    addEventListener('pointerdown', forgetPrefix, true);
    return () => {
      removeEventListener('keydown', listener, true);
      removeEventListener('pointerdown', forgetPrefix, true);
    };
  }, []);
}
