import { Injectable } from '@nestjs/common';
import { QuestionField, maxQuestionLength } from '#config';
import { ArrayField } from '#http';
import { HistoryTurn, QueryResponse, QueryService, type QueryEvent, maxTurns, recordLogFields } from '#rag';
import { type Tool, type ToolAnswer, type ToolCall, askableBy } from './tool.js';

class AskArguments {
  @QuestionField({ description: `The question, 1 to ${maxQuestionLength} characters` })
  question!: string;

  @ArrayField(() => HistoryTurn, {
    optional: true,
    max: maxTurns,
    description: 'The turns before the question, oldest first; they make a follow-up question understood',
  })
  history?: HistoryTurn[];
}

@Injectable()
export class AskTool implements Tool<AskArguments, QueryResponse> {
  readonly name = 'ask';
  readonly title = 'Ask the documents';
  readonly description =
    "An answer from the tenant's documents with its sources, written by the tenant's model. It counts for the quota and the budget; search and fetch are free.";
  readonly access = askableBy('member');
  readonly input = AskArguments;
  readonly output = QueryResponse;

  constructor(private readonly queries: QueryService) {}

  async run(args: AskArguments, call: ToolCall): Promise<ToolAnswer<QueryResponse>> {
    const response = await this.answer(args, call);
    return { output: response, text: toText(response) };
  }

  /** A client that has asked for progress gets the text piece by piece, as the model writes it. */
  private async answer(
    { question, history = [] }: AskArguments,
    { tenantId, principal: { subject }, request, signal, tellProgress }: ToolCall,
  ): Promise<QueryResponse> {
    const input = { tenantId, subject, question, history };
    const log = recordLogFields(request);
    if (tellProgress === null) return (await this.queries.answer(input, signal, log)).response;
    const { events } = await this.queries.stream(input, signal, log);
    return readWithProgress(events, tellProgress);
  }
}

async function readWithProgress(
  events: AsyncIterable<QueryEvent>,
  tellProgress: NonNullable<ToolCall['tellProgress']>,
): Promise<QueryResponse> {
  let response: QueryResponse | null = null;
  for await (const event of events)
    if (event.event === 'token') await tellProgress(event.data.text);
    else if (event.event === 'done') response = event.data;
  if (response === null) throw new Error('The events of a query ended without its answer.');
  return response;
}

/** Models read the text alone, so it also says that an answer is not whole. */
function toText({ answer, sources, finish_reason: reason }: QueryResponse): string {
  const cut = reason === 'stop' ? [] : [`The answer is not complete (finish_reason: ${reason}).`];
  const lines = sources.map(({ title, doc_id: id }, index) => `[${index + 1}] ${title} (${id})`);
  const list = lines.length === 0 ? [] : [`Sources:\n${lines.join('\n')}`];
  return [answer, ...cut, ...list].join('\n\n');
}
