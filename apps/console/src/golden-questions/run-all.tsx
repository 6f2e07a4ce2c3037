import { Badge, Group, List, Paper, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ActButton } from '../act/act-button.js';
import { notifyDone } from '../act/notify.js';
import { reasonAgainst } from '../act/permission.js';
import { ReviewSheet } from '../act/review-sheet.js';
import type { Schema } from '../api/operations.js';
import { useDraft } from '../draft/draft-store.js';
import { formatCount } from '../numbers/format.js';
import { CostNote } from '../playground/cost-note.js';
import { useGoldenQuestionLengths } from '../review/use-golden-run.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import { useSession } from '../session/session-context.js';
import { goldenTexts } from './golden-questions.texts.js';

type Result = Schema<'GoldenQuestionResultResponse'>;
const path = '/v1/golden-questions/run';

/** Asks all golden questions, under today's settings or under the draft, and shows what each answer lacks. */
export function RunAll() {
  const scope = useTenantScope();
  const client = useQueryClient();
  const patch = useDraft(scope.tenantId)?.patch;
  const [isOpen, setOpen] = useState(false);
  const reason = reasonAgainst(useSession(), { scope: 'config:propose' });
  const body = patch ? { patch } : {};
  const run = useMutation({
    mutationFn: async () => (await scope.call('post', path, { body })).data,
    onSettled: () => client.invalidateQueries({ queryKey: ['session'] }),
  });
  return (
    <Stack gap="sm" align="flex-start">
      <ActButton reason={reason} variant="default" onClick={() => setOpen(true)}>
        {patch ? goldenTexts.runs.askUnderDraft : goldenTexts.runs.ask}
      </ActButton>
      {run.data && <Results {...run.data} />}
      {isOpen && (
        <ReviewSheet
          title={goldenTexts.runs.title}
          action={goldenTexts.runs.ask}
          request={{ method: 'POST', url: scope.urlOf(path), body }}
          onConfirm={async (request) => {
            notifyDone({ message: goldenTexts.asked(await run.mutateAsync()), request });
          }}
          onClose={() => setOpen(false)}
        >
          <Text size="sm">{goldenTexts.run}</Text>
          <Cost patch={patch ?? {}} />
        </ReviewSheet>
      )}
    </Stack>
  );
}

function Cost({ patch }: { patch: object }) {
  const lengths = useGoldenQuestionLengths();
  return lengths === null ? null : <CostNote patches={[patch]} questionLengths={lengths} />;
}

function Results({ passed, failed, results }: Schema<'GoldenQuestionsRunResponse'>) {
  return (
    <Paper withBorder p="md" w="100%" component="section" aria-label={goldenTexts.runs.results}>
      <Text size="sm" fw={600} role="status" mb="sm">
        {goldenTexts.runs.counts(formatCount(passed), formatCount(failed))}
      </Text>
      <Stack gap="sm">
        {results.map((result) => (
          <ResultLine key={result.id} result={result} />
        ))}
      </Stack>
    </Paper>
  );
}

function ResultLine({ result }: { result: Result }) {
  const lacks = [
    ...result.missing_sources.map((id) => goldenTexts.runs.missingSource(id)),
    ...result.missing_phrases.map((phrase) => goldenTexts.runs.missingPhrase(phrase)),
  ];
  return (
    <div>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <Badge color={result.passed ? 'teal' : 'red'} variant="outline" style={{ flexShrink: 0 }}>
          {result.passed ? goldenTexts.runs.passed : goldenTexts.runs.failed}
        </Badge>
        <Text size="sm">{result.question}</Text>
      </Group>
      {lacks.length > 0 && (
        <List size="sm">
          {lacks.map((lack) => (
            <List.Item key={lack}>{lack}</List.Item>
          ))}
        </List>
      )}
      <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {result.error ?? result.answer}
      </Text>
    </div>
  );
}
