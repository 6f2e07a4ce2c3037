import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';

/** What a write tells when it succeeded. */
export interface Receipt {
  /** "temperature is 0.2 now, version 8". */
  readonly message: string;
  /** Takes the write back; absent where that is not possible. */
  readonly onUndo?: () => void;
  /** Where to go on. */
  readonly link?: { readonly label: string; readonly onOpen: () => void };
}

/** Tells of a write that succeeded. The notifications are a live region. */
export function notifyDone({ message, onUndo, link }: Receipt): void {
  const id = notifications.show({
    color: 'teal',
    autoClose: 12_000,
    closeButtonProps: { 'aria-label': 'Close' },
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{message}</Text>
        <Group gap="xs" wrap="nowrap">
          {onUndo && (
            <Button
              size="xs"
              variant="light"
              onClick={() => {
                notifications.hide(id);
                onUndo();
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
