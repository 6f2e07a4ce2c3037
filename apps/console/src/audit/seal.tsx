import { Alert, Group, Text } from '@mantine/core';
import { ActButton } from '../act/act-button.js';
import { ProblemView } from '../states/problem-view.js';
import { useHistoryCheck } from './use-history-check.js';
import { words } from '../words/words.texts.js';
import { texts } from './audit.texts.js';

/** Checks the hash chain of every history, and says what it found. */
export function Seal() {
  const check = useHistoryCheck();
  return (
    <>
      <Group gap="sm">
        <ActButton
          reason={null}
          variant="default"
          size="xs"
          loading={check.isPending}
          onClick={() => check.mutate()}
        >
          {texts.verifyAll}
        </ActButton>
        {check.data?.ok === true && (
          <Text size="sm" role="status">
            {texts.unbroken(check.data.entries, check.data.tenants)}
          </Text>
        )}
      </Group>
      {check.data?.first_broken && (
        <Alert color="red" title={words.brokenHistory} role="alert">
          {texts.brokenAt(
            check.data.first_broken.tenant_id,
            check.data.first_broken.version,
            check.data.first_broken.message,
          )}
        </Alert>
      )}
      {check.isError && <ProblemView error={check.error} />}
    </>
  );
}
