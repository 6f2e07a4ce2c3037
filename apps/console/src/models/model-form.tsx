import { Checkbox, JsonInput, NativeSelect, SimpleGrid, TextInput } from '@mantine/core';
import '@mantine/core/styles/SimpleGrid.css';
import { useState } from 'react';
import type { EntryFormProps } from '../catalogue/catalogue.js';
import { parseNumber } from '../controls/number-text.js';
import { Section } from '../states/section.js';
import type { ModelBody } from './model-body.js';
import { words } from '../words/words.texts.js';
import { texts } from './models.texts.js';

type ModelFormProps = EntryFormProps<ModelBody>;

const numbers = [
  ['context_window', texts.form.contextWindow],
  ['max_output_tokens', texts.form.outputLimit],
  ['input_usd_per_mtok', texts.form.inputPrice],
  ['output_usd_per_mtok', texts.form.outputPrice],
  ['cached_input_usd_per_mtok', texts.form.cachedInputPrice],
  ['cache_write_usd_per_mtok', texts.form.cacheWritePrice],
] as const;

const textFields = [
  ['base_url', words.address, texts.form.addressHint, texts.form.addressExample],
  ['upstream_model', texts.form.upstreamName, texts.form.upstreamNameHint, ''],
  ['api_key_env', texts.form.keyVariable, texts.form.keyVariableHint, ''],
] as const;

const choices = [
  ['provider', texts.provider, ['openai', 'anthropic', 'openai-compatible', 'sandbox']],
  ['tier', texts.tier, ['economy', 'standard', 'premium']],
  ['state', words.state, ['active', 'deprecated', 'retired']],
] as const;

/** The fields of a model. */
export function ModelForm({ body, onChange }: ModelFormProps) {
  const values = body as unknown as Record<string, unknown>;
  return (
    <Section title={words.model}>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        {choices.map(([name, label, data]) => (
          <NativeSelect
            key={name}
            label={label}
            data={[...data]}
            value={String(values[name] ?? data[0])}
            onChange={(event) => onChange({ [name]: event.currentTarget.value })}
          />
        ))}
        {textFields.map(([name, label, description, example]) => (
          <TextInput
            key={name}
            label={label}
            description={description}
            placeholder={example}
            value={String(values[name] ?? '')}
            onChange={(event) => onChange({ [name]: event.currentTarget.value || null })}
          />
        ))}
        {numbers.map(([name, label]) => (
          <NumberField
            key={name}
            label={label}
            value={values[name]}
            onChange={(value) => onChange({ [name]: value })}
          />
        ))}
      </SimpleGrid>
      <Temperature body={body} onChange={onChange} />
      {(['headers', 'extra_body', 'reasoning'] as const).map((name) => (
        <JsonField
          key={name}
          name={name}
          value={values[name]}
          onChange={(value) => onChange({ [name]: value })}
        />
      ))}
    </Section>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

/** Keeps what is typed: `0.` has a point that its number lacks. */
function NumberField({ label, value, onChange }: FieldProps) {
  const [text, setText] = useState(value === null || value === undefined ? '' : String(value));
  return (
    <TextInput
      label={label}
      inputMode="decimal"
      className="numbers"
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        onChange(event.currentTarget.value === '' ? null : parseNumber(event.currentTarget.value));
      }}
    />
  );
}

function Temperature({ body: { temperature }, onChange }: ModelFormProps) {
  return (
    <>
      <Checkbox
        label={texts.form.takesTemperature}
        checked={temperature !== null}
        onChange={(event) =>
          onChange({ temperature: event.currentTarget.checked ? { min: 0, max: 2 } : null })
        }
      />
      {temperature !== null && (
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <NumberField
            label={texts.form.minTemperature}
            value={temperature.min}
            onChange={(min) => onChange({ temperature: { ...temperature, min } })}
          />
          <NumberField
            label={texts.form.maxTemperature}
            value={temperature.max}
            onChange={(max) => onChange({ temperature: { ...temperature, max } })}
          />
        </SimpleGrid>
      )}
    </>
  );
}

const jsonLabels: Readonly<Record<string, string>> = {
  headers: texts.form.headers,
  extra_body: texts.form.extraBody,
  reasoning: texts.form.reasoning,
};

function JsonField({
  name,
  value,
  onChange,
}: {
  name: string;
  value: unknown;
  onChange: (value: unknown) => void;
}) {
  const [text, setText] = useState(
    value === null || value === undefined ? '' : JSON.stringify(value, null, 2),
  );
  const change = (next: string): void => {
    setText(next);
    const parsed = parseJson(next);
    if (parsed !== undefined) onChange(parsed);
  };
  return (
    <JsonInput
      label={jsonLabels[name]}
      value={text}
      error={parseJson(text) === undefined && texts.form.noJson}
      onChange={change}
      autosize
      minRows={1}
    />
  );
}

/** The value of a JSON text; the empty text is null, and a text that is no JSON is undefined. */
function parseJson(text: string): unknown {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
