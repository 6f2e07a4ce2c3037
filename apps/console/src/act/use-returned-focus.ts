import { useLayoutEffect } from 'react';

/** What had the focus before the first of the dialogs that follow each other. */
let opener: Element | null = null;
let isReturning = false;

/**
 * Gives the focus back when a dialog or the sign-in page is gone: to what had it before, to what opened the first dialog if several
 * followed each other, or to the screen if that is gone, too.
 */
export function useReturnedFocus(): void {
  useLayoutEffect(() => {
    const before = document.activeElement;
    const isFirst = !isReturning && !before?.closest('[role="dialog"]');
    if (isFirst) opener = before;
    const candidates = [before, opener];
    return () => {
      isReturning = true;
      setTimeout(() => {
        isReturning = false;
        if (document.activeElement !== document.body) return;
        focusFirst([...candidates, document.getElementById('main')]);
      });
    };
  }, []);
}

function isThere(element: Element | null): element is HTMLElement {
  return element instanceof HTMLElement && element.isConnected && element !== document.body;
}

function focusFirst(candidates: readonly (Element | null)[]): void {
  candidates.find(isThere)?.focus({ preventScroll: true });
}
