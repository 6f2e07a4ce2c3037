import type { TenantSettings } from '#settings';

/** The stored settings of a benchmark's tenant. */
export type BenchmarkSettings = Partial<TenantSettings>;

/** The plan of every tenant of a benchmark. */
export const benchmarkPlan = 'pro';
export const promptBytes = 500;
export const variableBytes = 2_048;
const variableCount = 16;

/**
 * The settings of a tenant in the fixed mix of the benchmarks, by its number from 1. Of ten tenants, three have a prompt of
 * 500 bytes and one has 2 KB of prompt variables (as JSON). All have four small settings of their own; everything else
 * comes from the layers below. No two tenants share a text.
 */
export function mixedSettings(number: number): BenchmarkSettings {
  const lastDigit = number % 10;
  return {
    temperature: (number % 10) / 10,
    max_tokens: 200 + (number % 1_000),
    retrieval_top_k: 1 + (number % 20),
    ui_primary_color: `#${(number % 0x1000000).toString(16).padStart(6, '0')}`,
    ...(lastDigit < 3 && { system_prompt_template: createPrompt(number) }),
    ...(lastDigit === 3 && { prompt_variables: createVariables(number) }),
  };
}

/** One line for the output of a benchmark. */
export const mixDescription =
  'Of ten configurations, three have a prompt of 500 bytes and one has 2 KB of variables.';

function createPrompt(number: number): string {
  const end = '\n\n{context}';
  const sentence = `You answer the questions of customer ${number} and say where you read it. `;
  return sentence.repeat(promptBytes).slice(0, promptBytes - end.length) + end;
}

function createVariables(number: number): Record<string, string> {
  const named = Array.from(
    { length: variableCount },
    (_, index) => [`variable_${index}`, `${number} `] as const,
  );
  const missing = variableBytes - JSON.stringify(Object.fromEntries(named)).length;
  const each = Math.floor(missing / variableCount);
  const filled = named.map(([name, text], index) => {
    const rest = index === 0 ? missing - each * variableCount : 0;
    return [name, text + 'x'.repeat(each + rest)] as const;
  });
  return Object.fromEntries(filled);
}
