/** What sheets and copy buttons say of themselves. */
export const texts = {
  inputIsKept: 'What you entered is kept. Close the sheet with one of its buttons.',
  copy: 'Copy',
  copyAsCurl: 'Copy as curl',
  copied: 'Copied',
  /** @param isSecure false where the console is opened over plain HTTP at a host other than this machine. */
  notCopied: (isSecure: boolean): string =>
    isSecure ? 'The browser refused to copy' : 'Copying needs HTTPS',
} as const;
