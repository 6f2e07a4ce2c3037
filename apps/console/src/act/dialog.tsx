import { Modal, type ModalProps } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useReturnedFocus } from './use-returned-focus.js';

/** A dialog over the screen, for as long as it is rendered. The focus is in it, and afterwards where it was before. */
export function Dialog({ onClose, ...props }: Omit<ModalProps, 'opened'>) {
  useReturnedFocus();
  const isTopmost = useTopmost();
  return (
    <Modal
      closeButtonProps={{ 'aria-label': 'Close' }}
      {...props}
      opened
      onClose={() => isTopmost() && onClose()}
    />
  );
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
