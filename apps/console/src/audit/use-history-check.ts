import { type UseMutationResult, useMutation } from '@tanstack/react-query';
import { call } from '../api/client.js';
import type { Schema } from '../api/operations.js';

/** Checks the hash chain of every history when it is asked to: that reads all entries, so it is never done by itself. */
export function useHistoryCheck(): UseMutationResult<Schema<'HistoryVerificationResponse'>, Error, void> {
  return useMutation({ mutationFn: async () => (await call('get', '/v1/platform/audit/verify')).data });
}
