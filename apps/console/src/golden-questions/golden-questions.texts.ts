export const goldenTexts = {
  title: 'Golden questions',
  about:
    'Questions with what a right answer needs. A change can be made to prove itself on them before it is saved.',
  none: 'No golden questions yet',
  noneAbout: 'They let a change prove itself first. Add one here, or keep a good answer of the playground.',
  run: 'Each question is asked once and counts as a query; all together count as one test of the hour. Nothing is saved.',
  asked: ({ passed, failed }: { passed: number; failed: number }): string =>
    `The golden questions were asked: ${passed} passed, ${failed} failed.`,
  delete: 'Changes no longer have to pass it.',
} as const;
