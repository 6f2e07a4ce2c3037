import { Button, Checkbox, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Dialog } from './dialog.js';

/** A key or secret that the API shows once. The dialog closes only after the person says that it is stored. */
export function ShownOnce({
  title,
  secret,
  children,
  onClose,
}: {
  title: string;
  secret: string;
  children?: React.ReactNode;
  onClose: () => void;
}) {
  const [isStored, setStored] = useState(false);
  return (
    <Dialog
      onClose={() => isStored && onClose()}
      title={title}
      size="lg"
      withCloseButton={false}
      closeOnClickOutside={false}
    >
      <Stack>
        <Text size="sm">
          Copy it to where you need it now. Attune keeps only its hash, and cannot show it again.
        </Text>
        <Code block tabIndex={0} data-secret>
          {secret}
        </Code>
        {children}
        <Group>
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy} data-autofocus>
                {copied ? 'Copied' : 'Copy'}
              </Button>
            )}
          </CopyButton>
        </Group>
        <Checkbox
          label="I have stored it"
          checked={isStored}
          onChange={(event) => setStored(event.currentTarget.checked)}
        />
        <Group justify="flex-end">
          <Button disabled={!isStored} onClick={onClose}>
            Close
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
