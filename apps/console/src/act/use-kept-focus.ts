import { type RefObject, useLayoutEffect, useRef } from 'react';

/** A button that is busy is disabled, which takes the focus from it. Gives it back at the end, unless something else has it by then. */
export function useKeptFocus(isBusy: boolean): RefObject<HTMLButtonElement | null> {
  const button = useRef<HTMLButtonElement>(null);
  const hadFocus = useRef(false);
  useLayoutEffect(() => {
    if (isBusy) hadFocus.current = document.activeElement === button.current;
    else if (hadFocus.current && document.activeElement === document.body) button.current?.focus();
  }, [isBusy]);
  return button;
}
