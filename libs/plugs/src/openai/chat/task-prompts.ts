/** Open WebUI begins all its prompts so, also those with questions that it answers from files of its own. */
const openWebUiStart = '### task:';
const openWebUiQuestion = /^respond to the user query/i;
const openWebUiTask = /<chat_history>|### (?:chat history|output|guidelines):/i;

/** How the other prompts begin that chat clients send on their own. */
const taskStarts: readonly RegExp[] = [
  /^analyze this conversation and provide:\s{1,4}1\. the detected language/i,
  /^(?:please )?(?:provide|generate) a concise, 5-word-or-less title for the conversation/i,
  /^please generate a concise title \(max 40 characters\) for a conversation/i,
  /^your task is to reflect the speaker's likely facial expression through a fitting emoji/i,
];

/** True for a prompt that Open WebUI or LibreChat sends on its own: for a title, tags, follow-up questions or search queries. No document can answer it. */
export function isTaskPrompt(text: string): boolean {
  const start = text.trimStart();
  if (!start.slice(0, openWebUiStart.length).toLowerCase().startsWith(openWebUiStart))
    return taskStarts.some((pattern) => pattern.test(start));
  const prompt = start.slice(openWebUiStart.length).trimStart();
  return !openWebUiQuestion.test(prompt) && openWebUiTask.test(prompt);
}
