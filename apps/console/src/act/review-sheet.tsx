import { Button, Group, Stack } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { type FieldError, problemOf } from '../api/problem.js';
import { Dialog } from './dialog.js';
import { ProblemView } from '../states/problem-view.js';
import { AsCode } from './as-code.js';
import type { HttpRequest } from './curl.js';
import { SheetErrors, focusFirstFault } from './sheet-field.js';
import { words } from '../words/words.texts.js';
import { useKeptFocus } from './use-kept-focus.js';

/**
 * Does the act. It is given the request that the sheet shows, for the notice: the sheet hides secrets. What it throws is shown in the
 * sheet, which stays open; false keeps the sheet open, too.
 */
type Confirmed = (request: HttpRequest) => Promise<void | false>;

export interface ReviewSheetProps {
  readonly title: string;
  /** What the button does, with its number: "Change 812 tenants". */
  readonly action: string;
  readonly isDangerous?: boolean;
  /** The button has the focus when the sheet opens: Enter confirms. For acts that must be quick and can be undone. */
  readonly isFocused?: boolean;
  /** False while the input does not allow the act. */
  readonly isReady?: boolean;
  readonly request: HttpRequest;
  /** The same as a file. */
  readonly file?: string | undefined;
  readonly children: ReactNode;
  readonly onConfirm: Confirmed;
  /** A second, red button: what is offered after the first act was refused. */
  readonly force?: { readonly action: string; readonly isReady: boolean; readonly onConfirm: Confirmed };
  /** Shows a problem in another way than the usual one; null for the usual one. */
  readonly showProblem?: (error: unknown) => ReactNode;
  readonly onClose: () => void;
}

/** The one sheet that stands before every write: what will happen, the button that says it, and the same as code. `Ctrl Enter` confirms. */
export function ReviewSheet({ title, children, onClose, request, file, ...act }: ReviewSheetProps) {
  const running = useRun(request, onClose);
  return (
    <Dialog onClose={onClose} title={title} size="lg" keepsInput>
      <Stack>
        <SheetErrors value={running.errors}>{children}</SheetErrors>
        <Confirm {...act} {...running} onClose={onClose} />
        <AsCode request={request} {...(file !== undefined && { file })} />
      </Stack>
    </Dialog>
  );
}

type ConfirmProps = Omit<ReviewSheetProps, 'title' | 'children' | 'file' | 'request'> & Running;

function Confirm({ action, isDangerous, isFocused, isReady = true, force, ...act }: ConfirmProps) {
  const { error, errors, isRunning, run } = act;
  const group = useRef<HTMLDivElement>(null);
  const button = useKeptFocus(isRunning);
  const forceButton = useKeptFocus(isRunning);
  useEffect(() => focusFirstFault(group.current?.closest('[role="dialog"]') ?? null, errors), [errors]);
  const confirm = (): void => {
    if (isReady) void run(act.onConfirm);
  };
  useHotkeys([['mod+Enter', confirm]], []);
  return (
    <>
      {error !== null && (act.showProblem?.(error) ?? <ProblemView error={error} />)}
      <Group justify="flex-end" ref={group}>
        <Button variant="default" onClick={act.onClose}>
          {words.cancel}
        </Button>
        {force && (
          <Button
            ref={forceButton}
            color="red"
            disabled={!force.isReady}
            loading={isRunning}
            onClick={() => void run(force.onConfirm)}
          >
            {force.action}
          </Button>
        )}
        <Button
          ref={button}
          {...(isDangerous && { color: 'red' })}
          {...(isFocused && { 'data-autofocus': true })}
          disabled={!isReady}
          loading={isRunning}
          onClick={confirm}
        >
          {action}
        </Button>
      </Group>
    </>
  );
}

/** An act that was sent, and what came of it. */
interface Running {
  readonly error: unknown;
  readonly errors: readonly FieldError[];
  readonly isRunning: boolean;
  readonly run: (act: Confirmed) => Promise<void>;
}

const noErrors: readonly FieldError[] = [];

/** Runs one act at a time, and closes the sheet when it succeeds. */
function useRun(request: HttpRequest, onClose: () => void): Running {
  const [error, setError] = useState<unknown>(null);
  const [isRunning, setRunning] = useState(false);
  const run = async (act: Confirmed): Promise<void> => {
    if (isRunning) return;
    setRunning(true);
    setError(null);
    try {
      if ((await act(request)) !== false) onClose();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setRunning(false);
    }
  };
  const errors = (error === null ? undefined : problemOf(error).errors) ?? noErrors;
  return { error, errors, isRunning, run };
}
