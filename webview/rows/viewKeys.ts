export interface ViewKeys {
  /** Asked first; true if the key was taken. */
  readonly onKey: (event: KeyboardEvent) => boolean;
  readonly onGoTo: () => void;
  readonly onShortcuts: () => void;
  readonly onEscape: () => void;
  readonly onStep: (by: 1 | -1) => void;
  readonly isRecordOpen: () => boolean;
}

/** Keys of the whole view. What is taken here goes no further: VS Code would act on it too. */
export function listenToViewKeys(keys: ViewKeys): void {
  document.addEventListener('keydown', (event) => {
    const isTyping = event.target instanceof HTMLInputElement;
    const isCommand = event.ctrlKey || event.metaKey;
    if (keys.onKey(event)) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (isCommand && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'g') keys.onGoTo();
    else if (event.key === '?' && !isTyping && !isCommand) keys.onShortcuts();
    else if (event.key === 'Escape' && keys.isRecordOpen() && !isTyping) keys.onEscape();
    else if (
      event.altKey &&
      !isCommand &&
      keys.isRecordOpen() &&
      (event.key === 'ArrowUp' || event.key === 'ArrowDown')
    )
      keys.onStep(event.key === 'ArrowUp' ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
