import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import type { Schema } from '../api/operations.js';
import { notifyDone } from '../act/notify.js';
import type { HttpRequest } from '../act/curl.js';
import type { Draft } from '../draft/draft-store.js';
import { propagationDetail } from '../replicas/propagation-receipt.js';
import { type TenantScope, useTenantScope } from '../scope/tenant-scope.js';
import { refreshAfterChange, rememberVersion } from '../settings/use-configuration.js';
import { useUndoAtOnce } from '../undo/roll-back.js';
import { changeSummary } from './change-rows.js';
import { texts } from './review.texts.js';

/** What is sent beside the patch. */
export interface SaveOptions {
  readonly reason: string;
  readonly gate: boolean;
  readonly force?: boolean;
}

type SaveAnswer = Schema<'ConfigurationResponse'> | Schema<'ChangeRequestResponse'>;

/** The request that saves a draft. It is refused if another version is there by then. */
export function saveRequest(
  scope: TenantScope,
  draft: Draft,
  options: SaveOptions,
): HttpRequest & { body: object } {
  return {
    method: 'PATCH',
    url: scope.urlOf('/v1/config'),
    headers: { 'If-Match': `"${draft.baseVersion}"` },
    body: {
      ...draft.patch,
      ...(options.reason.trim() !== '' && { reason: options.reason.trim() }),
      ...(options.gate && { gate: true }),
      ...(options.force === true && { force: true }),
    },
  };
}

/** Sends a draft, and tells what came of it: a new version with Undo, or a request that waits for approval. */
export function useSave(): (draft: Draft, options: SaveOptions) => Promise<void> {
  const scope = useTenantScope();
  const client = useQueryClient();
  const navigate = useNavigate();
  const undoAtOnce = useUndoAtOnce();
  return async (draft, options) => {
    const request = saveRequest(scope, draft, options);
    const { body, headers } = request;
    const { data, status } = await scope.call('patch', '/v1/config', { body, headers } as never);
    const answer = data as SaveAnswer;
    if ('version' in answer && status === 200) rememberVersion(scope, answer.version);
    refreshAfterChange(client, scope);
    if (!('version' in answer))
      notifyDone({
        message: texts.requested,
        request,
        link: {
          label: texts.toRequest,
          onOpen: () => void navigate(`/tenants/${scope.tenantId}/requests`),
        },
      });
    else if (answer.version === draft.baseVersion) notifyDone({ message: texts.unchanged, request });
    else
      notifyDone({
        message: texts.saved(answer.version, changeSummary(draft.patch)),
        detail: propagationDetail(answer.version, scope),
        request,
        onUndo: () => undoAtOnce(answer.version),
      });
  };
}
