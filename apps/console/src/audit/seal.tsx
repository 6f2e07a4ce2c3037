import { Alert, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../api/client.js';
import { ProblemView } from '../states/problem-view.js';

/** Checks the hash chain of every history when it is asked to. It reads all entries, so it is never asked by itself. */
export function Seal() {
  const [isAsked, setAsked] = useState(false);
  const check = useQuery({
    queryKey: ['/v1/platform/audit/verify'],
    queryFn: async ({ signal }) => (await call('get', '/v1/platform/audit/verify', { signal })).data,
    enabled: isAsked,
    staleTime: 0,
  });
  const verify = (): void => {
    if (isAsked) void check.refetch();
    setAsked(true);
  };
  return (
    <>
      <Group gap="sm">
        <Button variant="default" size="xs" loading={check.isFetching} onClick={verify}>
          Verify every history
        </Button>
        {check.data?.ok === true && (
          <Text size="sm" role="status">
            {`${check.data.entries.toLocaleString()} entries of ${check.data.tenants.toLocaleString()} tenants, unbroken`}
          </Text>
        )}
      </Group>
      {check.data?.first_broken && (
        <Alert color="red" title="A history is broken" role="alert">
          {check.data.first_broken.message}
        </Alert>
      )}
      {check.isError && <ProblemView error={check.error} />}
    </>
  );
}
