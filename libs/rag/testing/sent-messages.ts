import { PromptTemplate } from '#config';
import { Deadline } from '../src/llm/chain/deadline.js';
import { fitPrompt } from '../src/query/prompt/fitted-prompt.js';
import { termsOf } from '../src/query/prompt/model-terms.js';
import { aChain } from './a-directory.js';
import { aClaude, aModel } from './llm-builders.js';
import { aChunk, someSettings } from './query-builders.js';
import { WireServer } from './wire-server.js';

/** What a query is made of. */
export interface Asking {
  readonly template: string;
  readonly question: string;
  readonly title: string;
  readonly text: string;
}

/** What reached a provider: the roles as the protocol names them, with their texts. */
export type Messages = readonly { readonly role: string; readonly content: string }[];

const models = { openai: aModel(), anthropic: aClaude() };

/** A provider of both protocols that answers everything, and tells what it was asked. */
export class ListeningProvider {
  private constructor(private readonly server: WireServer) {}

  static async start(): Promise<ListeningProvider> {
    const server = await WireServer.start();
    return new ListeningProvider(server);
  }

  async messagesFor(
    protocol: keyof typeof models,
    { template, question, title, text }: Asking,
  ): Promise<Messages> {
    this.server.behave(({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(anAnswer));
    });
    const material = {
      question,
      chunks: [aChunk({ title, text })],
      template: PromptTemplate.compile(template, { company: 'Acme' }).template!,
    };
    const { url } = this.server;
    const chain = aChain({
      openaiApiKey: 'a',
      openaiBaseUrl: `${url}/v1`,
      anthropicApiKey: 'b',
      anthropicBaseUrl: url,
    });
    const answer = await chain.ask({
      primary: models[protocol],
      fallback: null,
      promptFor: (model) => fitPrompt(material, termsOf(someSettings(), model)),
      manner: 'whole',
      deadline: new Deadline(10_000, new AbortController().signal),
    });
    answer.close();
    return messagesOf(this.server.calls[0]!.body);
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}

const anAnswer = {
  choices: [{ message: { content: 'Yes.' }, finish_reason: 'stop' }],
  content: [{ type: 'text', text: 'Yes.' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, input_tokens: 1, output_tokens: 1 },
};

function messagesOf({ system, messages }: Record<string, unknown>): Messages {
  const first = typeof system === 'string' ? [{ role: 'system', content: system }] : [];
  return [...first, ...(messages as Messages)];
}
