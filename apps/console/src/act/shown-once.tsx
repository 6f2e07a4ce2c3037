import { Button, Checkbox, Code, Group, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { texts } from './act.texts.js';
import { CopyButton } from './copy-button.js';
import { Dialog } from './dialog.js';
import { type Receipt, notifyDone } from './notify.js';
import { words } from '../words/words.texts.js';

/** A key or secret that the API shows once. */
export interface IssuedSecret {
  readonly title: string;
  readonly secret: string;
  /** What Attune keeps of it; a hash unless said otherwise. */
  readonly about?: string;
  /** What the notice tells of the act once the secret is stored. */
  readonly receipt: Receipt;
}

interface ShownOnceProps extends IssuedSecret {
  readonly children?: ReactNode;
  readonly onClose: () => void;
}

/** Shows a key or secret. The dialog closes only after the person says that it is stored; then a notice tells what was done. */
export function ShownOnce({ title, secret, about, receipt, children, onClose }: ShownOnceProps) {
  const [isStored, setStored] = useState(false);
  const close = (): void => {
    onClose();
    notifyDone(receipt);
  };
  return (
    <Dialog
      onClose={() => isStored && close()}
      title={title}
      size="lg"
      withCloseButton={false}
      closeOnClickOutside={false}
    >
      <Stack>
        <Text size="sm">{about ?? texts.shownOnce.about}</Text>
        <Code block tabIndex={0} data-secret>
          {secret}
        </Code>
        {children}
        <Group>
          <CopyButton value={secret} variant="default" data-autofocus>
            {texts.copy}
          </CopyButton>
        </Group>
        <Checkbox
          label={texts.shownOnce.isStored}
          checked={isStored}
          onChange={(event) => setStored(event.currentTarget.checked)}
        />
        <Group justify="flex-end">
          <Button disabled={!isStored} onClick={close}>
            {words.close}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
