import { type RefObject, useLayoutEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { type RowWindow, rowWindowOf } from './row-window.js';

/** Follows the scrolling and the size of a viewport. Rows are drawn in the frame of the scroll, so no gap is seen. */
export function useRowWindow(viewport: RefObject<HTMLElement | null>, rowHeight: number): RowWindow {
  const [seen, setSeen] = useState<RowWindow>({ first: 0, end: 0 });
  useLayoutEffect(() => {
    const element = viewport.current!;
    let height = element.clientHeight;
    const look = (): void => {
      const next = rowWindowOf({ scrollTop: element.scrollTop, height, rowHeight });
      setSeen((before) => (before.first === next.first && before.end === next.end ? before : next));
    };
    const onScroll = (): void => flushSync(look);
    const observer = new ResizeObserver(() => {
      height = element.clientHeight;
      look();
    });
    look();
    observer.observe(element);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, [viewport, rowHeight]);
  return seen;
}
