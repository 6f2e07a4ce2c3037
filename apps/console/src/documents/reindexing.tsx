import { Group, Progress, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { ActButton } from '../act/act-button.js';
import type { HttpRequest } from '../act/curl.js';
import { notifyDone } from '../act/notify.js';
import { ReviewSheet } from '../act/review-sheet.js';
import type { Schema } from '../api/operations.js';
import { formatCount } from '../numbers/format.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import { useTenantQuery } from '../scope/use-tenant-query.js';
import { useTenantWrite } from '../scope/use-tenant-write.js';
import { searchText, useSearchState } from '../url-state/use-search-state.js';
import { documentTexts } from './documents.texts.js';

const pollMs = 1_000;
const shape = { reindex: searchText };

/** Embeds all documents again, and shows how far it is. The job is in the URL, so that a reload still shows it. */
export function Reindexing({ reason }: { reason: string | null }) {
  const scope = useTenantScope();
  const write = useTenantWrite();
  const [isOpen, setOpen] = useState(false);
  const [{ reindex: id }, set] = useSearchState(shape);
  const start = async (request: HttpRequest): Promise<void> => {
    const { data } = await write('post', '/v1/documents/reindex', {}, ['/v1/documents']);
    set({ reindex: data.id });
    notifyDone({ message: documentTexts.reindexing, request });
  };
  return (
    <Stack gap="xs" align="flex-end">
      <ActButton reason={reason} variant="default" onClick={() => setOpen(true)}>
        {documentTexts.reindexAct}
      </ActButton>
      {id !== '' && <ReindexProgress id={id} />}
      {isOpen && (
        <ReviewSheet
          title={documentTexts.reindexTitle}
          action={documentTexts.reindexAct}
          request={{ method: 'POST', url: scope.urlOf('/v1/documents/reindex') }}
          onConfirm={start}
          onClose={() => setOpen(false)}
        >
          <Text size="sm">{documentTexts.reindex}</Text>
        </ReviewSheet>
      )}
    </Stack>
  );
}

function ReindexProgress({ id }: { id: string }) {
  const [isEnded, setEnded] = useState(false);
  const { data, isError } = useTenantQuery('/v1/documents/reindex/{id}', {
    params: { id },
    refetchIntervalMs: isEnded ? false : pollMs,
  });
  if (!isEnded && (isError || hasEnded(data))) setEnded(true);
  if (!data) return null;
  const { done, total, state, error } = data;
  return (
    <Group gap="sm" wrap="nowrap">
      <Progress
        w={120}
        value={total === 0 ? 100 : (done / total) * 100}
        aria-label={documentTexts.reindexed}
      />
      <Text size="sm" role="status" className="numbers">
        {error ?? documentTexts.reindexProgress(formatCount(done), formatCount(total), state)}
      </Text>
    </Group>
  );
}

function hasEnded(job: Schema<'DocumentReindexingResponse'> | undefined): boolean {
  return job?.state === 'completed' || job?.state === 'failed';
}
