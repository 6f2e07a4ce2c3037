import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { call } from '../api/client.js';
import { formatMs } from '../numbers/format.js';
import { type Propagation, isEverywhere, propagationOf } from './propagation.js';

const pollMs = 1_000;

/** What a session of the platform sees after a save; the API tells the tenant's own people nothing of replicas. */
export function propagationDetail(version: number, { isPlatform }: { isPlatform: boolean }): ReactNode {
  return isPlatform ? <PropagationReceipt version={version} savedAt={performance.now()} /> : null;
}

interface PropagationReceiptProps {
  readonly version: number;
  /** `performance.now()` when the answer to the save came. */
  readonly savedAt: number;
}

/** On how many replicas a saved version is; asked every second until it is on all of them. */
function PropagationReceipt({ version, savedAt }: PropagationReceiptProps) {
  const { data } = useQuery({
    queryKey: ['/v1/platform/overview', 'propagation', savedAt],
    queryFn: async ({ signal }) => {
      const sentMs = performance.now() - savedAt;
      return propagationOf((await call('get', '/v1/platform/overview', { signal })).data.replicas, sentMs);
    },
    refetchInterval: ({ state }) => (state.data && isEverywhere(state.data) ? false : pollMs),
    gcTime: 0,
    retry: false,
  });
  return (
    <Text size="xs" className="numbers">
      {data && receiptText(version, data)}
    </Text>
  );
}

function receiptText(version: number, propagation: Propagation): string {
  const { reached, all, withinMs } = propagation;
  const text = `Version ${version} on ${reached} of ${all} ${all === 1 ? 'replica' : 'replicas'}`;
  return isEverywhere(propagation) ? `${text}, within ${formatMs(withinMs)}` : `${text} …`;
}
