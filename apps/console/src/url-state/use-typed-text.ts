import { useEffect, useRef, useState } from 'react';

/** When the URL follows what is typed. */
interface TypingOptions {
  /** Milliseconds after the last key. */
  readonly waitMs?: number;
  /** The first key after a pause does not wait: for a search that is quick enough for each key. */
  readonly isFirstAtOnce?: boolean;
}

/**
 * Text that is typed and belongs into the URL. The URL follows 200 ms after the last key unless the options say otherwise. A change of
 * the URL from elsewhere, such as Back, changes the text; keys that are typed meanwhile are never lost.
 */
export function useTypedText(
  inUrl: string,
  onTyped: (text: string) => void,
  { waitMs = 200, isFirstAtOnce = false }: TypingOptions = {},
): [text: string, setText: (text: string) => void] {
  const [text, setText] = useState(inUrl);
  const former = useRef(inUrl);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    const before = former.current;
    former.current = inUrl;
    setText((current) => (current === before ? inUrl : current));
  }, [inUrl]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (next: string): void => {
    setText(next);
    const isFirst = isFirstAtOnce && timer.current === undefined;
    if (isFirst) onTyped(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      timer.current = undefined;
      if (!isFirst) onTyped(next);
    }, waitMs);
  };
  return [text, type];
}
