import { Badge, Group, Stack, Text } from '@mantine/core';
import { texts } from './review.texts.js';

/** How one golden question went, as a run or a refused change says. */
export interface QuestionResult {
  readonly id: string;
  readonly question: string;
  readonly passed?: boolean;
  readonly missing_sources?: readonly string[];
  readonly missing_phrases?: readonly string[];
  readonly answer?: string | null;
  readonly error?: string | null;
}

/** Golden questions with what each one lacks, beside the answer. */
export function QuestionResults({ results }: { results: readonly QuestionResult[] }) {
  return (
    <Stack gap="sm" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
      {results.map((result) => (
        <li key={result.id}>
          <Group gap="xs">
            <Badge color={result.passed === true ? 'green' : 'red'}>
              {result.passed === true ? texts.questions.passedOne : texts.questions.failedOne}
            </Badge>
            <Text size="sm">{result.question}</Text>
          </Group>
          <Lack label={texts.questions.missingSources} values={result.missing_sources} />
          <Lack label={texts.questions.missingPhrases} values={result.missing_phrases} />
          <Said label={texts.questions.answer} text={result.answer} />
          <Said label={texts.questions.noAnswer} text={result.error} />
        </li>
      ))}
    </Stack>
  );
}

function Said({ label, text }: { label: string; text: string | null | undefined }) {
  if (!text) return null;
  return (
    <Text size="xs" c="dimmed" style={{ whiteSpace: 'pre-wrap' }}>
      {label}: {text}
    </Text>
  );
}

function Lack({ label, values = [] }: { label: string; values: readonly string[] | undefined }) {
  if (values.length === 0) return null;
  return (
    <Text size="xs">
      {label}: {values.join(', ')}
    </Text>
  );
}
