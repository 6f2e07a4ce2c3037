import { Anchor, Group, Paper, Stack, Text, Textarea, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { ActButton } from '../act/act-button.js';
import type { HttpRequest } from '../act/curl.js';
import { notifyDone } from '../act/notify.js';
import { ReviewSheet } from '../act/review-sheet.js';
import { ActorName } from '../actors/actor-name.js';
import { problemOf } from '../api/problem.js';
import { call, toUrl } from '../api/client.js';
import type { Schema } from '../api/operations.js';
import { DateText } from '../dates/date-text.js';
import { useLetters } from '../keyboard/use-letters.js';
import { ChangeList } from '../lists/change-list.js';
import { replicasReceipt } from '../replicas/propagation-receipt.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { useSession } from '../session/session-context.js';
import { ProblemView } from '../states/problem-view.js';
import { StateBadge } from '../states/state-badge.js';
import { Loaded } from '../states/states.js';
import { SecondPerson } from './second-person.js';
import { Withdrawal } from './withdrawal.js';
import { approvalTexts } from './approvals.texts.js';

export type ChangeRequest = Schema<'ChangeRequestResponse'>;

const path = '/v1/platform/change-requests/{id}';

/** What a request changes, what has moved since it was asked, and the decision. */
export function RequestDetails({ request, onDecided }: { request: ChangeRequest; onDecided: () => void }) {
  const { tenant_id: tenant, diff, patch, reason, requested_by: by, created_at: at, state } = request;
  return (
    <Paper withBorder p="md" component="section" aria-label={approvalTexts.requestOf(tenant)}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h5">
            <Anchor component={Link} to={`/tenants/${tenant}/configuration`} inherit>
              {tenant}
            </Anchor>
          </Title>
          <StateBadge state={state} />
        </Group>
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          <ActorName actor={by} />, <DateText at={at} />
        </Text>
        {reason !== null && <Text size="sm">{reason}</Text>}
        <ChangeList changes={diff} />
        {diff.length === 0 && <Text size="sm">{JSON.stringify(patch)}</Text>}
        <Outcome request={request} />
        {state === 'pending' && <Moved request={request} />}
        {state === 'pending' && <Decision request={request} onDecided={onDecided} />}
      </Stack>
    </Paper>
  );
}

function Outcome({
  request: { void_reason: why, comment, decided_by: by, decided_at: at },
}: {
  request: ChangeRequest;
}) {
  return (
    <>
      {why !== null && <Text size="sm">{why}</Text>}
      {comment !== null && <Text size="sm">“{comment}”</Text>}
      {by !== null && at !== null && (
        <Text size="sm" c="dimmed">
          <ActorName actor={by} />, <DateText at={at} />
        </Text>
      )}
    </>
  );
}

/** What the tenant has changed between the request's base and now. */
function Moved({ request: { tenant_id: tenant, base_version: base } }: { request: ChangeRequest }) {
  const prefix = '/v1/platform/tenants/{tenant_id}/config';
  const params = { tenant_id: tenant };
  const moved = useQuery({
    queryKey: ['tenant', tenant, 'moved', base],
    queryFn: async ({ signal }) => {
      const newest = await call('get', `${prefix}/history`, { params, query: { limit: 1 }, signal });
      const to = newest.data.items[0]?.version ?? base;
      if (to === base) return [];
      return (await call('get', `${prefix}/diff`, { params, query: { from: base, to }, signal })).data
        .changes;
    },
  });
  return (
    <Loaded query={moved}>
      {(changes) =>
        changes.length === 0 ? (
          <Text size="sm" c="dimmed">
            {approvalTexts.unmoved}
          </Text>
        ) : (
          <Stack gap={4}>
            <Text size="sm" fw={600}>
              {approvalTexts.moved}
            </Text>
            <ChangeList changes={changes} />
          </Stack>
        )
      }
    </Loaded>
  );
}

function Decision({ request, onDecided }: { request: ChangeRequest; onDecided: () => void }) {
  const [act, setAct] = useState<'approve' | 'reject' | null>(null);
  const { actor } = useSession();
  const refusal = usePlatformRefusal();
  const isOwn = request.requested_by === actor;
  const reason = refusal ?? (isOwn ? approvalTexts.own : null);
  const open = (next: 'approve' | 'reject') => (): void => {
    if (reason === null) setAct(next);
  };
  useLetters({ a: open('approve'), r: open('reject') });
  return (
    <Stack gap="sm">
      <Group>
        <ActButton reason={reason} onClick={open('approve')}>
          {approvalTexts.approveAct}
        </ActButton>
        <ActButton reason={reason} variant="default" onClick={open('reject')}>
          {approvalTexts.rejectAct}
        </ActButton>
        {isOwn && <Withdrawal request={request} onDecided={onDecided} />}
        {act && (
          <DecisionSheet act={act} request={request} onDecided={onDecided} onClose={() => setAct(null)} />
        )}
      </Group>
      {isOwn && <SecondPerson />}
    </Stack>
  );
}

/** A request that still waits after a refusal may need another person. */
function showProblem(error: unknown): ReactNode {
  const { slug, state } = problemOf(error);
  if (slug !== 'conflict' || state !== 'pending') return null;
  return (
    <>
      <ProblemView error={error} />
      <SecondPerson />
    </>
  );
}

interface DecisionSheetProps {
  readonly act: 'approve' | 'reject';
  readonly request: ChangeRequest;
  readonly onDecided: () => void;
  readonly onClose: () => void;
}

function DecisionSheet({ act, request, onDecided, onClose }: DecisionSheetProps) {
  const [comment, setComment] = useState('');
  const client = useQueryClient();
  const isApproval = act === 'approve';
  const params = { id: request.id };
  const body = { comment: comment.trim() === '' ? null : comment.trim() };
  const decide = async (sent: HttpRequest): Promise<void> => {
    const { data } = await call('post', `${path}/${act}`, { params, body: body as { comment: string } });
    onDecided();
    await client.invalidateQueries({ queryKey: ['/v1/platform/change-requests'] });
    notifyDone({
      message: isApproval
        ? approvalTexts.approved(request.tenant_id, data.applied_version)
        : approvalTexts.rejected(request.tenant_id),
      ...(data.applied_version !== null && { detail: replicasReceipt(data.applied_version) }),
      request: sent,
    });
  };
  return (
    <ReviewSheet
      title={
        isApproval
          ? approvalTexts.approveTitle(request.tenant_id)
          : approvalTexts.rejectTitle(request.tenant_id)
      }
      action={isApproval ? approvalTexts.approveFor(request.tenant_id) : approvalTexts.rejectAct}
      isDangerous={!isApproval}
      isReady={isApproval || body.comment !== null}
      request={{ method: 'POST', url: toUrl(`${path}/${act}`, params), body }}
      onConfirm={decide}
      showProblem={showProblem}
      onClose={onClose}
    >
      {isApproval && <Text size="sm">{approvalTexts.approve}</Text>}
      <ChangeList changes={request.diff} />
      <Textarea
        label={approvalTexts.comment}
        value={comment}
        required={!isApproval}
        maxLength={500}
        onChange={(event) => setComment(event.currentTarget.value)}
        data-autofocus
      />
    </ReviewSheet>
  );
}
