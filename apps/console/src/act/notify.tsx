import { Button, CopyButton, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { problemOf } from '../api/problem.js';
import { type HttpRequest, toCurl } from './curl.js';
import { sheetRequest } from './sheet-request.js';

/** What a write tells when it is over. */
export interface Receipt {
  /** "temperature is 0.2 now, version 8". */
  readonly message: string;
  /** What follows the message, such as where the change has arrived. */
  readonly detail?: ReactNode;
  /** What was sent, if no sheet shows it. */
  readonly request?: HttpRequest;
  /** The write was refused, and nothing has changed. */
  readonly isRefused?: boolean;
  /** Undoes the write. If it throws, a notice says why the write was not undone. Without it, there is no button to undo. */
  readonly onUndo?: () => unknown;
  /** Where to go on. */
  readonly link?: { readonly label: string; readonly onOpen: () => void };
}

/** Tells of a write that is over. The notifications are a live region. */
export function notifyDone({ message, detail, isRefused, onUndo, link, ...receipt }: Receipt): void {
  const request = isRefused ? null : (receipt.request ?? sheetRequest());
  const id = notifications.show({
    color: isRefused ? 'red' : 'teal',
    autoClose: 12_000,
    closeButtonProps: { 'aria-label': 'Close' },
    message: (
      <Group justify="space-between" wrap="nowrap">
        <div>
          <Text size="sm">{message}</Text>
          {detail}
          {request && <CopyAsCurl request={request} />}
        </div>
        <Group gap="xs" wrap="nowrap">
          {onUndo && (
            <Button
              size="xs"
              variant="light"
              onClick={() => {
                notifications.hide(id);
                void undoOrTell(onUndo);
              }}
            >
              Undo
            </Button>
          )}
          {link && (
            <Button
              size="xs"
              variant="light"
              onClick={() => {
                notifications.hide(id);
                link.onOpen();
              }}
            >
              {link.label}
            </Button>
          )}
        </Group>
      </Group>
    ),
  });
}

function CopyAsCurl({ request }: { request: HttpRequest }) {
  return (
    <CopyButton value={toCurl(request)}>
      {({ copied, copy }) => (
        <Button size="compact-xs" variant="subtle" ml={-8} mt={4} onClick={copy}>
          {copied ? 'Copied' : 'Copy as curl'}
        </Button>
      )}
    </CopyButton>
  );
}

async function undoOrTell(undo: () => unknown): Promise<void> {
  try {
    await undo();
  } catch (error) {
    const { title, detail = title } = problemOf(error);
    notifyDone({ message: `It is not undone. ${detail}`, isRefused: true });
  }
}
