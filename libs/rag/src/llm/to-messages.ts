import type { ConversationTurn, GenerationRequest } from './generation.js';

/**
 * The turns before and the user's message, in turn: neighbours of the same role are one message, since many servers refuse two in a row.
 */
export function toMessages({
  history,
  user,
}: Pick<GenerationRequest, 'history' | 'user'>): ConversationTurn[] {
  const messages: ConversationTurn[] = [];
  for (const { role, content } of [...history, { role: 'user', content: user } as const]) {
    const last = messages.at(-1);
    if (last?.role === role)
      messages[messages.length - 1] = { role, content: `${last.content}\n\n${content}` };
    else messages.push({ role, content });
  }
  return messages;
}
