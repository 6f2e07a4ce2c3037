import { type KeyboardEvent, type RefObject, useState } from 'react';
import { type NameCompletion, completeName } from './name-completion.js';

/** The list of names under the caret, and what the text area tells it. */
export interface NameList {
  readonly completion: NameCompletion | null;
  readonly active: number;
  readonly onTyped: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly choose: (name: string) => void;
  readonly close: () => void;
}

/** Offers names after `{`. Arrow keys move, Enter takes the name, Escape closes the list; Tab leaves the text area as everywhere. */
export function useNameCompletion(
  field: RefObject<HTMLTextAreaElement | null>,
  names: readonly string[],
): NameList {
  const [completion, setCompletion] = useState<NameCompletion | null>(null);
  const [active, setActive] = useState(0);
  const close = (): void => setCompletion(null);
  const choose = (name: string): void => {
    const { current } = field;
    if (current === null || completion === null) return;
    current.focus();
    current.setSelectionRange(completion.from, current.selectionStart);
    // The one way to insert text that the browser's own undo takes back.
    document.execCommand('insertText', false, `{${name}}`);
  };
  const move = (step: number): void => {
    const count = completion?.names.length ?? 1;
    setActive((active + step + count) % count);
  };
  const acts: Readonly<Record<string, () => void>> = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => choose(completion!.names[active]!),
    Escape: close,
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (completion === null) return;
    const act = acts[event.key];
    if (act === undefined) return /^(Arrow|Home|End|Page)/.test(event.key) ? close() : undefined;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  const onTyped = (): void => {
    const { selectionStart: caret, value } = field.current!;
    setCompletion(completeName(value, caret, names));
    setActive(0);
  };
  return { completion, active, onTyped, onKeyDown, choose, close };
}
