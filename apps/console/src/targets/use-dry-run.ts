import { call } from '../api/client.js';
import type { Schema } from '../api/operations.js';
import { type AskPreview, previewPageSize, usePreview } from '../lists/use-preview.js';
import type { Patch } from '../platform-settings/patch-editor.js';

interface DryRunInput {
  readonly selector: Schema<'SelectorRequest'>;
  readonly changes: Patch;
}

const ask: AskPreview<DryRunInput, Schema<'DryRunResponse'>> = async (input, { cursor, signal }) => {
  const body = { ...input, reason: 'dry run', dry_run: true } as never;
  // One part of the tenants may be far down the list: later pages are as long as they may be.
  const query = { page: cursor, limit: cursor === 'first' ? previewPageSize : 200 };
  const { data } = await call('post', '/v1/platform/bulk-updates', { body, query, signal });
  return data as Schema<'DryRunResponse'>;
};

/** What a bulk update would do, asked while it is edited. */
export function useDryRun(selector: Schema<'SelectorRequest'> | null, changes: Patch) {
  const isAskable = selector !== null && Object.keys(changes).length > 0;
  return usePreview('bulk update', isAskable ? { selector, changes } : null, ask);
}
