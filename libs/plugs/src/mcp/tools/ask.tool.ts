import { Injectable } from '@nestjs/common';
import { QuestionField } from '#config';
import { ArrayField } from '#http';
import { HistoryTurn, QueryResponse, QueryService, maxTurns, recordLogFields } from '#rag';
import { type Tool, type ToolAnswer, type ToolCall, askableBy } from './tool.js';

class AskArguments {
  @QuestionField({ description: 'The question, 1 to 4000 characters' })
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

  async run(
    { question, history = [] }: AskArguments,
    { tenantId, principal: { subject }, request, signal }: ToolCall,
  ): Promise<ToolAnswer<QueryResponse>> {
    const input = { tenantId, subject, question, history };
    const { response } = await this.queries.answer(input, signal, recordLogFields(request));
    return { output: response, text: toText(response) };
  }
}

/** Models read the text alone, so it also says that an answer is not whole. */
function toText({ answer, sources, finish_reason: reason }: QueryResponse): string {
  const cut = reason === 'stop' ? [] : [`The answer is not complete (finish_reason: ${reason}).`];
  const lines = sources.map(({ title, doc_id: id }, index) => `[${index + 1}] ${title} (${id})`);
  const list = lines.length === 0 ? [] : [`Sources:\n${lines.join('\n')}`];
  return [answer, ...cut, ...list].join('\n\n');
}
