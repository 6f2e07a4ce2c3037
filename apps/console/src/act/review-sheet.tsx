import { Button, Group, Modal, Stack } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import { ProblemView } from '../states/problem-view.js';
import { AsCode } from './as-code.js';
import type { HttpRequest } from './curl.js';

export interface ReviewSheetProps {
  readonly title: string;
  /** What the button does, with its number: "Change 812 tenants". */
  readonly action: string;
  readonly isDangerous?: boolean;
  /** False while the input does not allow the act. */
  readonly isReady?: boolean;
  readonly request: HttpRequest;
  /** The same as a file. */
  readonly file?: string;
  readonly children: ReactNode;
  /** Does it. What it throws is shown in the sheet, which stays open. */
  readonly onConfirm: () => Promise<void>;
  readonly onClose: () => void;
}

/** The one sheet that stands before every write: what will happen, the button that says it, and the same as code. `Ctrl Enter` confirms. */
export function ReviewSheet({ title, children, onClose, request, file, ...act }: ReviewSheetProps) {
  return (
    <Modal opened onClose={onClose} title={title} size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        {children}
        <Confirm {...act} onClose={onClose} />
        <AsCode request={request} {...(file !== undefined && { file })} />
      </Stack>
    </Modal>
  );
}

type ConfirmProps = Pick<ReviewSheetProps, 'action' | 'isDangerous' | 'isReady' | 'onConfirm' | 'onClose'>;

function Confirm({ action, isDangerous = false, isReady = true, onConfirm, onClose }: ConfirmProps) {
  const [error, setError] = useState<unknown>(null);
  const [isRunning, setRunning] = useState(false);
  const confirm = async (): Promise<void> => {
    if (!isReady || isRunning) return;
    setRunning(true);
    setError(null);
    try {
      await onConfirm();
      onClose();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setRunning(false);
    }
  };
  useHotkeys([['mod+Enter', () => void confirm()]], []);
  return (
    <>
      {error !== null && <ProblemView error={error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          {...(isDangerous && { color: 'red' })}
          disabled={!isReady}
          loading={isRunning}
          onClick={() => void confirm()}
        >
          {action}
        </Button>
      </Group>
    </>
  );
}
