import { Alert, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { ActButton } from '../act/act-button.js';
import { useHistoryCheck } from '../audit/use-history-check.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import { ProblemView } from '../states/problem-view.js';
import type { ChainCheck } from './chain.js';
import { texts } from './history.texts.js';

/** Checks the chain of the tenant's history together with all others, and remembers up to which version. */
export function useChainCheck(newest: number | undefined) {
  const check = useHistoryCheck();
  const [checked, setChecked] = useState<ChainCheck>();
  const verify = (): void =>
    check.mutate(undefined, { onSuccess: (result) => setChecked({ result, newest: newest ?? 0 }) });
  return { verify, checked, isRunning: check.isPending, error: check.error };
}

/** The button that checks the chain, and what the check found. Only the platform can: the check reads the histories of all tenants. */
export function Verify({ verify, checked, isRunning, error }: ReturnType<typeof useChainCheck>) {
  const { isPlatform } = useTenantScope();
  return (
    <>
      <Group gap="sm">
        <ActButton
          variant="default"
          size="xs"
          reason={isPlatform ? null : texts.verifyRefused}
          loading={isRunning}
          onClick={verify}
        >
          {texts.verify}
        </ActButton>
        <Text size="sm" role="status">
          {checked?.result.ok === true ? texts.unbroken(checked.newest) : texts.sealed}
        </Text>
      </Group>
      {checked && <Broken {...checked} />}
      {error && <ProblemView error={error} />}
    </>
  );
}

function Broken({ result: { first_broken: broken } }: ChainCheck) {
  const { tenantId } = useTenantScope();
  if (broken === null) return null;
  return (
    <Alert color="red" title={texts.brokenTitle} role="alert">
      {broken.tenant_id === tenantId
        ? texts.brokenHere(broken.version, broken.message)
        : texts.brokenElsewhere(broken.tenant_id, broken.version)}
    </Alert>
  );
}
