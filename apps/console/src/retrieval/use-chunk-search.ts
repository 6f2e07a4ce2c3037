import { useMutation } from '@tanstack/react-query';
import type { BodyOf, Schema } from '../api/operations.js';
import { useTenantScope } from '../scope/tenant-scope.js';

export type FoundChunk = Schema<'SearchedChunk'>;
type Found = Schema<'ChunkSearchResponse'>;
type Body = BodyOf<'/v1/retrieve', 'post'>;

export interface SearchInput {
  readonly question: string;
  /** Settings to try; without them only those of today search. */
  readonly patch: Record<string, unknown>;
}

/** What the settings of today find, and what the tried ones find where there are some. */
export interface Comparison {
  readonly today: Found;
  readonly tried: Found | null;
}

export function useChunkSearch() {
  const scope = useTenantScope();
  const search = async (body: Body): Promise<Found> =>
    (await scope.call('post', '/v1/retrieve', { body })).data;
  return useMutation({
    mutationFn: async ({ question, patch }: SearchInput): Promise<Comparison> => {
      const isTried = Object.keys(patch).length > 0;
      const [today, tried] = await Promise.all([
        search({ question }),
        isTried ? search({ question, patch } as Body) : null,
      ]);
      return { today, tried };
    },
  });
}
