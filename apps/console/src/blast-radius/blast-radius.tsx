import { Alert, Group, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { ActButton } from '../act/act-button.js';
import type { HttpRequest } from '../act/curl.js';
import { ReviewSheet } from '../act/review-sheet.js';
import type { Schema } from '../api/operations.js';
import { ChangeList } from '../lists/change-list.js';
import type { Column } from '../lists/paged-table.js';
import { PreviewRows } from '../lists/preview-rows.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { ProblemView } from '../states/problem-view.js';
import { LoadingLines } from '../states/states.js';
import { radiusTexts } from './radius-texts.js';
import { useBlastRadius } from './use-blast-radius.js';
import { words } from '../words/words.texts.js';
import { texts } from './blast-radius.texts.js';

export interface BlastRadiusProps {
  /** The change; null while there is none. */
  readonly request: HttpRequest | null;
  /** What the button does: "Save". */
  readonly act: string;
  /** What the sheet is called: "Change the defaults". */
  readonly title: string;
  readonly isDangerous?: boolean;
  /** Shown while there is no change. */
  readonly hint: string;
  readonly onConfirm: (request: HttpRequest) => Promise<void>;
}

/** What a change of the platform reaches, tenant by tenant, and the button that makes it, which says how many they are. */
export function BlastRadius(props: BlastRadiusProps) {
  const { request, hint } = props;
  const radius = useBlastRadius(request);
  if (request === null) return <Text c="dimmed">{hint}</Text>;
  if (radius.query.isError) return <ProblemView error={radius.query.error} />;
  if (radius.first === undefined) return <LoadingLines lines={3} />;
  return (
    <Stack gap="sm" aria-busy={!radius.isCurrent}>
      <Sentences sentences={radiusTexts(radius.first)} isBad={radius.first.failing > 0} />
      <ChangeButton {...props} request={request} changed={radius.isCurrent ? radius.first.changed : null} />
      <PreviewRows
        label={texts.reached}
        rows={radius.items}
        columns={columns}
        rowKey={({ tenant_id: id }) => id}
        matched={texts.atMost(radius.first.matched)}
        query={radius.query}
      />
    </Stack>
  );
}

function Sentences({ sentences, isBad }: { sentences: readonly string[]; isBad: boolean }): ReactNode {
  const lines = sentences.map((text) => (
    <Text key={text} size="sm">
      {text}
    </Text>
  ));
  return isBad ? (
    <Alert color="red" title={texts.failingTitle}>
      {lines}
    </Alert>
  ) : (
    <div role="status">{lines}</div>
  );
}

type ChangeButtonProps = BlastRadiusProps & {
  readonly request: HttpRequest;
  readonly changed: number | null;
};

function ChangeButton({ request, act, title, isDangerous = false, changed, onConfirm }: ChangeButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const refusal = usePlatformRefusal();
  const text = changed === null ? act : texts.actWithCount(act, changed);
  return (
    <Group justify="flex-end">
      <ActButton
        reason={refusal ?? (changed === null ? texts.wait : null)}
        {...(isDangerous && { color: 'red' })}
        onClick={() => setOpen(true)}
      >
        {text}
      </ActButton>
      {isOpen && (
        <ReviewSheet
          title={title}
          action={text}
          isDangerous={isDangerous}
          request={request}
          onConfirm={onConfirm}
          onClose={() => setOpen(false)}
        >
          <Text size="sm">{changed === null ? '' : texts.atOnce(texts.actWithCount(title, changed))}</Text>
        </ReviewSheet>
      )}
    </Group>
  );
}

const columns: readonly Column<Schema<'TenantDifferenceResponse'>>[] = [
  { title: words.tenant, cell: ({ tenant_id: id }) => id },
  { title: words.changes, cell: ({ changes }) => <ChangeList changes={changes} /> },
];
