import type { ExtensionContext } from 'vscode';
import { compose } from './compose';

export function activate(context: ExtensionContext): void {
  context.subscriptions.push(compose(context));
}
