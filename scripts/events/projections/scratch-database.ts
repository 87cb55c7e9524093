import { type Database, openDatabase } from '../../../services/shared/runtime/projections/index.ts'
import { UsageError } from '../../cli/command-error.ts'

/** Where scratch tables go. */
export interface ScratchDatabase {
  /** As `openDatabase` takes it. */
  readonly databaseUrl: string
  readonly schema: string
}

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** `pglite:<directory>`, or the name of a schema in the PostgreSQL that `databaseUrl` says. Opens nothing yet. @throws UsageError */
export function scratchDatabase(into: string, databaseUrl: string | undefined): ScratchDatabase {
  if (into.startsWith('pglite:')) {
    if (into.slice('pglite:'.length).trim() === '') throw new UsageError('pglite: needs a directory: --into pglite:<directory>')
    return { databaseUrl: into, schema: 'public' }
  }
  if (!/^[a-z_][a-z0-9_]{0,40}$/.test(into))
    throw new UsageError(`'${into}' is neither pglite:<directory> nor the name of a schema (small letters, digits, _)`)
  if (!databaseUrl?.startsWith('postgres'))
    throw new UsageError('a schema needs a server: set DATABASE_URL=postgres://… (or use --into pglite:<directory>)')
  return { databaseUrl, schema: into }
}

export const openScratch = ({ databaseUrl }: ScratchDatabase): Promise<Database> => openDatabase(databaseUrl, quiet)
