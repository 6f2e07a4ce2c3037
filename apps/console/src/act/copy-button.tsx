import { Button, type ButtonProps } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { texts } from './act.texts.js';

interface CopyButtonProps extends ButtonProps {
  readonly value: string;
  readonly title?: string;
  /** What the button says before it is pressed. */
  readonly children: ReactNode;
}

/** Copies a value, and says so; or says why the browser does not let it. */
export function CopyButton({ value, children, ...button }: CopyButtonProps) {
  const { copied, error, copy } = useClipboard();
  const label = copied ? texts.copied : children;
  return (
    <Button {...button} onClick={() => copy(value)}>
      {error ? texts.notCopied(window.isSecureContext) : label}
    </Button>
  );
}
