/** Read models: tables that are folds of events and can be made again at any time. This is all that others import. */
export { type Database, databaseUrlPattern, type Listener, type Queries } from './database/database.ts'
export { openDatabase } from './database/open-database.ts'
export { createTable, day, instant, integer, json, nullable, type Row, type RowOf, type Table, text } from './database/table.ts'
export { watchDatabase } from './database/watch-database.ts'
// For tools and tests that fold without following the log.
export { ensureTables } from './ensure-tables.ts'
export { applyBatches } from './fold/apply-batches.ts'
export { changesByKey, foldInto, foldRows } from './fold/fold-rows.ts'
export { readBatch } from './fold/read-batch.ts'
export { type Project, type ProjectedEvent, type Projection, projection, topicsOf, viewOf } from './projection.ts'
export { refusingValues } from './read/refusing-values.ts'
export { type Changes, listenForChanges } from './read/row-changes.ts'
export { type Projections, type ProjectionsOptions, startProjections } from './start-projections.ts'
