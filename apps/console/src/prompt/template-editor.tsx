import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import type { FieldError } from '../api/problem.js';
import { editorExtensions, showFaults } from './editor-extensions.js';

export interface TemplateEditorProps {
  readonly value: string;
  readonly names: readonly string[];
  readonly errors: readonly FieldError[];
  readonly isReadOnly: boolean;
  readonly onChange: (text: string) => void;
}

/** The editor of the prompt. A value from elsewhere replaces its text and is no edit. */
export function TemplateEditor({ value, names, errors, isReadOnly, onChange }: TemplateEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef({ names, onChange, value });
  useEffect(() => {
    latest.current = { names, onChange, value };
  });
  useEffect(() => {
    const editor = new EditorView({
      parent: place.current!,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          ...editorExtensions(
            () => latest.current.names,
            (text) => latest.current.onChange(text),
          ),
          EditorState.readOnly.of(isReadOnly),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [isReadOnly]);
  useEffect(() => {
    const editor = view.current;
    const text = editor?.state.doc.toString();
    if (editor && text !== value)
      editor.dispatch({ changes: { from: 0, to: text!.length, insert: value }, userEvent: 'external' });
  }, [value]);
  useEffect(() => {
    if (view.current) showFaults(view.current, errors);
  }, [errors]);
  return <div ref={place} />;
}
