import { useState } from 'react';

/**
 * A value that is typed and belongs into the URL, for a link or a reload. The URL follows a moment after each key, and what is typed
 * meanwhile would be lost with it, so it is read only once.
 */
export function useUrlDraft<T>(
  readUrl: () => T,
  write: (value: T) => void,
): [draft: T, edit: (next: T) => void] {
  const [draft, setDraft] = useState(readUrl);
  const edit = (next: T): void => {
    setDraft(next);
    write(next);
  };
  return [draft, edit];
}
