import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type ReactNode, createRef } from 'react';
import { problemOf } from '../api/problem.js';
import { CopyAsCurl } from './copy-as-curl.js';
import type { HttpRequest } from './curl.js';
import { words } from '../words/words.texts.js';
import { texts } from './act.texts.js';

/** What a write tells when it is over. */
export interface Receipt {
  /** "temperature is 0.2 now, version 8". */
  readonly message: string;
  /** What follows the message, such as where the change has arrived. */
  readonly detail?: ReactNode;
  /** What was sent, without its secrets. */
  readonly request: HttpRequest;
  /**
   * Undoes the write. A notice tells of the request that it returns; without one, the undo tells of itself. If it throws, a notice says
   * why the write was not undone. Without `onUndo`, there is no button to undo.
   */
  readonly onUndo?: () => Promise<{ readonly request: HttpRequest } | void> | void;
  readonly link?: NoticeLink;
}

/** Where to go on. */
interface NoticeLink {
  readonly label: string;
  readonly onOpen: () => void;
}

/** Tells of a write that is over. The notifications are a live region. */
export function notifyDone({ message, detail, request, onUndo, link }: Receipt): void {
  show({
    color: 'teal',
    text: (
      <>
        <Text size="sm">{message}</Text>
        {detail}
        <CopyAsCurl request={request} />
      </>
    ),
    acts: [
      ...(onUndo ? [{ label: words.undo, onOpen: () => void undoOrTell(onUndo) }] : []),
      ...(link ? [link] : []),
    ],
  });
}

/** Tells of a write that was refused, so that nothing has changed. */
export function notifyRefused({ message, link }: { message: string; link?: NoticeLink }): void {
  show({ color: 'red', text: <Text size="sm">{message}</Text>, acts: link ? [link] : [] });
}

async function undoOrTell(undo: NonNullable<Receipt['onUndo']>): Promise<void> {
  try {
    const answer = await undo();
    if (answer) notifyDone({ message: texts.undone, request: answer.request });
  } catch (error) {
    const { title, detail = title } = problemOf(error);
    notifyRefused({ message: texts.notUndone(detail) });
  }
}

interface Notice {
  readonly color: string;
  readonly text: ReactNode;
  readonly acts: readonly NoticeLink[];
}

function show({ color, text, acts }: Notice): void {
  const content = createRef<HTMLDivElement>();
  const id = notifications.show({
    color,
    autoClose: 12_000,
    onClose: () => moveFocusFrom(content.current?.closest('[role="alert"]')),
    closeButtonProps: { 'aria-label': words.close },
    message: (
      <Group ref={content} justify="space-between" wrap="nowrap">
        <div>{text}</div>
        <Group gap="xs" wrap="nowrap">
          {acts.map(({ label, onOpen }) => (
            <Button
              key={label}
              size="xs"
              variant="light"
              onClick={() => {
                notifications.hide(id);
                onOpen();
              }}
            >
              {label}
            </Button>
          ))}
        </Group>
      </Group>
    ),
  });
}

/** A notice that goes takes the focus along, if a button of it has it: the screen gets it. */
function moveFocusFrom(notice: Element | null | undefined): void {
  if (notice?.contains(document.activeElement))
    document.getElementById('main')?.focus({ preventScroll: true });
}
