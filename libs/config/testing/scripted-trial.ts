import type { CompiledConfiguration } from '../src/compile/compiled-configuration.js';
import { ConfigurationTrial, type TrialInput, type TrialAnswer } from '../src/trial/configuration-trial.js';

interface TrialCall extends TrialInput {
  readonly configuration: CompiledConfiguration;
  readonly signal: AbortSignal;
}

type TrialScript = (asked: TrialCall) => Partial<TrialAnswer> | Promise<Partial<TrialAnswer>>;

/** A trial without documents and models. It answers as the script says, and records the calls. */
export class ScriptedTrial extends ConfigurationTrial {
  readonly calls: TrialCall[] = [];
  script: TrialScript = () => ({});

  async ask(
    configuration: CompiledConfiguration,
    input: TrialInput,
    signal: AbortSignal,
  ): Promise<TrialAnswer> {
    const call = { configuration, ...input, signal };
    this.calls.push(call);
    return { ...aTrialAnswer(configuration), ...(await this.script(call)) };
  }
}

/** An answer under this configuration, from one document. */
export function aTrialAnswer({ settings }: Pick<CompiledConfiguration, 'settings'>): TrialAnswer {
  return {
    answer: 'Rent is due on the first day of each month. [1]',
    sources: [{ doc_id: 'lease', chunk_id: 'lease#1', title: 'Lease', score: 0.83, snippet: 'Rent is due…' }],
    model_used: settings.model_name,
    sandbox: false,
    config_applied: {
      temperature: settings.temperature,
      top_k: settings.retrieval_top_k,
      alpha: settings.retrieval_alpha,
      rerank: settings.rerank_enabled,
      rerank_top_n: settings.rerank_top_n,
      max_tokens: settings.max_tokens,
    },
    usage: {
      prompt_tokens: 80,
      completion_tokens: 12,
      cached_prompt_tokens: 0,
      reasoning_tokens: 0,
      cost_usd: 0.0001,
    },
    timings_ms: { config: 0, retrieve: 4.2, rerank: 0, generate: 611.5 },
    degraded: [],
  };
}
