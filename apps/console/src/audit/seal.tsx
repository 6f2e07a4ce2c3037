import { Alert, Group, Text } from '@mantine/core';
import { ActButton } from '../act/act-button.js';
import { ProblemView } from '../states/problem-view.js';
import { useHistoryCheck } from './use-history-check.js';

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
          Verify every history
        </ActButton>
        {check.data?.ok === true && (
          <Text size="sm" role="status">
            {`${check.data.entries.toLocaleString()} entries of ${check.data.tenants.toLocaleString()} tenants, unbroken`}
          </Text>
        )}
      </Group>
      {check.data?.first_broken && (
        <Alert color="red" title="A history is broken" role="alert">
          {`${check.data.first_broken.tenant_id}, version ${check.data.first_broken.version}: ${check.data.first_broken.message}`}
        </Alert>
      )}
      {check.isError && <ProblemView error={check.error} />}
    </>
  );
}
