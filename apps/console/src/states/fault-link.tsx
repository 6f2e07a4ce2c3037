import { Anchor } from '@mantine/core';
import { useLayoutEffect, useRef, useState } from 'react';
import type { FieldError } from '../api/problem.js';
import { findFaultField, scopeOf } from '../controls/fault-field.js';

/** The message of a fault; a press moves the focus to the control of its field where there is one. */
export function FaultLink({ fault: { field, message } }: { fault: FieldError }) {
  const text = useRef<HTMLSpanElement>(null);
  const [isLink, setLink] = useState(false);
  const find = (): HTMLElement | null => text.current && findFaultField(field, scopeOf(text.current));
  useLayoutEffect(() => setLink(find() !== null), [field]);
  return (
    <span ref={text}>
      {isLink ? (
        <Anchor
          component="button"
          type="button"
          size="sm"
          ta="start"
          data-fault-link
          onClick={() => find()?.focus()}
        >
          {message}
        </Anchor>
      ) : (
        message
      )}
    </span>
  );
}
