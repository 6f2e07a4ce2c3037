/** A tag around a model's reasoning or its answer, or a marker of its chat template that the server should have left out. */
export interface Tag {
  readonly kind: 'opening' | 'closing' | 'answerOpening' | 'answerClosing' | 'marker';
  readonly text: string;
  readonly index: number;
}

/** Names of tags in angle brackets. */
const names = [
  'think',
  'thinking',
  'thought',
  'reasoning',
  'reflection',
  'antthinking',
  'scratchpad',
  'seed:think',
  'longcat_think',
];
/** Names of tags that some models write around their answer, after their reasoning. */
const answerNames = ['answer', 'response'];
const openings = [
  '[think]',
  '◁think▷',
  '<|channel|>analysis<|message|>',
  '<|channel|>commentary<|message|>',
  '<|begin_of_thought|>',
  '<|start_thinking|>',
  '<|channel>thought',
  '<unused94>thought',
];
const closings = [
  '[/think]',
  '◁/think▷',
  '<|channel|>final<|message|>',
  '<|end_of_thought|>',
  '<|end_thinking|>',
  '<channel|>',
  '<unused95>',
];
/** None of them occurs in prose. */
const markers = [
  '<|start|>assistant',
  '<|end|>',
  '<|return|>',
  '<|im_end|>',
  '<|eot_id|>',
  '<|eom_id|>',
  '<|endoftext|>',
  '<|end_of_text|>',
  '<end_of_turn>',
  '<|start_response|>',
  '<|end_response|>',
  '<|begin_of_solution|>',
  '<|end_of_solution|>',
  '<｜end▁of▁sentence｜>',
];
const literals = [...openings, ...closings, ...markers];
const maxLiteralLength = Math.max(...literals.map(({ length }) => length));
const nameList = names.join('|');
const answerNameList = answerNames.join('|');
const pattern = new RegExp(
  [
    `(?<opening><(?:${nameList})(?:\\s[^<>]{0,100})?>|${toAlternatives(openings)})`,
    `(?<closing></(?:${nameList})\\s{0,10}>|${toAlternatives(closings)})`,
    `(?<answerOpening><(?:${answerNameList})>)`,
    `(?<answerClosing></(?:${answerNameList})>)`,
    toAlternatives(markers),
  ].join('|'),
  'i',
);
/** The beginning of a tag in angle brackets, up to the end of the text. */
const partialPattern = /<\/?([a-z:_]{0,13})(\s[^<>]{0,100})?$/i;

const kindsByGroup = ['opening', 'closing', 'answerOpening', 'answerClosing'] as const;

/** The first tag in the text, or null. */
export function findTag(text: string): Tag | null {
  const match = pattern.exec(text);
  if (match === null) return null;
  const kind = kindsByGroup.find((name) => match.groups![name] !== undefined);
  return { kind: kind ?? 'marker', text: match[0], index: match.index };
}

/** How many characters at the end may be the beginning of a tag. */
export function partialTagLength(text: string): number {
  return Math.max(partialLiteralLength(text), partialNameLength(text));
}

function partialLiteralLength(text: string): number {
  if (!/[<[◁]/.test(text.slice(1 - maxLiteralLength))) return 0;
  for (let length = Math.min(maxLiteralLength - 1, text.length); length > 0; length -= 1) {
    const end = text.slice(-length).toLowerCase();
    if (literals.some((literal) => literal.startsWith(end))) return length;
  }
  return 0;
}

function partialNameLength(text: string): number {
  const match = partialPattern.exec(text.slice(-120));
  if (match === null) return 0;
  const name = match[1]!.toLowerCase();
  const isPossible =
    match[2] === undefined
      ? [...names, ...answerNames].some((one) => one.startsWith(name))
      : names.includes(name);
  return isPossible ? match[0].length : 0;
}

function toAlternatives(texts: readonly string[]): string {
  return texts.map((text) => text.replace(/[[\]|/]/g, '\\$&')).join('|');
}
