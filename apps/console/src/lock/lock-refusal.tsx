import { Alert, Button, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTenantScope } from '../scope/tenant-scope.js';
import { UnlockQuestionForm } from './ask-to-unlock.js';
import { texts } from './lock.texts.js';

/** Says in a sheet of the platform that the tenant is locked, with the way to ask it. To force the change is the red button of the sheet. */
export function LockRefusal() {
  const { tenantId } = useTenantScope();
  const [isAsking, setAsking] = useState(false);
  return (
    <Stack gap="sm">
      <Alert color="red" title={texts.refusedTitle} role="alert">
        <Text size="sm" mb="xs">
          {texts.refused}
        </Text>
        <Button size="xs" aria-expanded={isAsking} onClick={() => setAsking(!isAsking)}>
          {texts.ask}
        </Button>
      </Alert>
      {isAsking && <UnlockQuestionForm tenantId={tenantId} />}
    </Stack>
  );
}
