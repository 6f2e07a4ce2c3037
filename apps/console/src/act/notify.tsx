import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';

/** What a write tells when it succeeded. */
export interface Receipt {
  /** "temperature is 0.2 now, version 8". */
  readonly message: string;
  /** Takes the write back; absent where that is not possible. */
  readonly onUndo?: () => void;
  /** Shows the same write as a command. */
  readonly onShowCode?: () => void;
}

/** Tells of a write that succeeded. The notifications are a live region. */
export function notifyDone({ message, onUndo, onShowCode }: Receipt): void {
  const id = notifications.show({
    color: 'teal',
    autoClose: 12_000,
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
          {onShowCode && (
            <Button size="xs" variant="subtle" onClick={onShowCode}>
              As curl
            </Button>
          )}
        </Group>
      </Group>
    ),
  });
}
