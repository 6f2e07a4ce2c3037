import { Modal, type ModalProps, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useUnloadWarning } from '../draft/use-unload-warning.js';
import { texts } from './act.texts.js';
import { useReturnedFocus } from './use-returned-focus.js';
import { words } from '../words/words.texts.js';

interface DialogProps extends Omit<ModalProps, 'opened'> {
  /** Once something was typed or chosen, only a button closes the dialog, and the browser asks before the tab is closed. */
  readonly keepsInput?: boolean;
}

/** A dialog over the screen, for as long as it is rendered. The focus is in it, and afterwards where it was before. */
export function Dialog({ onClose, keepsInput = false, children, ...props }: DialogProps) {
  useReturnedFocus();
  const isTopmost = useTopmost();
  const [isTyped, setTyped] = useState(false);
  const [isHeld, setHeld] = useState(false);
  const isKept = keepsInput && isTyped;
  useUnloadWarning(isKept);
  const leave = (): void => {
    if (!isTopmost()) return;
    if (isKept) setHeld(true);
    else onClose();
  };
  return (
    <Modal
      // The button closes the dialog as Esc and a click outside do, and then calls `onClick`.
      closeButtonProps={{ 'aria-label': words.close, onClick: () => isKept && onClose() }}
      {...props}
      opened
      onInput={() => setTyped(true)}
      onClick={({ target }) => isChoice(target) && setTyped(true)}
      onClose={leave}
    >
      {keepsInput && (
        <Text size="sm" role="status" {...(isHeld && { mb: 'sm' })}>
          {isHeld && texts.inputIsKept}
        </Text>
      )}
      {children}
    </Modal>
  );
}

/** A list of choices is no part of the form's inputs: neither an option nor the button that takes one away causes an input event. */
function isChoice(target: EventTarget): boolean {
  return target instanceof Element && target.closest('[role="option"], .mantine-Pill-remove') !== null;
}

const dialogs: symbol[] = [];

/** Esc closes the dialog that is over the others, and no other. */
function useTopmost(): () => boolean {
  const [id] = useState(() => Symbol('dialog'));
  useEffect(() => {
    dialogs.push(id);
    // The key that closes it reaches the dialog below, too.
    return () => void setTimeout(() => dialogs.splice(dialogs.indexOf(id), 1));
  }, [id]);
  return () => dialogs.at(-1) === id;
}
