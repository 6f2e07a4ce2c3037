import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { call } from '../api/client.js';
import type { TenantScope } from '../scope/tenant-scope.js';
import {
  type ServedVersion,
  isEverywhere,
  propagationOf,
  propagationText,
  servedText,
} from './propagation.js';

const pollMs = 1_000;

/**
 * Where a saved version is. The platform sees on how many replicas. The tenant's own people see the version that the answering replica
 * serves, because the API tells them nothing of the other replicas.
 */
export function propagationDetail(version: number, scope: TenantScope): ReactNode {
  if (scope.isPlatform) return replicasReceipt(version);
  return <ServedReceipt served={readServed(version, scope)} />;
}

/** On how many replicas a version is that was saved a moment ago. Only the platform may read that. */
export function replicasReceipt(version: number): ReactNode {
  return <ReplicasReceipt version={version} savedAt={performance.now()} />;
}

interface ReplicasReceiptProps {
  readonly version: number;
  /** `performance.now()` when the answer to the save came. */
  readonly savedAt: number;
}

/** Asked every second until the version is on all replicas. */
function ReplicasReceipt({ version, savedAt }: ReplicasReceiptProps) {
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
  return <ReceiptText>{data && propagationText(version, data)}</ReceiptText>;
}

/** Asked at once, because the notice is drawn later. Null if the replica does not answer with the version. */
async function readServed(version: number, scope: TenantScope): Promise<ServedVersion | null> {
  const savedAt = performance.now();
  const headers = { 'attune-min-config-version': String(version) };
  try {
    const { data } = await scope.call('get', '/v1/config', { headers });
    return { version: data.version, afterMs: performance.now() - savedAt };
  } catch {
    return null;
  }
}

function ServedReceipt({ served }: { served: Promise<ServedVersion | null> }) {
  const [text, setText] = useState<string | null>(null);
  useEffect(() => void served.then((answer) => setText(answer && servedText(answer))), [served]);
  return <ReceiptText>{text}</ReceiptText>;
}

function ReceiptText({ children }: { children: ReactNode }) {
  return (
    <Text size="xs" className="numbers">
      {children}
    </Text>
  );
}
