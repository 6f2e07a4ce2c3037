import { useEffect, useRef, useState } from 'react';

const waitMs = 200;

/**
 * Text that is typed and belongs into the URL. The URL follows 200 ms after the last key, and a change of the URL from elsewhere, such as
 * Back, changes the text; keys that are typed meanwhile are never lost.
 */
export function useTypedText(
  inUrl: string,
  onTyped: (text: string) => void,
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
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onTyped(next), waitMs);
  };
  return [text, type];
}
