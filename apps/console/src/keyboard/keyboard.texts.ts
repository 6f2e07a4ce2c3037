/** What each key does. The keys themselves are the same in every language. */
export const texts = {
  title: 'Keyboard',
  letters: 'Single letters act',
  lettersHint: 'Switch this off if you dictate, or press letters by accident. Ctrl K always works.',
  everywhere: {
    search: 'Search or act',
    help: 'This help',
    focusSearch: 'Go to the search or the filter of the list',
    undo: "Undo the tenant's last change",
    confirm: 'Do what the main button of a sheet says',
  },
  tenants: {
    move: 'Next or previous tenant',
    open: 'Open the tenant',
    peek: 'Show the tenant at the side',
    tick: 'Tick the tenant for a bulk update',
  },
  configuration: {
    first: 'Go to the first setting',
    reset: 'Reset the setting that has the focus',
    changed: 'Previous or next changed setting',
  },
  history: {
    move: 'Next or previous version',
    open: 'Show what the version changed',
    compare: 'Compare the version that has the focus',
  },
  approvals: {
    move: 'Next or previous request',
    approve: 'Approve',
    reject: 'Reject',
  },
} as const;
