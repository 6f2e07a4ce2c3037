import { Group, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { ActButton } from '../act/act-button.js';
import type { HttpRequest } from '../act/curl.js';
import { notifyDone } from '../act/notify.js';
import { ReviewSheet } from '../act/review-sheet.js';
import { call } from '../api/client.js';
import { createIdempotencyHeaders } from '../api/idempotency.js';
import { ValueList } from '../lists/value-list.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { Section } from '../states/section.js';
import { Screen } from '../states/screen.js';
import { bulkTexts } from './bulk.texts.js';
import { DryRunResult } from '../targets/dry-run-result.js';

import { selectorText, type toSelector } from '../targets/selector.js';
import { TargetedChangesForm, useTargetedChanges } from '../targets/targeted-changes.js';
import { words } from '../words/words.texts.js';

const path = '/v1/platform/bulk-updates';

/** Makes a bulk update: choose the tenants and the changes, see the dry run, then start it. The URL has the tenants and the changes. */
export function NewBulkPage() {
  const targeted = useTargetedChanges();
  const { selector, changes, missing, dryRun } = targeted;
  return (
    <Screen title={bulkTexts.create} about={bulkTexts.about}>
      <TargetedChangesForm value={targeted} resetText={bulkTexts.reset} />
      <Section title={bulkTexts.whatWouldHappen}>
        <DryRunResult dryRun={dryRun} hint={missing ?? hintOf(selector, changes)} forceable={changes}>
          {selector && (
            <Run
              selector={selector}
              changes={changes}
              count={dryRun.isCurrent ? dryRun.first!.would_update : null}
            />
          )}
        </DryRunResult>
      </Section>
    </Screen>
  );
}

function hintOf(selector: object | null, changes: object): string | null {
  if (selector === null) return bulkTexts.selectNothing;
  return Object.keys(changes).length === 0 ? bulkTexts.noChanges : null;
}

type RunProps = Pick<RunSheetProps, 'selector' | 'changes'> & {
  /** Null until the dry run has answered for exactly what is edited. */
  readonly count: number | null;
};

function Run({ selector, changes, count }: RunProps) {
  const refusal = usePlatformRefusal();
  const [isReviewing, setReviewing] = useState(false);
  const waiting = count === null ? bulkTexts.waitForDryRun : null;
  const nothing = count === 0 ? bulkTexts.nothingToDo : null;
  return (
    <Group justify="flex-end">
      <ActButton reason={refusal ?? waiting ?? nothing} onClick={() => setReviewing(true)}>
        {count === null ? bulkTexts.changeTenants : bulkTexts.change(count)}
      </ActButton>
      {isReviewing && (
        <RunSheet
          selector={selector}
          changes={changes}
          count={count ?? 0}
          onClose={() => setReviewing(false)}
        />
      )}
    </Group>
  );
}

interface RunSheetProps {
  readonly selector: NonNullable<ReturnType<typeof toSelector>>;
  readonly changes: Readonly<Record<string, unknown>>;
  readonly count: number;
  readonly onClose: () => void;
}

function RunSheet({ selector, changes, count, onClose }: RunSheetProps) {
  const navigate = useNavigate();
  const [headers] = useState(createIdempotencyHeaders);
  const [reason, setReason] = useState('');
  const body = { selector, changes, reason };
  const run = async (request: HttpRequest): Promise<void> => {
    const { data } = await call('post', path, { body, headers });
    notifyDone({ message: bulkTexts.started(count), request });
    await navigate(`/bulk-updates/${(data as { id: string }).id}`);
  };
  return (
    <ReviewSheet
      title={bulkTexts.change(count)}
      action={bulkTexts.change(count)}
      isReady={reason.trim() !== ''}
      request={{ method: 'POST', url: path, body, headers }}
      onConfirm={run}
      onClose={onClose}
    >
      <Text size="sm">{selectorText(selector)}:</Text>
      <ValueList values={changes} nullText={bulkTexts.reset} />
      <Text size="sm">{bulkTexts.conflict}</Text>
      <Textarea
        label={words.reason}
        description={bulkTexts.reasonHint}
        value={reason}
        maxLength={500}
        onChange={(event) => setReason(event.currentTarget.value)}
        required
        data-autofocus
      />
    </ReviewSheet>
  );
}
