/** What sheets say of themselves. */
export const actTexts = {
  inputIsKept: 'What you entered is kept. Close the sheet with one of its buttons.',
} as const;
