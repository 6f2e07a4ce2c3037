import { Paper, Text } from '@mantine/core';
import { type DragEvent, type ReactNode, useRef, useState } from 'react';
import { ActButton } from '../act/act-button.js';
import { documentTexts } from './documents.texts.js';

/** Takes files that are dropped on it, and has the button that chooses them. */
export function DropZone({
  reason,
  onFiles,
  children,
}: {
  reason: string | null;
  onFiles: (files: readonly File[]) => void;
  children?: ReactNode;
}) {
  const [isOver, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const files = [...event.dataTransfer.files];
    if (reason === null && files.length > 0) onFiles(files);
  };
  return (
    <Paper
      withBorder
      p="md"
      style={isOver ? { borderColor: 'var(--mantine-primary-color-filled)' } : {}}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(reason === null);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Text size="sm" mb="sm">
        {documentTexts.drop}
      </Text>
      <ActButton reason={reason} variant="default" onClick={() => input.current?.click()}>
        {documentTexts.chooseFiles}
      </ActButton>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={documentTexts.filesToAdd}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          if (files.length > 0) onFiles(files);
          event.currentTarget.value = '';
        }}
      />
      {children}
    </Paper>
  );
}
