import { PromptTemplate } from '#settings';
import { Deadline } from '../../src/llm/fallback/deadline.js';
import { fitPrompt } from '../../src/query/prompt/fitted-prompt.js';
import { computeParameters } from '../../src/query/prompt/model-parameters.js';
import { aModelCallService, withoutShortening } from './model-call-builders.js';
import { aClaude, aModel } from './llm-builders.js';
import { aChunk, settingsWith } from '../query/query-builders.js';
import { ScriptedServer } from './scripted-server.js';

/** The texts of a query. */
export interface PromptParts {
  readonly template: string;
  readonly question: string;
  readonly title: string;
  readonly text: string;
}

/** The messages that a provider received, with the roles of its protocol. */
export type SentMessages = readonly { readonly role: string; readonly content: string }[];

const models = { openai: aModel(), anthropic: aClaude() };

/** A provider with both protocols that answers every request and records its messages. */
export class RecordingProvider {
  private constructor(private readonly server: ScriptedServer) {}

  static async start(): Promise<RecordingProvider> {
    const server = await ScriptedServer.start();
    return new RecordingProvider(server);
  }

  /** The messages that the protocol's provider receives for this query. */
  async messagesFor(
    protocol: keyof typeof models,
    { template, question, title, text }: PromptParts,
  ): Promise<SentMessages> {
    this.server.setScript(({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(responseBody));
    });
    const input = {
      question,
      chunks: [aChunk({ title, text })],
      template: PromptTemplate.compile(template, { company: 'Acme' }).template!,
    };
    const { url } = this.server;
    const modelCalls = aModelCallService({
      openaiApiKey: 'a',
      openaiBaseUrl: `${url}/v1`,
      anthropicApiKey: 'b',
      anthropicBaseUrl: url,
    });
    const answer = await modelCalls.start({
      primary: models[protocol],
      fallback: null,
      ...withoutShortening,
      promptFor: (model) => fitPrompt(input, computeParameters(settingsWith(), model)),
      responseMode: 'whole',
      deadline: new Deadline(10_000, new AbortController().signal),
    });
    answer.close();
    return parseMessages(this.server.calls[0]!.body);
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}

const responseBody = {
  choices: [{ message: { content: 'Yes.' }, finish_reason: 'stop' }],
  content: [{ type: 'text', text: 'Yes.' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, input_tokens: 1, output_tokens: 1 },
};

function parseMessages({ system, messages }: Record<string, unknown>): SentMessages {
  const first = typeof system === 'string' ? [{ role: 'system', content: system }] : [];
  return [...first, ...(messages as SentMessages)];
}
