import { MarkdownString, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import { commands } from '../generated/meta';
import type { ConnectionHealth } from '../health/healthWatch';
import { stateUri } from './decorations';
import type { TreeNode } from './nodes';
import { addHealth } from './healthWords';
import { presentNode, type Presentation } from './presentation';

const collapsible: Readonly<Record<Presentation['children'], TreeItemCollapsibleState>> = {
  none: TreeItemCollapsibleState.None,
  collapsed: TreeItemCollapsibleState.Collapsed,
  expanded: TreeItemCollapsibleState.Expanded,
};

/** A node as VS Code shows it. The tooltip comes later, when asked for (`tooltipOf`). */
export function toTreeItem(node: TreeNode, now: number, health: ConnectionHealth | undefined): TreeItem {
  const look = addHealth(presentNode(node, now), node, health, now);
  const item = new TreeItem(look.label, collapsible[look.children]);
  item.id = node.id;
  if (look.description !== undefined) item.description = look.description;
  item.iconPath = new ThemeIcon(
    look.icon,
    look.iconColor === undefined ? undefined : new ThemeColor(look.iconColor),
  );
  item.contextValue = look.context;
  item.accessibilityInformation = {
    label: [look.label, look.description ?? ''].filter((word) => word !== '').join(', '),
  };
  if (look.state !== undefined) item.resourceUri = stateUri(node.id, look.state);
  const command = commandOf(node);
  if (command !== undefined) item.command = { ...command, arguments: [node] };
  return item;
}

/** A single click does the commonest thing: a part opens its rows, a JSON object opens as text. */
function commandOf(node: TreeNode): { readonly command: string; readonly title: string } | undefined {
  switch (node.kind) {
    case 'part':
      return node.part.state === 'missing'
        ? undefined
        : { command: commands.dataConnectOpenPart, title: 'Open Avro Part' };
    case 'json':
      return { command: commands.dataConnectOpenJson, title: 'Open as JSON' };
    case 'more':
      return { command: commands.dataConnectShowMore, title: 'Show More' };
    case 'failure':
      return { command: commands.dataConnectRetry, title: 'Retry' };
    default:
      return undefined;
  }
}

/** All there is to say of a node, as a table. Names in the bucket are anybody's text: nothing of them is markup. */
export function tooltipOf(
  node: TreeNode,
  now: number,
  health: ConnectionHealth | undefined,
): MarkdownString | undefined {
  const { label, tooltip } = addHealth(presentNode(node, now), node, health, now);
  if (tooltip === undefined) return undefined;
  const markdown = new MarkdownString();
  markdown.supportHtml = false;
  markdown.isTrusted = false;
  markdown
    .appendMarkdown('**')
    .appendText(label)
    .appendMarkdown('**\n\n')
    .appendText(tooltip.text)
    .appendMarkdown('\n\n');
  if (tooltip.facts.length > 0) {
    markdown.appendMarkdown('| | |\n|:--|:--|\n');
    for (const [name, value] of tooltip.facts) {
      markdown
        .appendMarkdown('| ')
        .appendText(name)
        .appendMarkdown(' | ')
        .appendText(value.replace(/\s+/g, ' '))
        .appendMarkdown(' |\n');
    }
  }
  return markdown;
}
