import { type AsOfCommandDeps, selectAsOf, showNewest } from './asOf';
import type { DiffDeps } from '../diff/diffPanel';
import type { createLog } from '../log';
import type { DataWorker } from '../rows/dataWorker';
import { copyEffectiveFiles } from './copyEffectiveFiles';
import { diffManifests, diffManifestsAsText } from './diffManifests';
import * as explorerCommands from './explorerCommands';
import { findUser, type FindUserDeps } from './findUser';
import { generateSqlCommand } from './generateSql';
import { openAvroPart } from './openPart';
import { openTable } from './openTable';
import { checkHealth, copyHealthReport, healthActions, type HealthCommandDeps, showHealth } from './health';
import type { CommandHandlers } from './register';
import { verifyRows } from './verifyRows';

/** All that commands work with. */
export interface CommandDeps
  extends explorerCommands.ExplorerCommandDeps, FindUserDeps, DiffDeps, HealthCommandDeps, AsOfCommandDeps {
  readonly explorer: explorerCommands.ExplorerCommandDeps['explorer'];
  readonly sessions: explorerCommands.ExplorerCommandDeps['sessions'];
  readonly health: HealthCommandDeps['health'];
  readonly worker: DataWorker;
  readonly log: ReturnType<typeof createLog>;
}

/** What every command of package.json does. */
export function commandHandlers(deps: CommandDeps): CommandHandlers {
  return {
    'dataConnect.addConnection': () => explorerCommands.addConnection(deps),
    'dataConnect.exploreSample': () => explorerCommands.exploreSample(deps),
    'dataConnect.openFolder': () => explorerCommands.openFolder(deps),
    'dataConnect.editConnection': (argument) => explorerCommands.editConnection(deps, argument),
    'dataConnect.removeConnection': (argument) => explorerCommands.removeConnection(deps, argument),
    'dataConnect.refresh': (argument) => explorerCommands.refresh(deps, argument),
    'dataConnect.retry': (argument) => explorerCommands.retry(deps, argument),
    'dataConnect.showMore': (argument) => explorerCommands.showMore(deps, argument),
    'dataConnect.selectAsOf': (argument) => selectAsOf(deps, argument),
    'dataConnect.showNewest': (argument) => showNewest(deps, argument),
    'dataConnect.showHealth': (argument) => showHealth(deps, argument),
    'dataConnect.copyHealthReport': (argument) => copyHealthReport(deps, argument),
    'dataConnect.checkHealth': (argument) => checkHealth(deps, argument),
    'dataConnect.healthActions': () => healthActions(deps),
    'dataConnect.openPart': (...args) => openAvroPart(deps, args),
    'dataConnect.openTable': (argument) => openTable(deps, argument),
    'dataConnect.findUser': () => findUser(deps),
    'dataConnect.verifyRows': (argument) => verifyRows(deps, argument),
    'dataConnect.exportRows': () => deps.tabs.active()?.run('export'),
    'dataConnect.showRowsAsSql': () => deps.tabs.active()?.run('showAsSql'),
    'dataConnect.openJson': (argument) => explorerCommands.openJson(argument),
    'dataConnect.diffManifests': (...args) => diffManifests(deps, args),
    'dataConnect.diffWithPrevious': (argument) => diffManifests(deps, [argument]),
    'dataConnect.diffManifestsAsText': (...args) => diffManifestsAsText(deps, args),
    'dataConnect.generateMigratedViewSql': (argument) => generateSqlCommand(deps, 'migrated', argument),
    'dataConnect.generateDedupSql': (argument) => generateSqlCommand(deps, 'dedup', argument),
    'dataConnect.selectSqlDialect': () => explorerCommands.selectSqlDialect(),
    'dataConnect.copyEffectiveFiles': (argument) => copyEffectiveFiles(deps, argument),
    'dataConnect.copyUri': (...args) => explorerCommands.copyUris(deps, args),
    'dataConnect.copyKey': (...args) => explorerCommands.copyKeys(deps, args),
    'dataConnect.showLog': () => deps.log.show(),
  };
}
