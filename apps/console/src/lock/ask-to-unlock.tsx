import { Code, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { AsCode } from '../act/as-code.js';
import { CopyButton } from '../act/copy-button.js';
import { Dialog } from '../act/dialog.js';
import { overrideAllowed } from '../draft/patch.js';
import { publicPath } from '../public-path.js';
import { texts } from './lock.texts.js';
import { unlockMessage } from './unlock-message.js';

/** The message that asks a tenant to unlock, to copy: the API has no route by which the platform could ask. */
export function UnlockQuestionForm({ tenantId }: { tenantId: string }) {
  const [reason, setReason] = useState('');
  const message = unlockMessage({ consoleUrl: location.origin + publicPath, tenantId, reason });
  return (
    <Stack gap="sm">
      <Text size="sm">{texts.askAbout}</Text>
      <TextInput
        label={texts.askReason}
        value={reason}
        maxLength={400}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-autofocus
      />
      <Code
        block
        tabIndex={0}
        aria-label={texts.message}
        style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
      >
        {message}
      </Code>
      <Group>
        <CopyButton value={message} size="xs">
          {texts.copyMessage}
        </CopyButton>
      </Group>
    </Stack>
  );
}

/** The message in a dialog of its own, with what the tenant then sends. */
export function AskToUnlockDialog({ tenantId, onClose }: { tenantId: string; onClose: () => void }) {
  const body = { [overrideAllowed]: true };
  return (
    <Dialog title={texts.askTenant(tenantId)} size="lg" onClose={onClose}>
      <Stack gap="sm">
        <UnlockQuestionForm tenantId={tenantId} />
        <Text size="sm">{texts.asTenant}</Text>
        <AsCode request={{ method: 'PATCH', url: '/v1/config', body }} />
      </Stack>
    </Dialog>
  );
}
