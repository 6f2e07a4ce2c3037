import { autocompletion, type CompletionContext, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { type Extension, RangeSetBuilder } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  EditorView,
  ViewPlugin,
  type ViewUpdate,
  keymap,
} from '@codemirror/view';
import type { FieldError } from '../api/problem.js';
import { nonce } from '../nonce.js';
import { findPlaceholders } from './template.js';

const placeholder = Decoration.mark({ class: 'cm-placeholder-name' });

/** Marks every `{name}`. */
const placeholders = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor({ state }: EditorView) {
      this.decorations = decorate(state.doc.toString());
    }
    update({ docChanged, state }: ViewUpdate): void {
      if (docChanged) this.decorations = decorate(state.doc.toString());
    }
  },
  { decorations: ({ decorations }) => decorations },
);

function decorate(text: string): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of findPlaceholders(text)) builder.add(from, to, placeholder);
  return builder.finish();
}

/** Completes names after `{`. */
function completeFrom(names: () => readonly string[]) {
  return (context: CompletionContext) => {
    const typed = context.matchBefore(/\{\w*/);
    if (!typed) return null;
    return { from: typed.from, options: names().map((name) => ({ label: `{${name}}`, type: 'variable' })) };
  };
}

const look = EditorView.theme({
  '&': {
    border: '1px solid var(--mantine-color-default-border)',
    borderRadius: 'var(--mantine-radius-sm)',
    backgroundColor: 'var(--mantine-color-body)',
    color: 'var(--mantine-color-text)',
  },
  '&.cm-focused': { outline: '2px solid var(--mantine-primary-color-filled)', outlineOffset: '2px' },
  '.cm-content': { minHeight: '12rem', caretColor: 'var(--mantine-color-text)' },
  '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
  '.cm-placeholder-name': {
    backgroundColor: 'var(--mantine-primary-color-light)',
    borderRadius: '4px',
    padding: '1px 2px',
    fontWeight: '600',
  },
  '.cm-tooltip': {
    backgroundColor: 'var(--mantine-color-body)',
    color: 'var(--mantine-color-text)',
    border: '1px solid var(--mantine-color-default-border)',
  },
  '.cm-gutters': { backgroundColor: 'transparent', border: 'none' },
});

/** What the prompt's editor can do. Tab leaves it, as everywhere on the page. */
export function editorExtensions(
  names: () => readonly string[],
  onChange: (text: string) => void,
): Extension[] {
  return [
    EditorView.cspNonce.of(nonce),
    history(),
    keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': 'Prompt', 'aria-multiline': 'true' }),
    placeholders,
    autocompletion({ override: [completeFrom(names)], activateOnTyping: true }),
    lintGutter(),
    look,
    EditorView.updateListener.of(({ docChanged, state, transactions }) => {
      const isTyped = transactions.some((each) => !each.isUserEvent('external'));
      if (docChanged && isTyped) onChange(state.doc.toString());
    }),
  ];
}

/** Underlines what the API refuses, at its offset; a fault without one at the beginning. */
export function showFaults(view: EditorView, errors: readonly FieldError[]): void {
  const length = view.state.doc.length;
  const diagnostics = errors.map(({ offset = 0, message }): Diagnostic => {
    const from = Math.min(offset, length);
    const word = /^\{?\w*\}?/.exec(view.state.sliceDoc(from, from + 100))?.[0].length ?? 0;
    return { from, to: Math.min(from + Math.max(word, 1), length), severity: 'error', message };
  });
  view.dispatch(setDiagnostics(view.state, diagnostics));
}
