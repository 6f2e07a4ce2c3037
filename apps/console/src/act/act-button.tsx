import { Button, type ButtonProps, Tooltip } from '@mantine/core';
import { type ComponentPropsWithoutRef, useId } from 'react';
import { useKeptFocus } from './use-kept-focus.js';

type ActButtonProps = ButtonProps &
  Omit<ComponentPropsWithoutRef<'button'>, keyof ButtonProps | 'disabled'> & {
    /** Why the act is not possible, as a sentence; null if it is. */
    readonly reason: string | null;
  };

/** A button that says why it cannot be pressed, on hover, on focus and to screen readers. It stays reachable by keyboard, and keeps the focus after it was busy (`loading`). */
export function ActButton({ reason, onClick, children, ...props }: ActButtonProps) {
  const id = useId();
  const button = useKeptFocus(props.loading === true);
  if (reason === null)
    return (
      <Button {...props} ref={button} onClick={onClick}>
        {children}
      </Button>
    );
  return (
    <Tooltip
      label={reason}
      multiline
      maw={280}
      events={{ hover: true, focus: true, touch: true }}
      portalProps={{ target: '#main' }}
    >
      <Button {...props} data-disabled aria-disabled aria-describedby={id} type="button">
        {children}
        <span id={id} hidden>
          {reason}
        </span>
      </Button>
    </Tooltip>
  );
}
