export const promptTexts = {
  title: 'Prompt',
  about: 'What the model is told. {context} is where the chunks go, {question} where the question goes.',
  system: 'This is the system message. The question is the user message.',
  user: 'This is the whole user message, because it contains {question}. There is no system message.',
  noContext: 'There is no {context}: the chunks come before the question.',
  preview: 'Preview',
  previewAbout:
    'With the variables, and with the sources and the question of the last test in the playground. A model gets whole chunks.',
} as const;
