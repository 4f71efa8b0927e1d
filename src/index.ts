/** The public surface of Tideover as a library. */
export { createMigration } from './migration/create.js';
export { createOperator } from './migration/operator.js';
export { commandHook } from './migration/hooks.js';
export { readConfig } from './config/options.js';
export { bufferOf } from './buffer/adapters.js';
export type { BufferCapabilities, BufferLayer, Hold, HoldReport, HoldRequest, HoldStatus } from './buffer/contract.js';
export type { BufferReport, HoldStep } from './buffer/held.js';
export { parseDsn, type ConnectionSettings } from './db/dsn.js';
export { startHttpBuffer, type HttpBuffer, type HttpBufferOptions, type HttpRoute } from './buffer/http/server.js';
export { parseAddress, type Address } from './buffer/http/address.js';
export { TideoverError, catalogue, type ErrorCode, type Outcome } from './errors.js';
export { changeOf, changeOfRun, type ChangeOptions } from './migration/change-options.js';
export {
  numberOptionNames,
  numberOptions,
  textOptionNames,
  textOptions,
  type MigrationOptions,
} from './migration/options.js';
export { checkedLive, liveNumberNames, type LiveValues } from './migration/live-options.js';
export type { CutoverWindow, Migration, Operator } from './migration/migration.js';
export type { PlanForecast } from './migration/plan-forecast.js';
export type {
  Blocker,
  CutoverHold,
  CutoverReport,
  Forecast,
  Hook,
  HookEvent,
  HookFacts,
  MigrationEvents,
  Progress,
  Rehearsed,
  Report,
  WindowProgress,
  WindowReport,
} from './migration/events.js';
export type { Plan, Refusal } from './plan/plan.js';
export type { Phase, RunRecord } from './journal/journal.js';
