import { useId, useLayoutEffect, useRef, useState } from 'react';
import type { FieldError } from '../api/problem.js';
import { splitTemplate } from './template-parts.js';
import { type NameList, useNameCompletion } from './use-name-completion.js';
import styles from './template-editor.module.css';
import { promptTexts } from './prompt.texts.js';

export interface TemplateEditorProps {
  readonly value: string;
  readonly names: readonly string[];
  readonly errors: readonly FieldError[];
  /** The id of the element that lists the errors. */
  readonly errorsId: string;
  readonly isReadOnly: boolean;
  readonly onChange: (text: string) => void;
}

/** A text area for the prompt. The same text lies behind it, unseen, and marks placeholders and faults at their places. */
export function TemplateEditor({
  value,
  names,
  errors,
  errorsId,
  isReadOnly,
  onChange,
}: TemplateEditorProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const marks = useRef<HTMLDivElement>(null);
  const list = useNameCompletion(field, names);
  const listId = useId();
  const { completion, active } = list;
  const parts = splitTemplate(value, errors, completion === null ? [] : [completion.from]);
  return (
    <div className={styles['editor']}>
      <div ref={marks} className={styles['marks']} aria-hidden>
        {parts.map(({ from, text, isPlaceholder, isFault }) => (
          <span key={from} data-from={from} data-placeholder={isPlaceholder} data-fault={isFault}>
            {text}
          </span>
        ))}
        {/* A line break at the end has no height without something behind it. */}
        {'\u200B'}
      </div>
      <textarea
        ref={field}
        className={styles['field']}
        aria-label={promptTexts.title}
        aria-autocomplete="list"
        aria-controls={completion === null ? undefined : listId}
        aria-activedescendant={completion === null ? undefined : `${listId}-${active}`}
        aria-invalid={errors.length > 0}
        aria-describedby={errorsId}
        spellCheck={false}
        readOnly={isReadOnly}
        value={value}
        onChange={(event) => {
          onChange(event.currentTarget.value);
          list.onTyped();
        }}
        onKeyDown={list.onKeyDown}
        onBlur={list.close}
        onClick={list.close}
      />
      {completion !== null && <Names id={listId} list={list} marks={marks} />}
    </div>
  );
}

interface NamesProps {
  readonly id: string;
  readonly list: NameList;
  readonly marks: React.RefObject<HTMLDivElement | null>;
}

/** The names that may follow, under the `{` that was typed. The text area keeps the focus. */
function Names({ id, list: { completion, active, choose }, marks }: NamesProps) {
  const { from = 0, names = [] } = completion ?? {};
  const [place, setPlace] = useState({ left: 0, top: 0 });
  useLayoutEffect(() => {
    const brace = marks.current?.querySelector<HTMLElement>(`[data-from="${from}"]`);
    if (brace) setPlace({ left: brace.offsetLeft, top: brace.offsetTop + brace.offsetHeight });
  }, [from, marks]);
  return (
    <div
      id={id}
      role="listbox"
      aria-label={promptTexts.names}
      className={styles['names']}
      style={{ insetBlockStart: place.top, insetInlineStart: `min(${place.left}px, 100% - 12rem)` }}
    >
      {names.map((name, index) => (
        <div
          key={name}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          className={styles['name']}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => choose(name)}
        >
          {`{${name}}`}
        </div>
      ))}
    </div>
  );
}
