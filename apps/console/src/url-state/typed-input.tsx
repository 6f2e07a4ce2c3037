import { TextInput, type TextInputProps } from '@mantine/core';
import { useTypedText } from './use-typed-text.js';

interface TypedInputProps extends TextInputProps {
  /** What the URL holds. */
  readonly value: string;
  /** Is called a moment after the last key. */
  readonly onTyped: (text: string) => void;
}

/** A text field whose text belongs into the URL. */
export function TypedInput({ value, onTyped, ...props }: TypedInputProps) {
  const [text, setText] = useTypedText(value, onTyped);
  return <TextInput {...props} value={text} onChange={(event) => setText(event.currentTarget.value)} />;
}
