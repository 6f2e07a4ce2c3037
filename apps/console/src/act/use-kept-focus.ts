import { type RefObject, useLayoutEffect, useRef } from 'react';

/**
 * A button that is busy is disabled, which takes the focus from it. Gives it back at the end, unless something else has it by then; to the
 * dialog of the button if the button is still disabled.
 */
export function useKeptFocus(isBusy: boolean): RefObject<HTMLButtonElement | null> {
  const button = useRef<HTMLButtonElement>(null);
  const hadFocus = useRef(false);
  useLayoutEffect(() => {
    if (isBusy) hadFocus.current = document.activeElement === button.current;
    else if (hadFocus.current && hasNoFocus()) {
      button.current?.focus();
      if (hasNoFocus()) button.current?.closest<HTMLElement>('[role="dialog"]')?.focus();
    }
  }, [isBusy]);
  return button;
}

const hasNoFocus = (): boolean => document.activeElement === document.body;
