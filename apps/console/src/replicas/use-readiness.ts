import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { publicPath } from '../public-path.js';

/** What the replica that answers says of itself and of what it depends on. */
export interface Readiness {
  readonly status?: string;
  /** Why there are no checks: the replica starts or drains. */
  readonly detail?: string;
  readonly checks?: Readonly<Record<string, { readonly status: string; readonly detail: string | null }>>;
}

export function useReadiness(refetchIntervalMs: number | false = false): UseQueryResult<Readiness> {
  return useQuery({
    queryKey: ['readiness'],
    queryFn: readReadiness,
    refetchInterval: refetchIntervalMs,
  });
}

async function readReadiness(): Promise<Readiness> {
  return (await (await fetch(`${publicPath}/health/ready`, { cache: 'no-store' })).json()) as Readiness;
}
