import { Group, NativeSelect, Stack, Text, Textarea } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useRef } from 'react';
import { maxQuestionLength } from '../api/limits.js';
import { ActButton } from '../act/act-button.js';
import { formatUsd } from '../numbers/format.js';
import { useTenantQuery } from '../scope/use-tenant-query.js';
import { useSession } from '../session/session-context.js';

export interface QuestionFormProps {
  readonly question: string;
  /** Both settings are asked. */
  readonly isComparison: boolean;
  readonly maxCostUsd: number | null;
  /** Why this person may not ask. */
  readonly refusal: string | null;
  readonly isRunning: boolean;
  readonly onChange: (question: string) => void;
  readonly onAsk: () => void;
}

/** The question, and what asking it uses. `Ctrl Enter` asks; in a field of one line, `Enter` does. */
export function QuestionForm({ question, onChange, ...run }: QuestionFormProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  return (
    <Stack gap="sm">
      <Textarea
        ref={field}
        label="Question"
        description="Empty: the oldest golden question, else a general one about the documents"
        value={question}
        maxLength={maxQuestionLength}
        autosize
        minRows={2}
        maxRows={8}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <GoldenPick
        onPick={(picked) => {
          onChange(picked);
          field.current?.focus();
        }}
      />
      <AskButton {...run} />
    </Stack>
  );
}

function GoldenPick({ onPick }: { onPick: (question: string) => void }) {
  const isMember = useSession().role === 'member';
  const { data } = useTenantQuery('/v1/golden-questions', { query: { limit: 100 }, isEnabled: !isMember });
  if (!data || data.items.length === 0) return null;
  const choices = data.items.map(({ id, question }) => ({ value: id, label: question.slice(0, 100) }));
  return (
    <NativeSelect
      label="Golden questions"
      value=""
      data={[{ value: '', label: 'Choose one to ask' }, ...choices]}
      onChange={(event) => {
        const picked = data.items.find(({ id }) => id === event.currentTarget.value);
        if (picked) onPick(picked.question);
      }}
    />
  );
}

type AskButtonProps = Omit<QuestionFormProps, 'question' | 'onChange'>;

function AskButton({ isComparison, maxCostUsd, refusal, isRunning, onAsk }: AskButtonProps) {
  const session = useSession();
  useHotkeys([['mod+Enter', onAsk]], []);
  return (
    <Group>
      <ActButton type="submit" reason={refusal} loading={isRunning}>
        {isComparison ? 'Ask both' : 'Ask'}
      </ActButton>
      <Text size="sm" c="dimmed" className="numbers">
        {isComparison ? '2 queries' : '1 query'}
        {maxCostUsd !== null && `, about ${formatUsd(maxCostUsd)} at most`}
        {session.tests && `; ${session.tests.remaining} of ${session.tests.limit} tests left in this hour`}
      </Text>
    </Group>
  );
}
