import { Button, Group, List, Paper, Progress, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { CopyAsCurl } from '../act/copy-as-curl.js';
import { notifyDone, notifyRefused } from '../act/notify.js';
import { ApiError } from '../api/problem.js';
import { type TenantScope, useTenantScope } from '../scope/tenant-scope.js';
import { ProblemView } from '../states/problem-view.js';
import { documentTexts } from './documents.texts.js';
import { sendFile } from './send-file.js';
import { type SentFiles, type Upload, UploadQueue } from './upload-queue.js';

const queues = new Map<string, UploadQueue>();

/** The tenant's uploads. They go on while another screen is shown. */
export function useUploadQueue(): UploadQueue {
  const scope: TenantScope = useTenantScope();
  const client = useQueryClient();
  const known = queues.get(scope.tenantId);
  if (known) return known;
  const url = scope.urlOf('/v1/documents');
  const queue = new UploadQueue(
    (file, onSent) => sendFile(url, file, onSent),
    () => void client.invalidateQueries({ queryKey: [...scope.key, '/v1/documents'] }),
    (sent) => notifySent(url, sent),
  );
  queues.set(scope.tenantId, queue);
  return queue;
}

/** Tells on whatever screen the person is by then. */
function notifySent(url: string, { names, failed }: SentFiles): void {
  const done = names.length - failed;
  const message = documentTexts.uploaded(done, failed);
  if (done === 0) notifyRefused({ message });
  else notifyDone({ message, request: { method: 'POST', url, files: names } });
}

/** A line for each file, with its progress and what came of it. */
export function Uploads({ queue }: { queue: UploadQueue }) {
  const uploads = useSyncExternalStore(queue.subscribe, queue.snapshot);
  if (uploads.length === 0) return null;
  const open = uploads.filter(({ state }) => ['waiting', 'sending', 'reading'].includes(state)).length;
  const failed = uploads.filter(({ state }) => state === 'failed').length;
  return (
    <Paper withBorder p="md" component="section" aria-label={documentTexts.uploads.title}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Text size="sm" fw={600} role="status">
            {documentTexts.uploads.left(open, uploads.length)}
            {failed > 0 && documentTexts.uploads.failed(failed)}
          </Text>
          <Button size="xs" variant="subtle" disabled={open === uploads.length} onClick={() => queue.clear()}>
            {documentTexts.uploads.clear}
          </Button>
        </Group>
        {uploads.map((upload) => (
          <UploadLine key={upload.id} upload={upload} onRetry={() => queue.retry(upload.id)} />
        ))}
      </Stack>
    </Paper>
  );
}

function UploadLine({ upload, onRetry }: { upload: Upload; onRetry: () => void }) {
  const { file, state, sent, chunks, warnings, problem } = upload;
  const url = useTenantScope().urlOf('/v1/documents');
  return (
    <Stack gap={4}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {file.name}
        </Text>
        <Text size="sm" c="dimmed" className="numbers">
          {documentTexts.uploads.states[state]}
          {state === 'sending' && documentTexts.uploads.share(Math.round(sent * 100))}
          {chunks !== null && documentTexts.uploads.chunks(chunks)}
        </Text>
      </Group>
      {(state === 'sending' || state === 'reading') && (
        <Progress
          value={sent * 100}
          striped={state === 'reading'}
          animated={state === 'reading'}
          aria-label={documentTexts.uploads.progress(file.name, documentTexts.uploads.states[state])}
        />
      )}
      {warnings.length > 0 && (
        <List size="sm">
          {warnings.map((warning) => (
            <List.Item key={warning}>{warning}</List.Item>
          ))}
        </List>
      )}
      {chunks !== null && <CopyAsCurl request={{ method: 'POST', url, files: [file.name] }} />}
      {problem !== null && <ProblemView error={new ApiError(problem)} onRetry={onRetry} />}
    </Stack>
  );
}
