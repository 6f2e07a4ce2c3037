import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { type NavigateFunction, useNavigate } from 'react-router';
import type { HttpRequest } from '../act/curl.js';
import { notifyDone, notifyRefused } from '../act/notify.js';
import { problemOf } from '../api/problem.js';
import type { Schema } from '../api/operations.js';
import { propagationDetail } from '../replicas/propagation-receipt.js';
import { type TenantScope, useTenantScope } from '../scope/tenant-scope.js';
import { refreshAfterChange, rememberVersion } from '../settings/use-configuration.js';
import { texts } from './undo.texts.js';
import { useUndo } from './use-undo.js';

/** The current version, and the one whose settings come back. */
export interface RollbackVersions {
  readonly current: number;
  readonly target: number;
}

export interface RollbackOptions {
  readonly reason: string;
  readonly force: boolean;
  /** The golden questions must pass first. */
  readonly gate: boolean;
}

/** The request of a rollback. It is refused if another version is there by then. */
export function rollbackRequest(
  scope: TenantScope,
  { current, target }: RollbackVersions,
  { reason, force, gate }: RollbackOptions,
): HttpRequest & { body: object } {
  return {
    method: 'POST',
    url: scope.urlOf('/v1/config/rollback'),
    headers: { 'If-Match': `"${current}"` },
    body: {
      to_version: target,
      ...(reason.trim() !== '' && { reason: reason.trim() }),
      ...(gate && { gate }),
      ...(force && { force }),
    },
  };
}

/** Restores a version, and tells what came of it. The restored version can be undone as every other one. */
export function useRollBack(): (versions: RollbackVersions, options: RollbackOptions) => Promise<void> {
  const page = usePage();
  return (versions, options) => rollBack(page, versions, options);
}

/**
 * Takes back a version that this person has just saved. It does not ask first, because the undo can itself be undone. The service
 * refuses it after another change, or if a rule forbids the old values. Then a notice gives the reason and opens the sheet.
 */
export function useUndoAtOnce(): (version: number) => void {
  const page = usePage();
  return (version) => undoAtOnce(page, version);
}

interface Page {
  readonly scope: TenantScope;
  readonly client: QueryClient;
  readonly navigate: NavigateFunction;
  /** Opens the sheet that undoes the last change. */
  readonly openSheet: () => void;
}

function usePage(): Page {
  return {
    scope: useTenantScope(),
    client: useQueryClient(),
    navigate: useNavigate(),
    openSheet: useUndo(),
  };
}

function undoAtOnce(page: Page, version: number): void {
  const versions = { current: version, target: version - 1 };
  rollBack(page, versions, { reason: '', force: false, gate: false }).catch((error: unknown) => {
    const { title, detail } = problemOf(error);
    const link = { label: texts.review, onOpen: page.openSheet };
    notifyRefused({ message: texts.refused(detail ?? title), link });
  });
}

async function rollBack(page: Page, versions: RollbackVersions, options: RollbackOptions): Promise<void> {
  const { scope, client, navigate } = page;
  const request = rollbackRequest(scope, versions, options);
  const { body, headers } = request;
  const { data } = await scope.call('post', '/v1/config/rollback', { body, headers } as never);
  const answer = data as unknown as Schema<'RolledBackResponse'> | Schema<'ChangeRequestResponse'>;
  if ('version' in answer) rememberVersion(scope, answer.version);
  refreshAfterChange(client, scope);
  if ('version' in answer)
    notifyDone({
      message: texts.done(versions.target, answer.version),
      detail: propagationDetail(answer.version, scope),
      request,
      onUndo: () => undoAtOnce(page, answer.version),
    });
  else
    notifyDone({
      message: texts.requested,
      request,
      link: {
        label: texts.toRequest,
        onOpen: () => void navigate(`/tenants/${scope.tenantId}/requests`),
      },
    });
}
