import { isTaskPrompt } from './task-prompts.js';

/** The beginnings and the marks of the prompts as the clients send them by default. */
const tasks: [string, string][] = [
  [
    'a title for Open WebUI',
    '### Task:\nGenerate a concise, 3-5 word title with an emoji summarizing the chat history.\n### Guidelines:\n- Clear.\n### Output:\nJSON format: { "title": "your concise title here" }\n### Chat History:\n<chat_history>\nUSER: When is the rent due?\n</chat_history>',
  ],
  [
    'tags for Open WebUI',
    '### Task:\nGenerate 1-3 broad tags categorizing the main themes of the chat history.\n\n### Guidelines:\n- Few.\n\n### Chat History:\n<chat_history>\nUSER: Hi\n</chat_history>',
  ],
  [
    'follow-up questions for Open WebUI',
    '### Task:\nSuggest 3-5 relevant follow-up questions or prompts that the user might naturally ask next.\n### Chat History:\n<chat_history>\nUSER: Hi\n</chat_history>',
  ],
  [
    'search queries for Open WebUI',
    '### Task:\nAnalyze the chat history to determine the necessity of generating search queries, in the given language.\n\n### Guidelines:\n- Respond **EXCLUSIVELY** with a JSON object.\n\n### Chat History:\n<chat_history>\nUSER: Hi\n</chat_history>',
  ],
  [
    'a completion for Open WebUI',
    '### Task:\nYou are an autocompletion system. Continue the text in `<text>`.\n### Context:\n<chat_history>\nUSER: Hi\n</chat_history>\n<text>When is</text>\n#### Output:\n',
  ],
  [
    'an emoji for Open WebUI',
    "Your task is to reflect the speaker's likely facial expression through a fitting emoji. Interpret emotions from the message.",
  ],
  [
    'a title for LibreChat',
    'Provide a concise, 5-word-or-less title for the conversation, using title case conventions. Only return the title itself.\n\nConversation:\nUser: When is the rent due?\nAI: On the first.',
  ],
  [
    'a structured title for LibreChat',
    'Analyze this conversation and provide:\n1. The detected language of the conversation\n2. A concise title in the detected language (5 words or less, no punctuation or quotation)\n\nUser: When is the rent due?',
  ],
];

const questions: [string, string][] = [
  [
    'a question that Open WebUI answers from files',
    '### Task:\nRespond to the user query using the provided context, incorporating inline citations in the format [id].\n\n### Guidelines:\n- If you don’t know the answer, say so.\n\n### Output:\nProvide a clear response.\n\n<context>\n<source id="1">The rent is due.</source>\n</context>\n\nWhen is the rent due?',
  ],
  ['a question about tasks', 'What does "### Task: Generate tags" mean in our manual?'],
  ['a question that begins like a task', '### Task: when must the tenant paint the walls?'],
  ['a question about titles', 'Can you provide a concise title for section 4?'],
];

describe('isTaskPrompt', () => {
  it.each(tasks)('recognises %s', (_what, prompt) => {
    expect(isTaskPrompt(prompt)).toBe(true);
    expect(isTaskPrompt(`\n  ${prompt}`)).toBe(true);
  });

  it.each(questions)('takes %s for a question', (_what, prompt) => {
    expect(isTaskPrompt(prompt)).toBe(false);
  });

  it('needs no long time for a long text that begins like a task', () => {
    expect(isTaskPrompt(`### Task:${' '.repeat(2_000_000)}respond to the user query`)).toBe(false);
    expect(isTaskPrompt(`### Task: ${'### '.repeat(500_000)}`)).toBe(false);
  });
});
