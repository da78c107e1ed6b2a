/** The keys of the query side: of the whole view, wherever the focus is. */

export interface QueryCommands {
  readonly find: () => void;
  readonly endFind: () => void;
  readonly isFinding: () => boolean;
  readonly step: (direction: 1 | -1) => void;
  readonly filterByCell: () => void;
  readonly exportRows: () => void;
  readonly undo: () => void;
  readonly redo: () => void;
  /** `isAdded`: beside the columns that sort already. */
  readonly sort: (isAdded: boolean) => void;
  readonly topValues: () => void;
}

/** What a key means; undefined if it is none of ours. */
export function commandOf(event: KeyboardEvent, commands: QueryCommands): (() => void) | undefined {
  const { shiftKey, altKey } = event;
  const isCommand = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if (isCommand) return altKey ? undefined : withCommand(key, shiftKey, isTyping(event), commands);
  if (key === 'f3') return () => commands.step(shiftKey ? -1 : 1);
  if (isTyping(event)) return undefined;
  if (key === 'escape' && commands.isFinding()) return commands.endFind;
  if (!shiftKey) return undefined;
  // With Alt the key may give another letter.
  if (event.code === 'KeyS') return () => commands.sort(altKey);
  return key === 'f' && !altKey ? commands.topValues : undefined;
}

function withCommand(
  key: string,
  isShift: boolean,
  isTyped: boolean,
  commands: QueryCommands,
): (() => void) | undefined {
  if (key === 'f') return isShift ? commands.filterByCell : commands.find;
  if (key === 's' && !isShift) return commands.exportRows;
  // The field's own undo.
  if (isTyped) return undefined;
  if (key === 'z') return isShift ? commands.redo : commands.undo;
  return key === 'y' && !isShift ? commands.redo : undefined;
}

function isTyping({ target }: KeyboardEvent): boolean {
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  );
}
