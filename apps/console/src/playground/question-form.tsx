import { Group, NativeSelect, Stack, Text, Textarea } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useRef } from 'react';
import { maxQuestionLength } from '../api/limits.js';
import { ActButton } from '../act/act-button.js';
import { formatUsd } from '../numbers/format.js';
import { useTenantQuery } from '../scope/use-tenant-query.js';
import { useSession } from '../session/session-context.js';
import { words } from '../words/words.texts.js';
import { playgroundTexts } from './playground.texts.js';

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
        label={words.question}
        description={playgroundTexts.form.questionHint}
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
      label={playgroundTexts.form.goldenQuestions}
      value=""
      data={[{ value: '', label: playgroundTexts.form.chooseOne }, ...choices]}
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
        {isComparison ? playgroundTexts.form.askBoth : playgroundTexts.form.ask}
      </ActButton>
      <Text size="sm" c="dimmed" className="numbers">
        {playgroundTexts.form.queries(isComparison)}
        {maxCostUsd !== null && playgroundTexts.form.cost(formatUsd(maxCostUsd))}
        {session.tests && playgroundTexts.form.testsLeft(session.tests.remaining, session.tests.limit)}
      </Text>
    </Group>
  );
}
