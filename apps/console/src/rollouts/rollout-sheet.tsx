import { Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { HttpRequest } from '../act/curl.js';
import { notifyDone } from '../act/notify.js';
import { ReviewSheet } from '../act/review-sheet.js';
import { call, toUrl } from '../api/client.js';
import { createIdempotencyHeaders } from '../api/idempotency.js';
import type { Schema } from '../api/operations.js';
import { OutcomeBar } from '../targets/outcome-bar.js';
import { partsOfDryRun } from '../targets/outcomes.js';
import { Loaded } from '../states/states.js';
import type { Rollout } from './rollout.js';
import { rolloutTexts } from './rollouts.texts.js';

/** What can be done with a rollout that is not over. */
export type RolloutAct =
  | { readonly kind: 'abort' }
  | { readonly kind: 'promote' }
  | { readonly kind: 'step'; readonly percentage: number };

const path = '/v1/platform/rollouts/{id}';

/** Raises, promotes or aborts a rollout. */
export function RolloutSheet({
  rollout,
  act,
  onClose,
}: {
  rollout: Rollout;
  act: RolloutAct;
  onClose: () => void;
}) {
  if (act.kind === 'promote') return <PromoteSheet rollout={rollout} onClose={onClose} />;
  if (act.kind === 'abort') return <AbortSheet rollout={rollout} onClose={onClose} />;
  return <StepSheet rollout={rollout} percentage={act.percentage} onClose={onClose} />;
}

interface SheetProps<R = Rollout> {
  readonly rollout: R;
  readonly onClose: () => void;
}

/** Puts the answer of an act in place of what the page remembers. */
function useTake(id: string): (rollout: Rollout) => Promise<void> {
  const client = useQueryClient();
  return async (rollout) => {
    client.setQueryData([path, id], rollout);
    await client.invalidateQueries({ queryKey: ['/v1/platform/rollouts'] });
  };
}

function StepSheet({ rollout, percentage, onClose }: SheetProps & { percentage: number }) {
  const take = useTake(rollout.id);
  const params = { id: rollout.id };

  const setShare = async (share: number) => {
    const answer = await call('patch', path, { params, body: { percentage: share } });
    await take(answer.data);
    return answer;
  };
  const step = async (request: HttpRequest): Promise<void> => {
    await setShare(percentage);
    notifyDone({
      message: rolloutTexts.given(rollout.name, percentage, rollout.unit),
      request,
      onUndo: () => setShare(rollout.percentage),
    });
  };
  return (
    <ReviewSheet
      title={rolloutTexts.fromTo(rollout.name, rollout.percentage, percentage)}
      action={rolloutTexts.giveTo(percentage, rollout.unit)}
      request={{ method: 'PATCH', url: toUrl(path, params), body: { percentage } }}
      onConfirm={step}
      onClose={onClose}
    >
      <Text size="sm">{rolloutTexts.step}</Text>
    </ReviewSheet>
  );
}

/** The focus is on the red button: one click on "Abort", then Enter. */
export function AbortSheet({ rollout, onClose }: SheetProps<Pick<Rollout, 'id' | 'name'>>) {
  const take = useTake(rollout.id);
  const params = { id: rollout.id };
  const abort = async (request: HttpRequest): Promise<void> => {
    await take((await call('post', `${path}/abort`, { params })).data);
    notifyDone({ message: rolloutTexts.aborted(rollout.name), request });
  };
  return (
    <ReviewSheet
      title={rolloutTexts.abortOne(rollout.name)}
      action={rolloutTexts.abortOne(rollout.name)}
      isDangerous
      isFocused
      request={{ method: 'POST', url: toUrl(`${path}/abort`, params) }}
      onConfirm={abort}
      onClose={onClose}
    >
      <Text size="sm">{rolloutTexts.abort}</Text>
    </ReviewSheet>
  );
}

function PromoteSheet({ rollout, onClose }: SheetProps) {
  const take = useTake(rollout.id);
  const [headers] = useState(createIdempotencyHeaders);
  const params = { id: rollout.id };
  const dryRun = useQuery({
    queryKey: [path, rollout.id, 'promotion'],
    queryFn: async () => {
      const body = { selector: rollout.selector, changes: rollout.changes, reason: 'dry run', dry_run: true };
      return (await call('post', '/v1/platform/bulk-updates', { body })).data as Schema<'DryRunResponse'>;
    },
    retry: false,
  });
  const promote = async (request: HttpRequest): Promise<void> => {
    await take((await call('post', `${path}/promote`, { params, headers })).data);
    notifyDone({ message: rolloutTexts.promoted(rollout.name), request });
  };
  return (
    <ReviewSheet
      title={rolloutTexts.promoteOne(rollout.name)}
      action={dryRun.data ? rolloutTexts.promoteTenants(dryRun.data.would_update) : rolloutTexts.promoteAct}
      isReady={dryRun.isSuccess}
      request={{ method: 'POST', url: toUrl(`${path}/promote`, params), headers }}
      onConfirm={promote}
      onClose={onClose}
    >
      <Text size="sm">{rolloutTexts.promote}</Text>
      <Loaded query={dryRun}>{(data) => <OutcomeBar parts={partsOfDryRun(data)} />}</Loaded>
    </ReviewSheet>
  );
}
